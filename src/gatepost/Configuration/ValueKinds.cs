using System.Globalization;
using System.Net;
using Gatepost.Policy;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>The kinds of value keys take, each with its check and the words for what is wrong.</summary>
internal static class ValueKinds
{
    public static Key<string> Text(string name, string @default, string meaning, string takes = "a text") =>
        new(name, takes, @default, meaning, node => AsText(name, node, takes));

    public static Key<bool> Flag(string name, bool @default, string meaning) =>
        new(name, "true or false", @default ? "true" : "false", meaning, node =>
            node is TomlFlag flag ? flag.Value : throw Wrong(name, node, "true or false, without quotes"));

    public static Key<int> Number(string name, int @default, int min, int max, string meaning) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"a whole number, {min:N0} to {max:N0}"), @default.ToString(CultureInfo.InvariantCulture), meaning, node =>
            node is TomlNumber number
                ? number.Value >= min && number.Value <= max
                    ? (int)number.Value
                    : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is {number.Value}: write a whole number from {min} to {max}"))
                : throw Wrong(name, node, string.Create(CultureInfo.InvariantCulture, $"a whole number without quotes, for example {name} = {@default}")));

    public static Key<TimeSpan> Duration(string name, string @default, string min, string max, string meaning) =>
        new(name, $"a duration, \"{min}\" to \"{max}\"", $"\"{@default}\"", meaning, node => AsDuration(name, node, min, max));

    public static Key<long> Size(string name, string @default, string min, string max, string meaning) =>
        new(name, $"a size, \"{min}\" to \"{max}\" (1KB is 1024 octets)", @default.Length == 0 ? "" : $"\"{@default}\"", meaning, node =>
        {
            if (node is TomlText text && Quantity.TryReadSize(text.Value, out long octets))
            {
                Quantity.TryReadSize(min, out long least);
                Quantity.TryReadSize(max, out long most);
                return octets >= least && octets <= most
                    ? octets
                    : throw new FormatException($"{name} is {text.Source}: write a size from \"{min}\" to \"{max}\"");
            }

            throw Wrong(name, node, $"a size with its unit in quotes, for example {name} = \"{(@default.Length == 0 ? max : @default)}\"");
        });

    public static Key<T> Choice<T>(string name, string @default, string meaning, params (string Word, T Value)[] choices) =>
        new(name, "one of " + string.Join(", ", choices.Select(choice => $"\"{choice.Word}\"")), @default.Length == 0 ? "" : $"\"{@default}\"", meaning, node =>
        {
            string word = AsText(name, node, "one of " + string.Join(", ", choices.Select(choice => $"\"{choice.Word}\"")));
            foreach (var (known, value) in choices)
            {
                if (known == word)
                    return value;
            }

            string near = Spelling.Nearest(word, choices.Select(choice => choice.Word)) is { } guess ? $" (did you mean \"{guess}\"?)" : "";
            throw new FormatException($"{name} is \"{word}\": write one of {string.Join(", ", choices.Select(choice => $"\"{choice.Word}\""))}{near}");
        });

    public static Key<IReadOnlyList<string>> Texts(string name, string @default, string meaning, string takes = "a list of texts") =>
        new(name, takes, @default, meaning, node => AsTexts(name, node, takes));

    public static Key<string> DomainName(string name, string @default, string meaning) =>
        new(name, "a domain name", @default, meaning, node => AsDomain(name, AsText(name, node, "a domain name")));

    public static Key<IReadOnlyList<IPEndPoint>> EndPoints(string name, string @default, string meaning) =>
        new(name, "an address with port, or a list of them", @default, meaning, node =>
            [.. AsTexts(name, node, "\"address:port\"").Select(text => AsEndPoint(name, text))]);

    public static Key<IReadOnlyList<IPNetwork>> Networks(string name, string @default, string meaning) =>
        new(name, "a list of networks or addresses", @default, meaning, node =>
            [.. AsTexts(name, node, "a list such as [\"10.0.0.0/8\", \"192.0.2.7\"]").Select(text => AsNetwork(name, text))]);

    public static Key<Destination> Destination(string name, string @default, string meaning) =>
        new(name, "\"host:port\", \"lmtp:host:port\", \"lmtp:unix:/path\" or \"maildir:/path\"", @default, meaning, node =>
            AsDestination(name, AsText(name, node, "a destination")));

    public static Key<IReadOnlyDictionary<string, IReadOnlyList<string>>> Table(string name, string meaning, string takes) =>
        new(name, takes, "{}", meaning, node =>
            node is TomlTable table
                ? table.Entries.ToDictionary(entry => entry.Key, entry => AsTexts($"{name}.{entry.Key}", entry.Value, "an address or a list of addresses"), StringComparer.Ordinal)
                : throw Wrong(name, node, takes));

    public static FormatException Wrong(string name, TomlNode node, string write) =>
        new($"{name} is {node.Sort}, {Short(node.Source)}: write {write}");

    private static string AsText(string name, TomlNode node, string takes) =>
        node is TomlText { Value.Length: > 0 } text && !text.Value.AsSpan().ContainsAnyInRange('\0', '\x1f')
            ? text.Value
            : throw Wrong(name, node, node is TomlText ? $"{takes}; it must not be empty or hold control characters" : $"{takes} in quotes");

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
        Mailbox.TryParse("x@" + text, out var probe) && !probe!.IsAddressLiteral
            ? text.ToLowerInvariant()
            : throw new FormatException($"{name} is \"{text}\", which is no domain name: write one such as \"mail.example.org\"");

    private static IPEndPoint AsEndPoint(string name, string text) =>
        IPEndPoint.TryParse(text, out var point) && HasPort(text)
            ? point
            : throw new FormatException($"{name} is \"{text}\": write an IP address with its port, for example \"127.0.0.1:2525\" or \"[::]:25\"");

    /// <summary><see cref="IPEndPoint.TryParse(string, out IPEndPoint?)"/> takes a bare address and gives it port 0, and "1:2" as IPv6.</summary>
    private static bool HasPort(string text) => text.StartsWith('[') ? text.Contains("]:") : text.Count(':') == 1 && text.Contains('.');

    private static IPNetwork AsNetwork(string name, string text)
    {
        if (IPAddress.TryParse(text, out var single) && (text.Contains(':') || text.Count('.') == 3))
            return new IPNetwork(single, single.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
        if (!IPNetwork.TryParse(text, out var network))
            throw new FormatException($"{name} has \"{text}\", which is no network: write one such as \"10.0.0.0/8\", \"2001:db8::/32\" or \"192.0.2.7\"");

        // The framework would silently cut the bits behind the prefix; whoever wrote them meant something else.
        return IPAddress.Parse(text.AsSpan(0, text.IndexOf('/'))).Equals(network.BaseAddress)
            ? network
            : throw new FormatException($"{name} has \"{text}\", but bits behind the prefix must be 0: write \"{network}\" for the network, or the address alone");
    }

    private static Destination AsDestination(string name, string text)
    {
        string full = text.StartsWith("lmtp:", StringComparison.Ordinal) || text.StartsWith("maildir:", StringComparison.Ordinal) || text.StartsWith("smtp:", StringComparison.Ordinal)
            ? text
            : "smtp:" + text;
        string place = full[(full.IndexOf(':') + 1)..];
        bool good = full[0] == 'm' || place.StartsWith("unix:/", StringComparison.Ordinal) ? place.Contains('/') : IsHostAndPort(place);
        return good && Smtp.Destination.TryParse(full, out var destination)
            ? destination!
            : throw new FormatException($"{name} is \"{text}\": write \"host:port\", \"[ipv6]:port\", \"lmtp:host:port\", \"lmtp:unix:/path\" or \"maildir:/path\"");
    }

    private static bool IsHostAndPort(string place)
    {
        int colon = place.LastIndexOf(':');
        return colon > 0
            && int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= 65535
            && (place[0] == '[' ? IPAddress.TryParse(place.AsSpan(1, Math.Max(0, colon - 2)), out _) && place[colon - 1] == ']' : !place.AsSpan(0, colon).ContainsAny(":/ "));
    }

    private static string Short(string source) => source.Length == 0 ? "here" : source.Length <= 60 ? source : source[..57] + "...";
}
