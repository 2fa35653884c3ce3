using System.Buffers;

namespace Gatepost.Replies.Matching;

/// <summary>What a value in a sentence is.</summary>
internal enum ValueKind
{
    None,
    Address,
    Host,
    Ip,
    Url,

    /// <summary>A number, a code, an identifier.</summary>
    Number,
}

/// <summary>A value that was taken out of a sentence.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">Where it was, in the plain text.</param>
internal readonly record struct Value(ValueKind Kind, int At);

/// <summary>Takes out of a sentence what differs from message to message: addresses, hosts, links, numbers, identifiers.</summary>
/// <remarks>"User &lt;bob@example.org&gt; unknown" is "user unknown", <c>WRONG_RECIPIENT</c> and <c>WrongRecipient</c> are "wrong
/// recipient".</remarks>
internal static class PlainText
{
    /// <summary>Most values that are noted.</summary>
    public const int MaxValues = 32;

    /// <summary>How many characters more than the folded text the plain one may need: spaces between joined words.</summary>
    public const int Room = 32;

    private const string Brackets = "<>[](){}\"";

    private static readonly SearchValues<char> Ipv4Signs = SearchValues.Create("0123456789.:x#*");

    private static readonly SearchValues<char> Ipv6Signs = SearchValues.Create("0123456789abcdef:%");

    private static readonly SearchValues<char> HostSigns = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_*");

    private static readonly SearchValues<char> DigitsAndHyphen = SearchValues.Create("0123456789-");

    /// <summary>Last labels by which a word with dots is a host name; two letters are a country, unless they are a word as well.</summary>
    private static readonly HashSet<string> TopDomains = new(StringComparer.Ordinal)
    {
        "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "name", "online", "email", "cloud", "site", "shop", "app", "dev",
            "arpa",
        "example", "test", "invalid", "local", "localdomain", "lan", "internal", "localhost", "jp", "cn",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Tops = TopDomains.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] TwoLetterWords =
    [
        "is", "it", "in", "at", "be", "no", "so", "to", "me", "us", "my", "am", "as", "do", "an", "he", "by", "de", "la", "se",
        "es", "if", "or", "of", "on", "we",
    ];

    /// <param name="text">The text given; has upper and lower case.</param>
    /// <param name="folded">The same folded.</param>
    /// <param name="origins">Where each folded character is in the text given.</param>
    /// <param name="plain"><see cref="Room"/> longer than the folded text.</param>
    /// <param name="from">Where each plain character is in the text given; as long as <paramref name="plain"/>.</param>
    /// <param name="values">At least <see cref="MaxValues"/> places.</param>
    /// <param name="taken">How many values were taken out.</param>
    /// <returns>How many characters the plain text has.</returns>
    public static int Read(
        ReadOnlySpan<char> text, ReadOnlySpan<char> folded, ReadOnlySpan<int> origins,
        Span<char> plain, Span<int> from, Span<Value> values, out int taken)
    {
        taken = 0;
        int written = 0, room = Room, at = 0;
        bool behindValue = true;
        while (at < folded.Length)
        {
            if (folded[at] == ' ' || Brackets.Contains(folded[at]))
            {
                if (written > 0 && plain[written - 1] != ' ')
                    (plain[written], from[written++]) = (' ', origins[at]);
                at++;
                continue;
            }

            if (behindValue && folded[at] is ':' or ',' or '-' && (at + 1 == folded.Length || folded[at + 1] == ' '))
            {
                at++;
                continue;
            }

            int end = at + 1;
            while (end < folded.Length && folded[end] != ' ' && !Brackets.Contains(folded[end])
                && IsSpaceless(folded[end]) == IsSpaceless(folded[at]))
                end++;
            var word = folded[at..end];
            int length = word.TrimEnd(".,;:!?'").Length;
            var kind = length == 0 ? ValueKind.None : KindOf(word[..length], folded[end..]);
            if (kind == ValueKind.None)
            {
                behindValue = false;
                Copy(text, folded, origins, at, end, plain, from, ref written, ref room);
                at = end;
                continue;
            }

            // mx.example.org[192.0.2.1] is one host, and a bare address a client.
            bool sameHost = kind == ValueKind.Ip && behindValue && taken > 0
                && values[taken - 1] is { Kind: ValueKind.Host } host && host.At == written;
            if (taken < values.Length && !sameHost)
                values[taken++] = new Value(kind, written);
            at += length;
            behindValue = true;
            // The quote that closes 'bob@example.org' goes with it.
            while (at < end && folded[at] == '\'')
                at++;
            while (at + 1 < end && folded[at] == '.' && folded[at + 1] == '.')
                at++;
            if (length + 1 < word.Length && at < end && folded[at] == '.')
                at++;
        }

        while (written > 0 && plain[written - 1] == ' ')
            written--;
        return written;
    }

    /// <summary>The word as it is, joined ones apart.</summary>
    private static void Copy(
        ReadOnlySpan<char> text, ReadOnlySpan<char> folded, ReadOnlySpan<int> origins, int at, int end,
        Span<char> plain, Span<int> from, ref int written, ref int room)
    {
        for (int i = at; i < end; i++)
        {
            if (i > at && room > 0 && IsUpper(text[origins[i]]) && IsLower(text[origins[i] - 1]))
            {
                (plain[written], from[written++]) = (' ', origins[i]);
                room--;
            }

            (plain[written], from[written++]) = (folded[i] == '_' ? ' ' : folded[i], origins[i]);
        }
    }

    /// <summary>Letters of scripts that put no space between an address and the word behind it.</summary>
    private static bool IsSpaceless(char letter) => letter >= '\u2E80';

    private static bool IsUpper(char letter) => letter is >= 'A' and <= 'Z';

    private static bool IsLower(char letter) => letter is >= 'a' and <= 'z';

    /// <summary>What a word alone is, folded and without the marks around it.</summary>
    public static ValueKind KindOf(ReadOnlySpan<char> word) => KindOf(word, default);

    private static ValueKind KindOf(ReadOnlySpan<char> word, ReadOnlySpan<char> after)
    {
        int sign = word.IndexOf('@');
        if (sign >= 0)
            return sign + 1 < word.Length || sign > 0 ? ValueKind.Address : ValueKind.None;
        if (word.Contains("://", StringComparison.Ordinal)
            || word.StartsWith("www.", StringComparison.Ordinal) || word.StartsWith("//", StringComparison.Ordinal))
            return ValueKind.Url;
        if (IsIp(word) || (!IsHost(word) && after.Length > 2 && after[0] == '[' && IsIp(UpTo(after[1..], ']'))))
            return ValueKind.Ip;
        if (IsHost(word))
            return word.Contains('/') ? ValueKind.Url : ValueKind.Host;
        return IsNumber(word) ? ValueKind.Number : ValueKind.None;
    }

    private static ReadOnlySpan<char> UpTo(ReadOnlySpan<char> text, char end) => text.IndexOf(end) is >= 0 and var at ? text[..at] : text;

    /// <summary>192.0.2.1, 192.0.2.1:25, x.x.x.x, 2001:db8::1.</summary>
    private static bool IsIp(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("ipv6:", StringComparison.Ordinal))
            return true;
        int dots = word.Count('.'), colons = word.Count(':');
        if (dots == 3 && colons <= 1)
            return !word.ContainsAnyExcept(Ipv4Signs) && word[0] != '.';
        return colons >= 2 && dots == 0 && !word.ContainsAnyExcept(Ipv6Signs) && word.ContainsAnyInRange('0', '9');
    }

    private static bool IsHost(ReadOnlySpan<char> word)
    {
        int slash = word.IndexOf('/');
        var name = (slash > 0 ? word[..slash] : word).TrimEnd('.');
        int colon = name.IndexOf(':');
        if (colon > 0 && name[(colon + 1)..].IndexOfAnyExceptInRange('0', '9') < 0)
            name = name[..colon];
        int dot = name.LastIndexOf('.');
        if (dot <= 0 || name.Length - dot < 3 || name.ContainsAnyExcept(HostSigns))
            return false;
        var last = name[(dot + 1)..];
        if (Tops.Contains(last))
            return true;
        foreach (string two in TwoLetterWords)
            if (last.SequenceEqual(two))
                return name.Count('.') > 1 && name[..dot].ContainsAny(DigitsAndHyphen);
        return last.IndexOfAnyExceptInRange('a', 'z') < 0 && (last.Length == 2 || (name.Count('.') > 1 && last.Length < 6));
    }

    /// <summary>Digits with what belongs to them (5.7.1, 250/200, #12, 10mb), or an identifier of letters and digits.</summary>
    private static bool IsNumber(ReadOnlySpan<char> word)
    {
        int digits = 0, letters = 0;
        foreach (char letter in word)
        {
            if (char.IsAsciiDigit(letter))
                digits++;
            else if (char.IsLetter(letter))
                letters++;
        }

        bool identifier = digits >= 3 && word.Length >= 8;
        bool measure = letters <= 2 && digits >= letters && letters + digits == word.Length;
        return digits > 0 && (letters == 0 || identifier || measure);
    }
}
