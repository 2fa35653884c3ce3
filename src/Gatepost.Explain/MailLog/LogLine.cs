using Gatepost.Explain.Text;

namespace Gatepost.Explain.MailLog;

/// <summary>One line of a mail log, and the small moves every reader of logs makes on it.</summary>
internal readonly ref struct LogLine(SourceText passage, int start, ReadOnlySpan<char> text)
{
    public SourceText Passage { get; } = passage;

    public int Start { get; } = start;

    public ReadOnlySpan<char> Text { get; } = text;

    public bool Has(string words) => Text.Contains(words, StringComparison.Ordinal);

    /// <summary>Value of <c>name=</c>: up to a comma or blank, or within its quotes or angle brackets.</summary>
    public ReadOnlySpan<char> Value(string name)
    {
        int at = Text.IndexOf(name, StringComparison.Ordinal);
        while (at > 0 && !(Text[at - 1] is ' ' or ',' or '(' or '\t' or ';' or '[' or '|'))
        {
            int next = Text[(at + 1)..].IndexOf(name, StringComparison.Ordinal);
            at = next < 0 ? -1 : at + 1 + next;
        }

        if (at < 0)
            return default;
        var rest = Text[(at + name.Length)..];
        if (rest.IsEmpty)
            return default;
        char close = rest[0] switch { '"' => '"', '<' => '>', '\'' => '\'', _ => ' ' };
        if (close != ' ')
        {
            int end = rest[1..].IndexOf(close);
            return end < 0 ? rest[1..] : rest.Slice(1, end);
        }

        int stop = rest.IndexOfAny(' ', ',', ';');
        return stop < 0 ? rest : rest[..stop];
    }

    public string? AddressIn(string name)
    {
        int at = Text.IndexOf(name, StringComparison.Ordinal);
        return at < 0 ? null : Address.First(Text.Slice(at + name.Length, Math.Min(400, Text.Length - at - name.Length)));
    }

    /// <summary>Words between two places of this line.</summary>
    public Excerpt Words(int from, int to) => Excerpt.From(Passage, Start + from, Start + Math.Max(from, to));

    /// <summary>Everything behind <paramref name="mark"/>.</summary>
    public Excerpt After(string mark)
    {
        int at = Text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? Excerpt.Empty : Words(at + mark.Length, Text.Length);
    }

    /// <summary>The words behind <paramref name="mark"/> up to <paramref name="end"/>, or to the end of the line.</summary>
    public Excerpt Between(string mark, string end)
    {
        int at = Text.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0)
            return Excerpt.Empty;
        at += mark.Length;
        int stop = Text[at..].IndexOf(end, StringComparison.Ordinal);
        return Words(at, stop < 0 ? Text.Length : at + stop);
    }
}
