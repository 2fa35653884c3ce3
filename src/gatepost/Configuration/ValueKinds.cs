using System.Globalization;
using System.Net;
using Gatepost.Policy.Basics;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>What values a key takes.</summary>
/// <param name="Takes">In words, with unit and range.</param>
/// <param name="Read"> From the key's name, what is written, and the key's default as TOML for an example; throws
/// <see cref="FormatException"/> with what is wrong and what to write instead.
/// </param>
/// <param name="Show">As TOML; empty for "not set".</param>
public sealed record ValueKind<T>(string Takes, Func<string, TomlNode, string, T> Read, Func<T, string> Show);

/// <summary>The kinds of value keys take, each with its check and the words for what is wrong.</summary>
internal static class ValueKinds
{
    public static ValueKind<bool> Flag { get; } = new(
        "true or false",
        (name, node, _) => node is TomlFlag flag ? flag.Value : throw Wrong(name, node, "true or false, without quotes"),
        value => value ? "true" : "false");

    public static ValueKind<string> DomainName { get; } = new(
        "a domain name", (name, node, _) => AsDomain(name, AsText(name, node, "a domain name")), Quoted);

    /// <summary>A domain name; null if it is not set.</summary>
    public static ValueKind<string?> OptionalDomain { get; } = new(
        "a domain name", (name, node, _) => AsDomain(name, AsText(name, node, "a domain name")), Quoted);

    public static ValueKind<IReadOnlyList<IPEndPoint>> EndPoints { get; } = new(
        "an address with port, or a list of them",
        (name, node, _) => [.. AsTexts(name, node, "\"address:port\"").Select(text => AsEndPoint(name, text))],
        points => List(points.Select(point => point.ToString())));

    public static ValueKind<IReadOnlyList<IPAddress>> Addresses { get; } = new(
        "an address, or a list of them",
        (name, node, _) =>
            [.. AsTexts(name, node, "a list such as [\"192.0.2.7\", \"2001:db8::7\"]").Select(text => AsAddress(name, text))],
        addresses => List(addresses.Select(address => address.ToString())));

    public static ValueKind<IReadOnlyList<IPNetwork>> Networks { get; } = new(
        "a list of networks or addresses",
        (name, node, _) => [.. AsTexts(name, node, "a list such as [\"10.0.0.0/8\", \"192.0.2.7\"]").Select(text => AsNetwork(name, text))],
        networks => List(networks.Select(network => network.ToString())));

    public static ValueKind<Destination?> Destination { get; } = new(
        "\"host:port\", \"lmtp:host:port\", \"lmtp:unix:/path\" or \"maildir:/path\"",
        (name, node, _) => AsDestination(name, AsText(name, node, "a destination")),
        destination => Quoted(destination?.ToString()));

    public static ValueKind<string> Text(string takes = "a text") => new(takes, (name, node, _) => AsText(name, node, takes), Quoted);

    /// <summary>A text, or an empty one for none.</summary>
    public static ValueKind<string> TextOrNone(string takes) =>
        new(takes, (name, node, _) => node is TomlText { Value.Length: 0 } ? "" : AsText(name, node, takes), Quoted);

    /// <summary>A text; null if it is not set.</summary>
    public static ValueKind<string?> OptionalText(string takes = "a text") =>
        new(takes, (name, node, _) => AsText(name, node, takes), Quoted);

    public static ValueKind<int> Number(int min, int max) => new(
        $"a whole number, {min:N0} to {max:N0}", (name, node, @default) => AsNumber(name, node, min, max, @default), value => $"{value}");

    /// <summary>A number of things that may happen; 0, which is null to the options, for no limit of its own.</summary>
    public static ValueKind<int?> Limit(int max) => new(
        $"a whole number, 0 to {max:N0}",
        (name, node, @default) => AsNumber(name, node, 0, max, @default) is > 0 and var limit ? limit : null,
        value => $"{value ?? 0}");

    public static ValueKind<TimeSpan> Duration(string min, string max) => new(
        $"a duration, \"{min}\" to \"{max}\"", (name, node, _) => AsDuration(name, node, min, max), value => Quoted(Quantity.Show(value)));

    public static ValueKind<long> Size(string min, string max) => new(
        SizeTakes(min, max), (name, node, @default) => AsSize(name, node, min, max, @default), value => Quoted(Quantity.Show(value)));

    /// <summary>A size; null if it is not set.</summary>
    public static ValueKind<long?> OptionalSize(string min, string max) => new(
        SizeTakes(min, max),
        (name, node, @default) => AsSize(name, node, min, max, @default),
        value => value is { } octets ? Quoted(Quantity.Show(octets)) : "");

    public static ValueKind<IReadOnlyList<string>> Texts(string takes = "a list of texts") => new(
        takes, (name, node, _) => AsTexts(name, node, takes), List);

    /// <summary>One of some words. A value without a word, such as null, is "not set".</summary>
    public static ValueKind<T> Choice<T>(params (string Word, T Value)[] choices)
    {
        string takes = "one of " + string.Join(", ", choices.Select(choice => $"\"{choice.Word}\""));
        return new(takes, (name, node, _) => AsChoice(name, node, takes, choices), value =>
            Quoted(choices.FirstOrDefault(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Word));
    }

    public static ValueKind<IReadOnlyDictionary<string, IReadOnlyList<string>>> Table(string takes) => new(
        takes,
        (name, node, _) => node is TomlTable table
            ? table.Entries.ToDictionary(
                entry => entry.Key,
                entry => AsTexts($"{name}.{entry.Key}", entry.Value, "an address or a list of addresses"),
                StringComparer.Ordinal)
            : throw Wrong(name, node, takes),
        table => table.Count == 0 ? "{}" : "{ " + string.Join(", ", table.Select(entry => $"{entry.Key} = {List(entry.Value)}")) + " }");

    private static string SizeTakes(string min, string max) => $"a size, \"{min}\" to \"{max}\" (1KB is 1024 octets)";

    private static string Quoted(string? text) => string.IsNullOrEmpty(text) ? "" : $"\"{text}\"";

    private static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(text => $"\"{text}\""))}]";

    private static FormatException Wrong(string name, TomlNode node, string write) =>
        new($"{name} is {node.Sort}, {Short(node.Source)}: write {write}");

    private static int AsNumber(string name, TomlNode node, int min, int max, string @default)
    {
        if (node is not TomlNumber number)
            throw Wrong(name, node, $"a whole number without quotes, for example {name} = {@default}");
        return number.Value >= min && number.Value <= max
            ? (int)number.Value
            : throw new FormatException($"{name} is {number.Value}: write a whole number from {min} to {max}");
    }

    private static long AsSize(string name, TomlNode node, string min, string max, string @default)
    {
        string example = @default.Length == 0 ? Quoted(max) : @default;
        if (node is not TomlText text || !Quantity.TryReadSize(text.Value, out long octets))
            throw Wrong(name, node, $"a size with its unit in quotes, for example {name} = {example}");

        Quantity.TryReadSize(min, out long least);
        Quantity.TryReadSize(max, out long most);
        return octets >= least && octets <= most
            ? octets
            : throw new FormatException($"{name} is {text.Source}: write a size from \"{min}\" to \"{max}\"");
    }

    private static T AsChoice<T>(string name, TomlNode node, string takes, (string Word, T Value)[] choices)
    {
        string word = AsText(name, node, takes);
        foreach (var (known, value) in choices)
        {
            if (known == word)
                return value;
        }

        string near = Spelling.Nearest(word, choices.Select(choice => choice.Word)) is { } guess ? $" (did you mean \"{guess}\"?)" : "";
        throw new FormatException($"{name} is \"{word}\": write {takes}{near}");
    }

    private static string AsText(string name, TomlNode node, string takes) =>
        node is TomlText { Value.Length: > 0 } text && !text.Value.AsSpan().ContainsAnyInRange('\0', '\x1f')
            ? text.Value
            : throw Wrong(
                name, node, node is TomlText ? $"{takes}; it must not be empty or hold control characters" : $"{takes} in quotes");

    private static IReadOnlyList<string> AsTexts(string name, TomlNode node, string takes) => node switch
    {
        TomlList list => [.. list.Items.Select(item => AsText(name, item, takes))],
        TomlText => [AsText(name, node, takes)],
        _ => throw Wrong(name, node, takes),
    };

    private static TimeSpan AsDuration(string name, TomlNode node, string min, string max)
    {
        if (node is not TomlText text || !Quantity.TryReadDuration(text.Value, out var duration))
            throw Wrong(name, node, $"a duration with its unit in quotes (w d h m s), for example \"{Middle(min, max)}\"");

        Quantity.TryReadDuration(min, out var least);
        Quantity.TryReadDuration(max, out var most);
        return duration >= least && duration <= most
            ? duration
            : throw new FormatException($"{name} is {text.Source}: write a duration from \"{min}\" to \"{max}\"");
    }

    private static string Middle(string min, string max) => min is "0s" or "1s" ? max : min;

    private static string AsDomain(string name, string text) =>
        Smtp.DomainName.TryParse(text, out var domain)
            ? domain.ToString()
            : throw new FormatException($"{name} is \"{text}\", which is no domain name: write one such as \"mail.example.org\"");

    private static IPEndPoint AsEndPoint(string name, string text) =>
        IPEndPoint.TryParse(text, out var point) && HasPort(text)
            ? point
            : throw new FormatException(
                $"{name} is \"{text}\": write an IP address with its port, for example \"127.0.0.1:2525\" or \"[::]:25\"");

    private static IPAddress AsAddress(string name, string text) =>
        IPAddress.TryParse(text, out var address) && (text.Contains(':') || text.Count('.') == 3)
            ? address
            : throw new FormatException(
                $"{name} has \"{text}\", which is no IP address: write one such as \"192.0.2.7\" or \"2001:db8::7\"");

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
            throw new FormatException(
                $"{name} has \"{text}\", which is no network: write one such as \"10.0.0.0/8\", \"2001:db8::/32\" or \"192.0.2.7\"");
        }

        // The framework would silently cut the bits after the prefix; the administrator meant something else.
        return IPAddress.Parse(text.AsSpan(0, text.IndexOf('/'))).Equals(network.BaseAddress)
            ? network
            : throw new FormatException(
                $"{name} has \"{text}\", but bits behind the prefix must be 0: write \"{network}\" for the network, or the address alone");
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
            : throw new FormatException(
                $"{name} is \"{text}\": write \"host:port\", \"[ipv6]:port\", "
                + "\"lmtp:host:port\", \"lmtp:unix:/path\" or \"maildir:/path\"");
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

    private static string Short(string source) => source.Length == 0 ? "here" : source.Length <= 60 ? source : source[..57] + "...";
}
