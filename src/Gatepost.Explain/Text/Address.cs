namespace Gatepost.Explain.Text;

/// <summary>Finds mail addresses in text.</summary>
internal static class Address
{
    /// <summary>The next address at or after <paramref name="from"/>: its place and length, without angle brackets.</summary>
    /// <returns>-1 where there is none.</returns>
    public static int Next(ReadOnlySpan<char> text, int from, out int length)
    {
        length = 0;
        for (int at = from; at < text.Length;)
        {
            int found = text[at..].IndexOf('@');
            if (found < 0)
                return -1;
            int sign = at + found;
            int start = LocalStart(text, from, sign);
            int end = DomainEnd(text, sign + 1);
            if (start < sign && end > sign + 1)
            {
                // A quote that closes behind it opens before it: {u'ann@example.org': ...}.
                int quote = end < text.Length && text[end] == '\'' ? text[start..sign].LastIndexOf('\'') : -1;
                if (quote >= 0 && start + quote + 1 < sign)
                    start += quote + 1;
                length = end - start;
                return start;
            }

            at = sign + 1;
        }

        return -1;
    }

    /// <summary>The first address in a text, or null.</summary>
    public static string? First(ReadOnlySpan<char> text) =>
        Next(text, 0, out int length) is var at and >= 0 ? text.Slice(at, length).ToString() : null;

    /// <summary>Reads <c>rfc822; &lt;user@host&gt;</c> and its many variants (RFC 3464 §2.3.1).</summary>
    public static string? OfField(string value)
    {
        int semicolon = value.IndexOf(';');
        var rest = semicolon >= 0 && !value.AsSpan(0, semicolon).Contains('@') ? value.AsSpan(semicolon + 1) : value.AsSpan();
        rest = rest.Trim().Trim("<>").Trim();
        if (rest.IsEmpty)
            return null;
        if (Next(rest, 0, out int length) is var at and >= 0)
            return at == 0 || rest[at - 1] is '<' or ' ' or ':' ? rest.Slice(at, length).ToString() : null;
        return rest.Contains(' ') || rest.Length > 254 ? null : rest.ToString();
    }

    private static int LocalStart(ReadOnlySpan<char> text, int from, int sign)
    {
        int start = sign;
        if (start > from && text[start - 1] == '"')
        {
            // A quoted local part: "john doe"@example.com.
            int open = text[from..(start - 1)].LastIndexOf('"');
            return open >= 0 && start - (from + open) <= 66 ? from + open : sign;
        }

        while (start > from && IsLocal(text[start - 1]) && sign - start < 128)
            start--;
        while (start < sign && text[start] is '.' or '\'' or '*' or '=' or '-' or '`' or '{' or '|' or '/' or '#'
            && !IsAfterOpening(text, start))
            start++;

        // "dda:SMTP=bob@example.edu": the attribute of an X.400 address is none of the local part.
        return text[start..sign].StartsWith("SMTP=", StringComparison.OrdinalIgnoreCase) ? start + 5 : start;
    }

    private static bool IsAfterOpening(ReadOnlySpan<char> text, int at) => at > 0 && text[at - 1] == '<' && text[at] is not '|';

    private static int DomainEnd(ReadOnlySpan<char> text, int start)
    {
        if (start < text.Length && text[start] == '[')
        {
            int close = text[start..].IndexOf(']');
            return close is > 1 and < 60 ? start + close + 1 : start;
        }

        int end = start;
        while (end < text.Length && end - start < 254 && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '-' or '_'))
            end++;
        while (end > start && text[end - 1] is '.' or '-' or '_')
            end--;
        return end;
    }

    private static bool IsLocal(char c) => char.IsAsciiLetterOrDigit(c)
        || c is '.' or '_' or '-' or '+' or '=' or '/' or '!' or '#' or '$' or '%' or '&' or '\'' or '*' or '?' or '^' or '`' or '{' or '|'
        or '}' or '~' || c > 127 && char.IsLetterOrDigit(c);
}
