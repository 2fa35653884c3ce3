namespace Gatepost.Replies;

/// <summary>Where code, status and words are in a text that holds a reply.</summary>
internal readonly record struct ReplyReading
{
    private static readonly string[] Counted =
    [
        "message", "mail", "email", "e-mail", "byte", "octet", "recipient", "second", "minute", "hour", "day", "connection", "kb", "mb",
            "gb", "kib", "mib",
        "sec", "min", "ms", "times", "hops", "user", "error", "character", "line", "bad", "and", "or", "of", "to", "per", "m ", "k ",
    ];

    private static readonly string[] Introductions =
        ["said", "reply", "replied", "code", "error", "response", "responded", "returned", "answered", "answer", "smtp", "with", "was",
            "got", "esmtp", "status", "dsn"];

    private static readonly string[] Endings = [" (in reply to ", "; from=<", ", from=<", "; to=<", "; proto=", " (state "];

    public int? Code { get; private init; }

    public int CodeStart { get; private init; }

    /// <summary>3 where the code is in the text, else 0.</summary>
    public int CodeLength { get; private init; }

    public EnhancedStatus? Status { get; private init; }

    public int StatusStart { get; private init; }

    public int StatusLength { get; private init; }

    /// <summary>Where the words begin, behind code and status.</summary>
    public int CoreStart { get; init; }

    /// <summary>Where they end, before what a log adds.</summary>
    public int CoreEnd { get; init; }

    /// <summary>Words whose code and status were read elsewhere.</summary>
    public static ReplyReading OfWords(ReadOnlySpan<char> text, int? code, EnhancedStatus? status)
    {
        if (code is null)
        {
            var read = Read(text, isProse: true);
            return read with { Status = status ?? read.Status };
        }

        int start = SkipSeparators(text, 0), length = 0;
        if (IsCodeAt(text, start, "12345") && Number(text, start) == code)
            start = SkipSeparators(text, start + 3);
        if (EnhancedStatus.TryReadPrefix(text[start..], out var own, out length))
            start = SkipSeparators(text, start + length);
        return new ReplyReading
        {
            Code = code,
            Status = status ?? (length > 0 ? own : (EnhancedStatus?)null),
            CoreStart = start,
            CoreEnd = FindEnd(text, start),
        };
    }

    /// <summary>The same with what was read elsewhere, where the text has none of its own.</summary>
    public ReplyReading With(int? code, EnhancedStatus? status) => this with { Code = Code ?? code, Status = Status ?? status };

    /// <summary>Finds code and status in a text that may have anything before and after them.</summary>
    /// <param name="text">A reply, a log line, or a sentence.</param>
    /// <param name="isProse">A three-digit number in mid-sentence is a code only where a status of the same class follows it.</param>
    public static ReplyReading Read(ReadOnlySpan<char> text, bool isProse)
    {
        int start = 0;
        while (start < text.Length && (char.IsWhiteSpace(text[start]) || text[start] is '<' or '"' or '\'' or '('))
            start++;
        if (text[start..].StartsWith("smtp;", StringComparison.OrdinalIgnoreCase))
            start += 5;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
            start++;

        int codeStart = FindCode(text, start, isProse);
        int code = codeStart < 0 ? 0 : Number(text, codeStart);
        int core = codeStart < 0 ? start : codeStart + 3;
        int statusStart = codeStart < 0 ? -1 : StatusAfter(text, codeStart + 3);
        if (statusStart < 0 && code is 0 or >= 400)
            statusStart = FindStatus(text, core);

        EnhancedStatus? status = null;
        int length = 0;
        if (statusStart >= 0 && EnhancedStatus.TryReadPrefix(text[statusStart..], out var read, out length))
            status = read;
        if (status is not null && statusStart - core < 4)
            core = statusStart + length;

        return new ReplyReading
        {
            Code = codeStart < 0 ? null : code,
            CodeStart = Math.Max(0, codeStart),
            CodeLength = codeStart < 0 ? 0 : 3,
            Status = status,
            StatusStart = Math.Max(0, statusStart),
            StatusLength = length,
            CoreStart = SkipSeparators(text, core),
            CoreEnd = FindEnd(text, core),
        };
    }

    private static int SkipSeparators(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] is '-'))
            at++;
        return at;
    }

    private static int FindEnd(ReadOnlySpan<char> text, int from)
    {
        int end = text.Length;
        foreach (string ending in Endings)
        {
            int at = text[from..end].IndexOf(ending, StringComparison.Ordinal);
            if (at >= 0)
                end = from + at;
        }

        while (end > from && char.IsWhiteSpace(text[end - 1]))
            end--;
        return end;
    }

    private static int FindCode(ReadOnlySpan<char> text, int start, bool isProse)
    {
        if (IsCodeAt(text, start, "245") || IsPseudoCode(text, start) || (IsCodeAt(text, start, "3") && !isProse))
            return start;
        for (int i = start + 1; i + 3 <= text.Length; i++)
        {
            int skip = text[i..].IndexOfAny('4', '5');
            if (skip < 0)
                return -1;
            i += skip;
            if (IsCodeAt(text, i, "45") && IsIntroduced(text, i, isProse))
                return i;
        }

        return -1;
    }

    /// <summary>Three digits of that class which are no part of a longer number, word or name.</summary>
    private static bool IsCodeAt(ReadOnlySpan<char> text, int at, string classes)
    {
        if (at + 3 > text.Length || !classes.Contains(text[at]) || text[at + 1] is < '0' or > '9' || text[at + 2] is < '0' or > '9')
            return false;
        if (at + 3 < text.Length && (char.IsLetterOrDigit(text[at + 3]) || text[at + 3] is '_' or '@' or '/' or '%'))
            return false;
        if (at + 4 < text.Length && text[at + 3] is '.' or ':' && char.IsAsciiDigit(text[at + 4 < text.Length ? at + 4 : at]))
            return false;
        return at == 0 || !(char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '.' or '-' or '_' or '@' or '/' or '+');
    }

    /// <summary>The error numbers that clients print in the place of a code: only where nothing else is at the start.</summary>
    private static bool IsPseudoCode(ReadOnlySpan<char> text, int at) =>
        IsCodeAt(text, at, "1") && ((text.Length == at + 3 && BasicCodes.IsKnown(Number(text, at))) || StatusAfter(text, at + 3) >= 0);

    private static bool IsIntroduced(ReadOnlySpan<char> text, int at, bool isProse)
    {
        int status = StatusAfter(text, at + 3);
        if (status >= 0 && text[status] == text[at])
            return true;
        var after = text[Math.Min(text.Length, at + 3)..];
        if (
            after.Length > 0 && after[0] is not (
                ' ' or '-' or ':' or ',' or ';' or '>' or ')' or '"' or '\n' or '\r' or '\t' or '.' or ']'))
            return false;
        after = after.TrimStart(" -:");
        foreach (string unit in Counted)
        {
            if (after.StartsWith(unit, StringComparison.OrdinalIgnoreCase))
                return false;
        }

        char before = text[at - 1];
        if (before is '<' or '"' or '>' or '(')
            return true;
        var words = text[..at].TrimEnd();
        if (words.Length == 0 || words.Length == at || PortLabel.Ends(words))
            return false;
        if (words[^1] is ':' or ';' or '>' or '|' or '=' or '"')
            return !isProse || words[^1] is not '=';
        if (words[^1] is '#')
            return true;
        return FollowsIntroduction(words);
    }

    private static bool FollowsIntroduction(ReadOnlySpan<char> words)
    {
        int space = words.LastIndexOfAny(' ', '(', '\n');
        var last = words[(space + 1)..];
        foreach (string word in Introductions)
        {
            if (last.Equals(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static int StatusAfter(ReadOnlySpan<char> text, int at)
    {
        int limit = Math.Min(text.Length, at + 4);
        while (at < limit && text[at] is ' ' or '-' or '#' or '(' or ':' or '[')
        {
            at++;
            if (at >= text.Length)
                return -1;
        }

        return at < text.Length && EnhancedStatus.TryReadPrefix(text[at..], out var status, out _) && status.Subject < 10 ? at : -1;
    }

    private static int FindStatus(ReadOnlySpan<char> text, int from)
    {
        for (int i = from; i + 5 <= text.Length; i++)
        {
            int skip = text[i..].IndexOfAny('2', '4', '5');
            if (skip < 0)
                return -1;
            i += skip;
            if (i > 0 && (char.IsLetterOrDigit(text[i - 1]) || text[i - 1] is '.' or '-' or '_' or '@' or '/'))
                continue;
            if (!EnhancedStatus.TryReadPrefix(text[i..], out var status, out int length) || status.Subject > 7)
                continue;
            if (i + length < text.Length && (char.IsLetter(text[i + length]) || text[i + length] is '@' or '/' or '-' or '_'))
                continue;
            if (status.Class != 2 || (i >= 4 && text[(i - 4)..i].Equals("dsn=", StringComparison.OrdinalIgnoreCase)) || i == from)
                return i;
        }

        return -1;
    }

    private static int Number(ReadOnlySpan<char> text, int at) =>
        ((text[at] - '0') * 100) + ((text[at + 1] - '0') * 10) + (text[at + 2] - '0');
}
