using System.Globalization;
using System.Text;

namespace Gatepost.Replies;

/// <summary>Reads the plain part of TOML that our files are written in: bare keys, texts on one line, lists of texts, whole numbers, true
/// and false.</summary>
/// <remarks>
/// A full parser builds a tree of every comma and blank: a tenth of a second and 14 MB at each start. Whatever is not
/// plain, or not right, is left to it: this reader says nothing about faults, and never takes what the other refuses.
/// </remarks>
internal ref struct PlainToml
{
    private readonly ReadOnlySpan<char> text;
    private int at;
    private int line = 1;

    private PlainToml(ReadOnlySpan<char> text) => this.text = text;

    /// <summary>The sections in the order of the file; null where the file is for the full parser.</summary>
    public static List<DataFile.Section>? Read(string text)
    {
        var reader = new PlainToml(text);
        return reader.ReadSections();
    }

    private List<DataFile.Section>? ReadSections()
    {
        var names = new Names();
        var sections = new List<DataFile.Section> { new([], InArray: false, 1, []) };
        while (SkipToContent())
        {
            if (text[at] != '[')
            {
                if (ReadItem() is not { } item || sections[^1].Items.Exists(known => known.Key == item.Key))
                    return null;
                sections[^1].Items.Add(item);
                continue;
            }

            if (ReadHeader(out bool inArray) is not { } path || !names.TryAdd(path, inArray)
                || sections[0].Items.Exists(item => item.Key == path[0]))
                return null;
            sections.Add(new DataFile.Section(path, inArray, line, []));
            if (!EndLine())
                return null;
        }

        return at == text.Length ? sections : null;
    }

    /// <summary><c>[name]</c>, <c>[name."part"]</c> or <c>[[name]]</c>.</summary>
    private string[]? ReadHeader(out bool inArray)
    {
        at++;
        inArray = Take('[');
        var parts = new List<string>(2);
        do
        {
            bool quoted = at < text.Length && text[at] == '"';
            if ((quoted ? ReadText() : ReadName()) is not { } part)
                return null;
            parts.Add(part);
        }
        while (Take('.'));
        return Take(']') && (!inArray || Take(']')) ? [.. parts] : null;
    }

    private DataFile.Item? ReadItem()
    {
        int begun = line;
        if (ReadName() is not { } key)
            return null;
        SkipBlanks();
        if (!Take('='))
            return null;
        SkipBlanks();
        return ReadValue() is { } value && EndLine() ? new DataFile.Item(key, value, begun) : null;
    }

    private object? ReadValue()
    {
        if (at >= text.Length)
            return null;
        return text[at] switch
        {
            '"' => ReadText(),
            '[' => ReadList(),
            >= '0' and <= '9' => ReadNumber(),
            't' when text[at..].StartsWith("true") => Word(4, true),
            'f' when text[at..].StartsWith("false") => Word(5, false),
            _ => null,
        };
    }

    private object Word(int length, object value)
    {
        at += length;
        return value;
    }

    private long? ReadNumber()
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        var digits = text[start..at];
        return digits.Length > 15 || (digits[0] == '0' && digits.Length > 1) ? null
            : long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private string[]? ReadList()
    {
        at++;
        var values = new List<string>();
        while (SkipToContent())
        {
            if (Take(']'))
                return [.. values];
            if (text[at] != '"' || ReadText() is not { } value)
                return null;
            values.Add(value);
            if (!SkipToContent())
                return null;
            if (Take(','))
                continue;
            return Take(']') ? [.. values] : null;
        }

        return null;
    }

    private string? ReadText()
    {
        int start = ++at;
        StringBuilder? unescaped = null;
        while (at < text.Length)
        {
            char letter = text[at++];
            if (letter == '"')
            {
                var rest = text[start..(at - 1)];
                // Three quotes begin a text of several lines.
                bool triple = rest.IsEmpty && at < text.Length && text[at] == '"';
                return triple ? null : unescaped is null ? rest.ToString() : unescaped.Append(rest).ToString();
            }

            if (letter is < ' ' or '\u007F' || char.IsSurrogate(letter))
                return null;
            if (letter != '\\')
                continue;
            if (at >= text.Length || text[at] is not ('"' or '\\'))
                return null;
            (unescaped ??= new StringBuilder()).Append(text[start..(at - 1)]).Append(text[at]);
            start = ++at;
        }

        return null;
    }

    private string? ReadName()
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '_'))
            at++;
        return at == start ? null : text[start..at].ToString();
    }

    private bool Take(char wanted)
    {
        if (at >= text.Length || text[at] != wanted)
            return false;
        at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (at < text.Length && (text[at] is ' ' or '\t'))
            at++;
    }

    /// <summary>Blanks and a remark up to the end of the line.</summary>
    private bool EndLine()
    {
        SkipBlanks();
        if (at < text.Length && text[at] == '#' && !SkipRemark())
            return false;
        if (at >= text.Length)
            return true;
        if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n')
            at++;
        if (text[at] != '\n')
            return false;
        at++;
        line++;
        return true;
    }

    private bool SkipRemark()
    {
        int length = text[at..].IndexOfAny('\r', '\n');
        var remark = length < 0 ? text[at..] : text.Slice(at, length);
        foreach (char letter in remark)
        {
            if (letter is (< ' ' and not '\t') or '\u007F' || char.IsSurrogate(letter))
                return false;
        }

        at += remark.Length;
        return true;
    }

    /// <summary>Over blank lines and remarks; false at the end, or at something that is not plain.</summary>
    private bool SkipToContent()
    {
        while (true)
        {
            SkipBlanks();
            if (at >= text.Length)
                return false;
            if (text[at] is not ('#' or '\r' or '\n'))
                return true;
            if (!EndLine())
                return false;
        }
    }

    /// <summary>Names of tables so far. One that lies within another, or a table and an array of one name, may be right or wrong: not
    /// plain.</summary>
    private sealed class Names
    {
        private readonly HashSet<string> tables = new(StringComparer.Ordinal);
        private readonly HashSet<string> arrays = new(StringComparer.Ordinal);
        private readonly HashSet<string> above = new(StringComparer.Ordinal);

        public bool TryAdd(string[] path, bool inArray)
        {
            string name = string.Join('\0', path);
            for (int length = 1; length < path.Length; length++)
            {
                string outer = string.Join('\0', path, 0, length);
                if (inArray || tables.Contains(outer) || arrays.Contains(outer))
                    return false;
                above.Add(outer);
            }

            if (above.Contains(name))
                return false;
            if (!inArray)
                return !arrays.Contains(name) && tables.Add(name);
            arrays.Add(name);
            return !tables.Contains(name);
        }
    }
}
