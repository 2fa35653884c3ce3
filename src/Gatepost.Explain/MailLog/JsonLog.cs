using System.Globalization;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.MailLog;

/// <summary>Unwraps logs of containers and journals, one JSON object a line (<c>{"log":"...\n"}</c>, <c>{"MESSAGE":"..."}</c>), so that
/// what is inside reads like any log.</summary>
internal static class JsonLog
{
    /// <summary>Names of the field with the line itself: docker, journald, ECS and most loggers.</summary>
    private static readonly string[] Names = ["\"log\":", "\"MESSAGE\":", "\"message\":", "\"msg\":"];

    /// <summary>The same text with everything but the lines inside blanked and their escapes undone; the text itself where it is no
    /// such log.</summary>
    public static SourceText Unwrap(SourceText passage)
    {
        if (passage.Text.Length == 0 || passage.Text[0] != '{' || !Wraps(passage.Line(0)))
            return passage;
        char[] text = passage.Text.ToCharArray();
        for (int line = 0; line < passage.Lines; line++)
        {
            int start = passage.StartOfLine(line);
            var raw = passage.Line(line);
            var inside = Inside(raw);
            text.AsSpan(start, raw.Length).Fill(' ');
            if (inside.Length > 0)
                Undo(raw.Slice(inside.From, inside.Length), text.AsSpan(start + inside.From, inside.Length));
        }

        return passage.Respelled(new string(text));
    }

    private static bool Wraps(ReadOnlySpan<char> line) => line.StartsWith("{") && line.TrimEnd().EndsWith("}")
        && Inside(line) is { Length: > 20 };

    /// <summary>Where the value of the first known name is, without its quotes.</summary>
    private static (int From, int Length) Inside(ReadOnlySpan<char> line)
    {
        foreach (string name in Names)
        {
            int at = line.IndexOf(name, StringComparison.Ordinal);
            if (at < 0)
                continue;
            int open = at + name.Length;
            while (open < line.Length && line[open] == ' ')
                open++;
            if (open >= line.Length || line[open] != '"')
                continue;
            int close = open + 1;
            while (close < line.Length && line[close] != '"')
                close += line[close] == '\\' ? 2 : 1;
            return (open + 1, Math.Min(close, line.Length) - open - 1);
        }

        return default;
    }

    /// <summary>Escapes become what they mean (RFC 8259 §7); what they are longer is filled up with a character that no one
    /// reads.</summary>
    internal static void Undo(ReadOnlySpan<char> raw, Span<char> text)
    {
        for (int i = 0; i < raw.Length; i++)
        {
            text[i] = raw[i];
            if (raw[i] != '\\' || i + 1 >= raw.Length)
                continue;
            int length = raw[i + 1] == 'u' && i + 6 <= raw.Length ? 6 : 2;
            text.Slice(i, Math.Min(length, text.Length - i)).Fill(SourceText.Filler);
            text[i] = raw[i + 1] switch
            {
                'n' or 'r' or 't' => ' ',
                'u' when length == 6 && ushort.TryParse(raw.Slice(i + 2, 4), NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture, out ushort code) => SafeText.IsHarmful((char)code) ? ' ' : (char)code,
                var c => c,
            };
            i += length - 1;
        }
    }
}
