namespace Gatepost.Explain.Text;

/// <summary>Blanks the markup of HTML in place, so that every character keeps its position and stays quotable.</summary>
internal static class HtmlText
{
    private static readonly (string Entity, char Means)[] Entities =
    [
        ("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"'), ("&#39;", '\''), ("&#34;", '"'), ("&apos;", '\''),
        ("&nbsp;", ' '), ("&#64;", '@'), ("&#60;", '<'), ("&#62;", '>'), ("&#160;", ' '), ("&#x27;", '\''),
    ];

    private const int LongestTag = 4096;

    /// <returns>A text of the same length: tags, comments, styles and scripts are blanks, entities are their character and
    /// blanks.</returns>
    public static string Blank(string html)
    {
        char[] text = html.ToCharArray();
        int at = 0;
        while (at < html.Length)
        {
            int next = html.AsSpan(at).IndexOfAny('<', '&');
            if (next < 0)
                break;
            at += next;
            at = html[at] == '<' ? BlankTag(html, text, at) : ReadEntity(html, text, at);
        }

        return new string(text);
    }

    private static int BlankTag(string html, char[] text, int at)
    {
        var rest = html.AsSpan(at);
        if (rest.StartsWith("<!--"))
            return Fill(text, at, EndAfter(html, at, "-->"), ' ');
        if (Opens(rest, "style"))
            return Fill(text, at, EndAfter(html, at, "</style>"), ' ');
        if (Opens(rest, "script"))
            return Fill(text, at, EndAfter(html, at, "</script>"), ' ');
        if (rest.Length < 2 || !(char.IsAsciiLetter(rest[1]) || rest[1] is '/' or '!' or '?'))
            return at + 1;

        int close = rest[..Math.Min(rest.Length, LongestTag)].IndexOf('>');

        // An unescaped <user@host> is an address and no tag.
        if (close < 0)
            return at + 1;
        if (rest[..close].Contains('@') && !rest[..close].Contains('='))
            return at + close + 1;

        bool breaks = Opens(rest, "br") || Opens(rest, "/p") || Opens(rest, "p") || Opens(rest, "/div") || Opens(rest, "div")
            || Opens(rest, "/tr") || Opens(rest, "/td") || Opens(rest, "/li") || Opens(rest, "li")
            || (rest[1] == '/' && rest.Length > 2 && rest[2] is 'h' or 'H');
        int end = Fill(text, at, at + close + 1, ' ');
        if (breaks)
            text[at] = '\n';
        return end;
    }

    private static int ReadEntity(string html, char[] text, int at)
    {
        foreach (var (entity, means) in Entities)
        {
            if (!html.AsSpan(at).StartsWith(entity, StringComparison.OrdinalIgnoreCase))
                continue;

            // "<" is right before what it opens, all others right after what they close.
            Fill(text, at, at + entity.Length, ' ');
            text[means == '<' ? at + entity.Length - 1 : at] = means;
            return at + entity.Length;
        }

        return at + 1;
    }

    private static bool Opens(ReadOnlySpan<char> rest, string name) =>
        rest.Length > name.Length + 1 && rest[1..].StartsWith(name, StringComparison.OrdinalIgnoreCase)
            && !char.IsAsciiLetterOrDigit(rest[name.Length + 1]);

    private static int EndAfter(string html, int at, string end)
    {
        int found = html.AsSpan(at).Find(end);
        return found < 0 ? html.Length : at + found + end.Length;
    }

    private static int Fill(char[] text, int start, int end, char with)
    {
        for (int i = start; i < end; i++)
            if (text[i] != '\n')
                text[i] = with;
        return end;
    }
}
