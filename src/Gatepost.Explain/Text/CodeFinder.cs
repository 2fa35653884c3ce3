using Gatepost.Replies;

namespace Gatepost.Explain.Text;

/// <summary>A reply code or an enhanced status, or both, found in a text. Nothing is ever made up: what is not there is null.</summary>
/// <param name="Code">200 to 599, or null.</param>
/// <param name="CodeAt">Where the code is in the text, or -1.</param>
/// <param name="Status">As written in the text.</param>
/// <param name="StatusAt">Where the status is, or -1.</param>
/// <param name="WordsAt">First character behind code and status.</param>
internal readonly record struct FoundCode(int? Code, int CodeAt, EnhancedStatus? Status, int StatusAt, int StatusLength, int WordsAt)
{
    public static FoundCode None { get; } = new(null, -1, null, -1, 0, 0);

    public bool IsEmpty => Code is null && Status is null;
}

/// <summary>Finds reply codes (RFC 5321 §4.2) and enhanced status codes (RFC 3463) inside other people's sentences.</summary>
/// <remarks>
/// Ports, sizes, years, versions and addresses are full of three digits and of digits with dots; only the place of a number makes it a
/// code.
/// </remarks>
internal static class CodeFinder
{
    /// <summary>
    /// Reads the codes of a text. Where a reply quotes another reply, the innermost one is nearer to the cause and is taken.
    /// </summary>
    public static FoundCode Read(ReadOnlySpan<char> text)
    {
        var first = FoundCode.None;
        var last = FoundCode.None;
        int at = 0;
        while (NextCode(text, at) is var found && !found.IsEmpty)
        {
            at = found.WordsAt;
            if (first.IsEmpty)
                first = found;

            // The lines of one reply repeat its code; "550 550 5.7.1" stammers.
            bool same = last.Code == found.Code && (found.Status is null || last.Status is null || last.Status == found.Status);
            if (last.IsEmpty || (same && last.Status is null && found.Status is not null))
                last = found;
            else if (last.Code < 400 && found.Code >= 400)
                last = found;
            else if (!same && found.Code >= 400 && Quotes(text, found.CodeAt))
                last = found with
                {
                    Status = found.Status ?? last.Status,
                    StatusAt = found.Status is null ? last.StatusAt
                    : found.StatusAt,
                    StatusLength = found.Status is null ? last.StatusLength : found.StatusLength
                };
        }

        if (last.Status is null && NextStatus(text, 0) is var (status, statusAt, length) && statusAt >= 0)
            last = last with { Status = status, StatusAt = statusAt, StatusLength = length };
        return last;
    }

    /// <summary>Reads the codes at the head of a text: what the server itself said, whatever it quotes.</summary>
    public static FoundCode ReadFirst(ReadOnlySpan<char> text)
    {
        if (Leading(text) is { } number)
            return number;
        var first = NextCode(text, 0);

        // A greeting or an earlier yes is not what failed: "220-mx 421 4.2.1 too many connections".
        for (var next = first; first.Code < 400 && !next.IsEmpty; next = NextCode(text, next.WordsAt))
            if (next.Code >= 400)
                first = next;
        // A gateway that hands on the reply of the server behind it in brackets: "500 5.0.0 Depot returns error: <552 5.2.2 Over quota>".
        if (first is { Code: >= 400, Status: { Subject: 0, Detail: 0 } } && text[first.WordsAt..].IndexOf('<') is var open and >= 0
            && NextCode(text, first.WordsAt + open) is { Code: >= 400, Status: not null } inner && inner.CodeAt == first.WordsAt + open + 1)
            return inner;
        if (first.Status is null && NextStatus(text, 0) is var (status, at, length) && at >= 0)
            first = first with { Status = status, StatusAt = at, StatusLength = length };
        return first;
    }

    /// <summary>
    /// Numbers that only come first: 354, 334, and those that mail programs print where no server spoke (101, 111).
    /// </summary>
    private static FoundCode? Leading(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[0] is not ('1' or '3') || !int.TryParse(text[..3], out int code) || !BasicCodes.IsKnown(code)
            || (text.Length > 3 && text[3] is not (' ' or '-')))
            return null;
        int words = SkipSeparators(text, 3);
        return EnhancedStatus.TryReadPrefix(text[words..], out var status, out int length)
            ? new FoundCode(code, 0, status, words, length, words + length) : new FoundCode(code, 0, null, -1, 0, words);
    }

    /// <summary>The next reply code at or after <paramref name="from"/>, with the status right behind it.</summary>
    public static FoundCode NextCode(ReadOnlySpan<char> text, int from)
    {
        for (int at = from; at + 3 <= text.Length; at++)
        {
            int skip = text[at..].IndexOfAny('2', '4', '5');
            if (skip < 0)
                break;
            at += skip;
            if (!IsCode(text, at))
                continue;

            int code = ((text[at] - '0') * 100) + ((text[at + 1] - '0') * 10) + (text[at + 2] - '0');
            int after = at + 3;
            int words = SkipSeparators(text, after);
            if (EnhancedStatus.TryReadPrefix(text[words..], out var status, out int length))
                return new FoundCode(code, at, status, words, length, words + length);
            return new FoundCode(code, at, null, -1, 0, words);
        }

        return FoundCode.None;
    }

    /// <summary>The next enhanced status at or after <paramref name="from"/>.</summary>
    public static (EnhancedStatus Status, int At, int Length) NextStatus(ReadOnlySpan<char> text, int from)
    {
        for (int at = from; at + 5 <= text.Length; at++)
        {
            int skip = text[at..].IndexOf('.');
            if (skip < 0)
                break;
            at += skip;
            int start = at - 1;
            if (start < from || text[start] is not ('2' or '4' or '5'))
                continue;
            if (start > 0 && !MayPrecedeStatus(text[start - 1]))
                continue;
            if (!EnhancedStatus.TryReadPrefix(text[start..], out var status, out int length) || status.Subject > 9)
                continue;
            int after = start + length;
            if (after < text.Length && !MayFollowStatus(text[after]))
                continue;
            if (IsVersion(text[..start]))
                continue;
            return (status, start, length);
        }

        return (default, -1, 0);
    }

    private static bool IsCode(ReadOnlySpan<char> text, int at)
    {
        if (at + 3 > text.Length || !char.IsAsciiDigit(text[at + 1]) || !char.IsAsciiDigit(text[at + 2]) || text[at + 1] > '7'
            || (text[at] == '2' && !IsSuccess(text.Slice(at, 3))))
            return false;
        if (at + 3 < text.Length)
        {
            char after = text[at + 3];
            if (after is not (' ' or '-' or ':' or '"' or '\'' or ')' or ']' or ',' or ';' or '.' or '>' or '#' or '\t' or '\n' or '='))
                return false;
            if (after == '-' && at + 4 < text.Length && char.IsAsciiDigit(text[at + 4])
                && !EnhancedStatus.TryReadPrefix(text[(at + 4)..], out _, out _) && !IsIPv4(text[(at + 4)..]))
                return false;
            if (after == '.' && at + 4 < text.Length && char.IsAsciiLetterOrDigit(text[at + 4]))
                return false;
        }

        // 400 to 419 are no replies of mail servers but of web services.
        if (text[at] == '4' && text[at + 1] < '2')
            return false;
        return at == 0 || (MayPrecedeCode(text[..at], text[(at + 3)..]) && !IsWanted(text[..at]) && !IsPort(text[..at]));
    }

    /// <summary>What a program waited for is not what it got: <c>Expected response code "250" but got code "550"</c>.</summary>
    private static bool IsWanted(ReadOnlySpan<char> before)
    {
        var near = before[Math.Max(0, before.Length - 32)..];
        int wanted = near.LastIndexOf("xpect", StringComparison.OrdinalIgnoreCase);
        return wanted >= 0 && near[wanted..].IndexOf("got", StringComparison.OrdinalIgnoreCase) < 0
            && near[wanted..].IndexOfAny(';', '.', ',') < 0;
    }

    /// <summary><c>192.0.2.1:465</c>, <c>mx.example.org:587</c>, <c>[192.0.2.1]:465</c>.</summary>
    private static bool IsPort(ReadOnlySpan<char> before)
    {
        if (PortLabel.Ends(before))
            return true;
        if (before[^1] != ':' || before.Length < 2)
            return false;
        int start = before[..^1].LastIndexOfAny(' ', '=', '\n') + 1;
        var host = before[start..^1];
        return !host.IsEmpty && (host[^1] == ']' || (host.Contains('.') && char.IsAsciiLetterOrDigit(host[^1]) && !host.Contains(':')));
    }

    private static readonly System.Buffers.SearchValues<char> Dotted = System.Buffers.SearchValues.Create("0123456789.");

    private static bool IsIPv4(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExcept(Dotted);
        var address = text[..(end < 0 ? text.Length : end)].TrimEnd('.');
        return address.Count('.') == 3 && System.Net.IPAddress.TryParse(address, out _);
    }

    /// <summary>The only codes of success there are (RFC 5321, 4954); other numbers from 200 to 299 are sizes and exit codes.</summary>
    private static bool IsSuccess(ReadOnlySpan<char> digits) =>
        digits is "211" or "214" or "220" or "221" or "235" or "250" or "251" or "252" or "253";

    private static readonly string[] Introductions =
    [
        "said", "error", "code", "response", "reply", "replied", "returned", "reason", "status", "smtp", "was", "with", "message", "server",
            "responded",
        "answered", "answer", "diagnostic", "rejected", "by", "failure", "dsn", "text", "is", "ответ", "ошибка", "код",
    ];

    private static bool MayPrecedeCode(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        char last = before[^1];
        if (last is '\n' or '(' or '[' or '<' or '>' or '#' or '"' or '\'' or '=' or '`' or '|')
            return last != '[' || StartsLikeReply(after) || (after.StartsWith("]") && IsCodeLabel(before[..^1]));
        var trimmed = before.TrimEnd(' ');
        if (trimmed.IsEmpty)
            return true;
        if (after.Length > 2 && after[0] == '-' && after[1] is '\'' or '"' && trimmed.Length < before.Length)
            return true;
        if (trimmed.Length < before.Length || last is ':' or ';')
        {
            char end = trimmed[^1];
            if (end is ':' or ';' or '>' or '<' or '-' or '(' or '[' or '"' or '\'' or '=' or '#' or ')' or ']')
                return last is ' ' || StartsLikeReply(after) || trimmed[..^1].TrimEnd(" \"'")
                    .EndsWith("code", StringComparison.OrdinalIgnoreCase);
            if (IsRepeatedCode(trimmed) || EnhancedFollows(after))
                return true;
            int word = trimmed.LastIndexOfAny(' ', '\n', '(') + 1;
            var introduction = trimmed[word..];
            if (introduction.EndsWith("code", StringComparison.OrdinalIgnoreCase))
                return true;
            foreach (string known in Introductions)
                if (introduction.Equals(known, StringComparison.OrdinalIgnoreCase))
                    return true;
        }

        return false;
    }

    /// <summary><c>error code</c>, <c>received error code.</c>, <c>SMTP code:</c>.</summary>
    private static bool IsCodeLabel(ReadOnlySpan<char> before) =>
        before.TrimEnd(" .:=").EndsWith("code", StringComparison.OrdinalIgnoreCase);

    private static bool StartsLikeReply(ReadOnlySpan<char> after) => after.IsEmpty || after[0] is ' ' or '-';

    private static bool EnhancedFollows(ReadOnlySpan<char> after) =>
        after.Length > 5 && after[0] is ' ' or '-' && EnhancedStatus.TryReadPrefix(after[1..], out _, out _);

    private static bool IsRepeatedCode(ReadOnlySpan<char> before) =>
        before.Length >= 3 && char.IsAsciiDigit(before[^1]) && char.IsAsciiDigit(before[^2]) && before[^3] is '4' or '5'
            && (before.Length == 3 || !char.IsAsciiLetterOrDigit(before[^4]));

    /// <summary>
    /// Is the code at that place what a server further away said: after <c>said:</c>, <c>-&gt;</c>, <c>&lt;</c>, <c>MTA(...):</c>?
    /// </summary>
    private static bool Quotes(ReadOnlySpan<char> text, int at)
    {
        var before = text[..at];
        if (before.IsEmpty)
            return false;
        if (before[^1] is '<' or '[' or '(' or '"')
            return StartsLikeReply(text[(at + 3)..]);
        before = before.TrimEnd(' ');
        return !before.IsEmpty && before[^1] is ':' or '>' or '-' || before.EndsWith("said", StringComparison.OrdinalIgnoreCase);
    }

    private static int SkipSeparators(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '-' or ':' or '#' or '"' or ')' or ']' or ',' or '\'')
            at++;
        return at;
    }

    private static bool MayPrecedeStatus(char c) =>
        c is ' ' or '(' or '[' or '#' or '<' or '"' or '\'' or ':' or '=' or ';' or ',' or '\n' or '-' or '>';

    private static bool MayFollowStatus(char c) =>
        c is ' ' or ')' or ']' or '>' or '"' or '\'' or ':' or ';' or ',' or '\n' or '-' or '<' or '.' or '_';

    private static bool IsVersion(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd(" (-");
        int word = before.LastIndexOf(' ') + 1;
        var previous = before[word..];
        return previous.EndsWith("id", StringComparison.Ordinal) || previous.Equals("version", StringComparison.OrdinalIgnoreCase)
            || previous.Equals("Exim", StringComparison.Ordinal)
            || previous.StartsWith("ver", StringComparison.OrdinalIgnoreCase) || previous.Equals("v", StringComparison.Ordinal)
            || previous.Equals("Postfix", StringComparison.Ordinal);
    }
}
