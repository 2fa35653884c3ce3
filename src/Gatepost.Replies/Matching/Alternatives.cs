namespace Gatepost.Replies.Matching;

/// <summary>Writes out <c>(mailbox|user) {} (unknown|not found)</c>: one pattern for each choice. Parentheses without a bar are given
/// characters.</summary>
internal static class Alternatives
{
    /// <summary>Most patterns that one wording may expand to: each of them costs memory and start-up time.</summary>
    public const int Max = 512;

    /// <exception cref="FormatException">More than <see cref="Max"/>.</exception>
    public static IReadOnlyList<string> Expand(string source)
    {
        List<string> written = [""];
        int at = 0;
        while (at < source.Length)
        {
            int open = FindGroup(source, at, out int close);
            string given = open < 0 ? source[at..] : source[at..open];
            string[] choices = open < 0 ? [""] : source[(open + 1)..close].Split('|');
            if (written.Count * choices.Length > Max)
                throw new FormatException($"\"{source}\" expands to more than {Max} wordings: write it as several");
            written = [.. written.SelectMany(start => choices.Select(choice => start + given + choice))];
            at = open < 0 ? source.Length : close + 1;
        }

        return written;
    }

    private static int FindGroup(string source, int from, out int close)
    {
        close = -1;
        for (int open = source.IndexOf('(', from); open >= 0; open = source.IndexOf('(', open + 1))
        {
            close = source.IndexOf(')', open);
            if (close > 0 && source.AsSpan(open, close - open).Contains('|'))
                return open;
        }

        return -1;
    }
}
