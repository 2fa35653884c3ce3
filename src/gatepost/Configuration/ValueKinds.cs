using System.Globalization;
using System.Net;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>What values a key takes.</summary>
/// <param name="Takes">In words, with unit and range.</param>
/// <param name="Read"> From the key's name, what is written, and the key's default as TOML for an example; throws
/// <see cref="WrongValueException"/> with what is wrong and what to write instead.
/// </param>
/// <param name="Show">As TOML; empty for "not set".</param>
public sealed record ValueKind<T>(Finding Takes, Func<string, TomlNode, string, T> Read, Func<T, string> Show);

/// <summary>The kinds of value keys take, each with its check and the words for what is wrong.</summary>
internal static class ValueKinds
{
    public static ValueKind<bool> Flag { get; } = new(
        OurEvidence.TakesFlag.Say(),
        (name, node, _) => node is TomlFlag flag ? flag.Value : throw Wrong(name, node, OurEvidence.WriteFlag.Say()),
        value => value ? "true" : "false");

    public static ValueKind<string> DomainName { get; } = new(
        OurEvidence.TakesDomainName.Say(), (name, node, _) =>
            AsDomain(name, AsText(name, node, OurEvidence.TakesDomainName.Say())), Quoted);

    /// <summary>A domain name; null if it is not set.</summary>
    public static ValueKind<string?> OptionalDomain { get; } = new(
        OurEvidence.TakesDomainName.Say(), (name, node, _) =>
            AsDomain(name, AsText(name, node, OurEvidence.TakesDomainName.Say())), Quoted);

    public static ValueKind<IReadOnlyList<IPEndPoint>> EndPoints { get; } = new(
        OurEvidence.TakesEndPoints.Say(),
        (name, node, _) => [.. AsTexts(name, node, OurEvidence.TakesEndPoint.Say()).Select(text => AsEndPoint(name, text))],
        points => List(points.Select(point => point.ToString())));

    public static ValueKind<IReadOnlyList<IPAddress>> Addresses { get; } = new(
        OurEvidence.TakesAddresses.Say(),
        (name, node, _) =>
            [.. AsTexts(name, node, OurEvidence.WriteAddresses.Say()).Select(text => AsAddress(name, text))],
        addresses => List(addresses.Select(address => address.ToString())));

    public static ValueKind<IReadOnlyList<IPNetwork>> Networks { get; } = new(
        OurEvidence.TakesNetworks.Say(),
        (name, node, _) => [.. AsTexts(name, node, OurEvidence.WriteNetworks.Say()).Select(text => AsNetwork(name, text))],
        networks => List(networks.Select(network => network.ToString())));

    public static ValueKind<Destination?> Destination { get; } = new(
        OurEvidence.TakesDestination.Say(),
        (name, node, _) => AsDestination(name, AsText(name, node, OurEvidence.TakesADestination.Say())),
        destination => Quoted(destination?.ToString()));

    public static ValueKind<string> Text(Finding? takes = null)
    {
        var shown = takes ?? OurEvidence.TakesText.Say();
        return new(shown, (name, node, _) => AsText(name, node, shown), Quoted);
    }

    /// <summary>A text, or an empty one for none.</summary>
    public static ValueKind<string> TextOrNone(Finding takes) =>
        new(takes, (name, node, _) => node is TomlText { Value.Length: 0 } ? "" : AsText(name, node, takes), Quoted);

    /// <summary>A text; null if it is not set.</summary>
    public static ValueKind<string?> OptionalText(Finding? takes = null)
    {
        var shown = takes ?? OurEvidence.TakesText.Say();
        return new(shown, (name, node, _) => AsText(name, node, shown), Quoted);
    }

    public static ValueKind<int> Number(int min, int max) => new(
        OurEvidence.TakesNumber.Say($"{min:N0}", $"{max:N0}"), (name, node, @default) => AsNumber(name, node, min, max, @default), value =>
            $"{value}");

    /// <summary>A number of things that may happen; 0, which is null to the options, for no limit of its own.</summary>
    public static ValueKind<int?> Limit(int max) => new(
        OurEvidence.TakesNumber.Say("0", $"{max:N0}"),
        (name, node, @default) => AsNumber(name, node, 0, max, @default) is > 0 and var limit ? limit : null,
        value => $"{value ?? 0}");

    public static ValueKind<TimeSpan> Duration(string min, string max) => new(
        OurEvidence.TakesDuration.Say(min, max), (name, node, _) => AsDuration(name, node, min, max), value =>
            Quoted(Quantity.Show(value)));

    public static ValueKind<long> Size(string min, string max) => new(
        SizeTakes(min, max), (name, node, @default) => AsSize(name, node, min, max, @default), value => Quoted(Quantity.Show(value)));

    /// <summary>A size; null if it is not set.</summary>
    public static ValueKind<long?> OptionalSize(string min, string max) => new(
        SizeTakes(min, max),
        (name, node, @default) => AsSize(name, node, min, max, @default),
        value => value is { } octets ? Quoted(Quantity.Show(octets)) : "");

    public static ValueKind<IReadOnlyList<string>> Texts(Finding takes) => new(
        takes, (name, node, _) => AsTexts(name, node, takes), List);

    /// <summary>One of some words. A value without a word, such as null, is "not set".</summary>
    public static ValueKind<T> Choice<T>(params (string Word, T Value)[] choices)
    {
        var takes = OurEvidence.TakesOneOf.Say([.. choices.Select(choice => $"\"{choice.Word}\"")]);
        return new(takes, (name, node, _) => AsChoice(name, node, takes, choices), value =>
            Quoted(choices.FirstOrDefault(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Word));
    }

    public static ValueKind<IReadOnlyDictionary<string, IReadOnlyList<string>>> Table(Finding takes) => new(
        takes,
        (name, node, _) => node is TomlTable table
            ? table.Entries.ToDictionary(
                entry => entry.Key,
                entry => AsTexts($"{name}.{entry.Key}", entry.Value, OurEvidence.TakesAddressOrList.Say()),
                StringComparer.Ordinal)
            : throw Wrong(name, node, takes),
        table => table.Count == 0 ? "{}" : "{ " + string.Join(", ", table.Select(entry => $"{entry.Key} = {List(entry.Value)}")) + " }");

    private static Finding SizeTakes(string min, string max) => OurEvidence.TakesSize.Say(min, max);

    private static string Quoted(string? text) => string.IsNullOrEmpty(text) ? "" : $"\"{text}\"";

    private static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(text => $"\"{text}\""))}]";

    private static WrongValueException Wrong(string name, TomlNode node, Finding write) =>
        new(OurEvidence.ConfigWrongSort.Say(name, node.Sort, Short(node.Source), write));

    private static int AsNumber(string name, TomlNode node, int min, int max, string @default)
    {
        if (node is not TomlNumber number)
            throw Wrong(name, node, OurEvidence.WriteNumber.Say(name, @default));
        return number.Value >= min && number.Value <= max
            ? (int)number.Value
            : throw new WrongValueException(OurEvidence.ConfigNumberRange.Say(name, number.Value, min, max));
    }

    private static long AsSize(string name, TomlNode node, string min, string max, string @default)
    {
        string example = @default.Length == 0 ? Quoted(max) : @default;
        if (node is not TomlText text || !Quantity.TryReadSize(text.Value, out long octets))
            throw Wrong(name, node, OurEvidence.WriteSize.Say(name, example));

        Quantity.TryReadSize(min, out long least);
        Quantity.TryReadSize(max, out long most);
        return octets >= least && octets <= most
            ? octets
            : throw new WrongValueException(OurEvidence.ConfigSizeRange.Say(name, text.Source, min, max));
    }

    private static T AsChoice<T>(string name, TomlNode node, Finding takes, (string Word, T Value)[] choices)
    {
        string word = AsText(name, node, takes);
        foreach (var (known, value) in choices)
        {
            if (known == word)
                return value;
        }

        throw new WrongValueException(Spelling.Nearest(word, choices.Select(choice => choice.Word)) is { } near
            ? OurEvidence.ConfigWrongChoiceNear.Say(name, word, takes, near) : OurEvidence.ConfigWrongChoice.Say(name, word, takes));
    }

    private static string AsText(string name, TomlNode node, Finding takes) =>
        node is TomlText { Value.Length: > 0 } text && !text.Value.AsSpan().ContainsAnyInRange('\0', '\x1f')
            ? text.Value
            : throw Wrong(
                name, node, node is TomlText ? OurEvidence.WriteNotEmpty.Say(takes) : OurEvidence.WriteInQuotes.Say(takes));

    private static IReadOnlyList<string> AsTexts(string name, TomlNode node, Finding takes) => node switch
    {
        TomlList list => [.. list.Items.Select(item => AsText(name, item, takes))],
        TomlText => [AsText(name, node, takes)],
        _ => throw Wrong(name, node, takes),
    };

    private static TimeSpan AsDuration(string name, TomlNode node, string min, string max)
    {
        if (node is not TomlText text || !Quantity.TryReadDuration(text.Value, out var duration))
            throw Wrong(name, node, OurEvidence.WriteDuration.Say(Middle(min, max)));

        Quantity.TryReadDuration(min, out var least);
        Quantity.TryReadDuration(max, out var most);
        return duration >= least && duration <= most
            ? duration
            : throw new WrongValueException(OurEvidence.ConfigDurationRange.Say(name, text.Source, min, max));
    }

    private static string Middle(string min, string max) => min is "0s" or "1s" ? max : min;

    private static string AsDomain(string name, string text) =>
        Smtp.DomainName.TryParse(text, out var domain)
            ? domain.ToString()
            : throw new WrongValueException(OurEvidence.ConfigNoDomain.Say(name, text));

    private static IPEndPoint AsEndPoint(string name, string text) =>
        IPEndPoint.TryParse(text, out var point) && HasPort(text)
            ? point
            : throw new WrongValueException(
                OurEvidence.ConfigNoEndPoint.Say(name, text));

    private static IPAddress AsAddress(string name, string text) =>
        IPAddress.TryParse(text, out var address) && (text.Contains(':') || text.Count('.') == 3)
            ? address
            : throw new WrongValueException(
                OurEvidence.ConfigNoAddress.Say(name, text));

    /// <summary>
    /// <see cref="IPEndPoint.TryParse(string, out IPEndPoint?)"/> takes a bare address and gives it port 0, and "1:2" as IPv6.
    /// </summary>
    private static bool HasPort(string text) => text.StartsWith('[') ? text.Contains("]:") : text.Count(':') == 1 && text.Contains('.');

    private static IPNetwork AsNetwork(string name, string text)
    {
        if (IPAddress.TryParse(text, out var single) && (text.Contains(':') || text.Count('.') == 3))
            return new IPNetwork(single, single.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
        if (!IPNetwork.TryParse(text, out var network))
        {
            throw new WrongValueException(
                OurEvidence.ConfigNoNetwork.Say(name, text));
        }

        // The framework would silently cut the bits after the prefix; the administrator meant something else.
        return IPAddress.Parse(text.AsSpan(0, text.IndexOf('/'))).Equals(network.BaseAddress)
            ? network
            : throw new WrongValueException(
                OurEvidence.ConfigNetworkBits.Say(name, text, network.ToString()));
    }

    private static Destination AsDestination(string name, string text)
    {
        bool hasKind = text.StartsWith("lmtp:", StringComparison.Ordinal) || text.StartsWith("maildir:", StringComparison.Ordinal)
            || text.StartsWith("smtp:", StringComparison.Ordinal);
        string full = hasKind ? text : "smtp:" + text;
        string place = full[(full.IndexOf(':') + 1)..];
        bool good = full[0] == 'm' || place.StartsWith("unix:/", StringComparison.Ordinal) ? place.Contains('/') : IsHostAndPort(place);
        return good && Smtp.Destination.TryParse(full, out var destination)
            ? destination!
            : throw new WrongValueException(
                OurEvidence.ConfigNoDestination.Say(name, text));
    }

    private static bool IsHostAndPort(string place)
    {
        int colon = place.LastIndexOf(':');
        return colon > 0
            && int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= 65535
            && (place[0] == '['
                ? IPAddress.TryParse(place.AsSpan(1, Math.Max(0, colon - 2)), out _) && place[colon - 1] == ']'
                : !place.AsSpan(0, colon).ContainsAny(":/ "));
    }

    private static string Short(string source) => source.Length == 0 ? "..." : source.Length <= 60 ? source : source[..57] + "...";
}
