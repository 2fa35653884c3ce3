using Gatepost.Explain.Text;

namespace Gatepost.Explain.Documents;

/// <summary>Makes plain JSON of what was put into strings of JSON or broken by a mail program, every character in its place.</summary>
internal static class JsonSpelling
{
    /// <summary>A queue service wraps the notification that wraps the event.</summary>
    private const int MostWraps = 3;

    /// <summary>The same passage with the objects inside strings laid open; the passage itself where there are none.</summary>
    public static SourceText Plain(SourceText passage)
    {
        char[]? text = null;
        for (int wrap = 0; wrap < MostWraps; wrap++)
        {
            char[] before = text ?? passage.Text.ToCharArray();
            if (!Open(before))
                break;
            text = before;
        }

        char[] plain = text ?? passage.Text.ToCharArray();
        bool broken = JoinLines(plain);
        return text is not null || broken ? passage.Respelled(new string(plain)) : passage;
    }

    /// <summary>A string whose value begins with <c>{"</c>, escaped, becomes that object.</summary>
    private static bool Open(char[] text)
    {
        bool any = false;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '"')
                continue;
            int close = EndOfString(text, at);
            if (HoldsObject(text.AsSpan(at + 1, close - at - 1)))
            {
                any = true;
                text[at] = ' ';
                if (close < text.Length)
                    text[close] = ' ';
                Unescape(text.AsSpan(at + 1, close - at - 1));
            }

            at = close;
        }

        return any;
    }

    private static bool HoldsObject(ReadOnlySpan<char> value)
    {
        if (value.TrimStart(" ") is not ['{' or '[', .. var rest])
            return false;
        while (rest is ['\\', 'n' or 'r' or 't', ..] or [' ', ..])
            rest = rest[(rest[0] == ' ' ? 1 : 2)..];
        return rest is ['\\', '"', ..] or ['{', ..];
    }

    private static int EndOfString(char[] text, int open)
    {
        int close = open + 1;
        while (close < text.Length && text[close] != '"')
            close += text[close] == '\\' ? 2 : 1;
        return Math.Min(close, text.Length);
    }

    /// <summary>One layer of escapes less (RFC 8259 §7); what they are longer is filled up: inside a string of the object with what
    /// excerpts leave out, elsewhere with blanks.</summary>
    private static void Unescape(Span<char> text)
    {
        bool inside = false;
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] != '\\')
                continue;
            switch (text[i + 1])
            {
                case '"':
                    (text[i], text[i + 1]) = inside ? ('"', ' ') : (' ', '"');
                    inside = !inside;
                    break;
                case '\\':
                    // An escape of the object's own; what it escapes may be escaped in turn.
                    text[i + 1] = i + 3 < text.Length && text[i + 2] == '\\' ? text[i + 3] : i + 2 < text.Length ? text[i + 2] : ' ';
                    if (i + 2 < text.Length)
                        text[i + 2] = SourceText.Filler;
                    if (i + 3 < text.Length && text[i + 1] is '"' or '\\')
                        text[i + 3] = SourceText.Filler;
                    i += text[i + 1] is '"' or '\\' ? 2 : 1;
                    break;
                case 'u' when i + 6 <= text.Length:
                    // It stays: a string of the object may hold it as it is.
                    i += 4;
                    break;
                default:
                    (text[i], text[i + 1]) = (' ', text[i + 1] == '/' ? '/' : ' ');
                    break;
            }

            i++;
        }
    }

    /// <summary>Mail breaks long lines also inside a string, where JSON allows no line end.</summary>
    private static bool JoinLines(char[] text)
    {
        bool inside = false, any = false;
        for (int i = 0; i < text.Length; i++)
            switch (text[i])
            {
                case '"':
                    inside = !inside;
                    break;
                case '\\' when inside:
                    i++;
                    break;
                case '\n' or '\r' when inside:
                    text[i] = ' ';
                    any = true;
                    break;
            }

        return any;
    }
}
