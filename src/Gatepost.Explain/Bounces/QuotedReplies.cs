using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>A reply quoted in a notice.</summary>
/// <param name="Words">From its code on.</param>
/// <param name="Remote">True if the far server said it (<c>&lt;&lt;&lt;</c>), false for the reporting server's own words.</param>
/// <param name="About">The recipient it is about, if that is known.</param>
/// <param name="Names">The recipient right behind its code, in the manner of Sendmail: <c>554 &lt;ann@example.org&gt;... Host
/// unknown</c>.</param>
internal sealed record QuotedReply(Excerpt Words, bool Remote, string? About, string? Names, bool Heard, int Section);

/// <summary>Finds the replies that a notice quotes, as transcript lines (<c>&lt;&lt;&lt; 550 ...</c>) or inside sentences.</summary>
internal static class QuotedReplies
{
    private const int MaxReplies = 100;

    public static List<QuotedReply> Find(Notice notice, int fromLine = 0)
    {
        var passage = notice.Passage;
        var found = new List<QuotedReply>();
        string? lastRecipient = null, sender = null;
        int section = 0;
        for (int line = fromLine; line < notice.Lines && found.Count < MaxReplies; line++)
        {
            var text = passage.Line(line);
            if (AddressOfCommand(text, "RCPT TO") is { } recipient)
                lastRecipient = recipient;
            else if (NoticeRecipients.AloneIn(notice.Phrases, text) is { } next)
                lastRecipient = next;
            sender = AddressOfCommand(text, "MAIL FROM") ?? sender;
            if (text.Holds("while talking to"))
            {
                section++;
                lastRecipient = null;
            }

            if (text.Length > Excerpt.Longest)
                text = text[..Excerpt.Longest];
            var code = IsHeard(text) ? CodeFinder.NextCode(text, 0) : CodeFinder.ReadFirst(text);
            if (code.CodeAt < 0 || IsCommand(text))
                continue;
            if (code.Code is < 400 or >= 600 && !IsHeard(text))
                continue;

            int start = passage.StartOfLine(line) + code.CodeAt;
            int last = line;
            var stretches = new List<(int, int)> { (start, passage.StartOfLine(line) + passage.Line(line).Length) };
            while (last + 1 < notice.Lines && Continues(passage.Line(last), passage.Line(last + 1), code.Code ?? 0) is var skip and >= 0)
            {
                last++;
                int lineStart = passage.StartOfLine(last);
                stretches.Add((lineStart + skip, lineStart + passage.Line(last).Length));
                if (stretches.Count > 40)
                    break;
            }

            var words = Excerpt.Join(passage, stretches.ToArray());
            bool remote = IsHeard(text) || text[..code.CodeAt].Holds("said");
            string? names = NameBehindCode(words.Text);
            string? about = names ?? (Address.First(words.Text) is { } named && words.Text.Contains("<" + named) ? named : lastRecipient);

            // What was said to MAIL names the sender, and is about the recipient of the line below it.
            if (IsHeard(text) && about is not null && about.Equals(sender, StringComparison.OrdinalIgnoreCase))
                (about, names) = (null, null);
            found.Add(new QuotedReply(words, remote, about, names, IsHeard(text), section));
            line = last;
        }

        Attribute(found);

        // Only beside a transcript ("<<<") are bare lines the reporter's own; elsewhere they are what the far server answered.
        return found.Exists(reply => reply.Heard) || TranscriptAt(notice) >= 0 ? found
            : found.ConvertAll(reply => reply with { Remote = true });
    }

    /// <summary>Where Sendmail's "Transcript of session follows" ends its line, or -1.</summary>
    public static int TranscriptAt(Notice notice)
    {
        var text = notice.Passage.Text.AsSpan(0, notice.End);
        int at = text.Find("transcript of session");
        int end = at < 0 ? -1 : text[at..].IndexOf('\n');
        return end < 0 ? -1 : at + end + 1;
    }

    /// <summary>A reply that names no recipient belongs to the one whom the reporter's next line names.</summary>
    private static void Attribute(List<QuotedReply> replies)
    {
        string? next = null;
        for (int i = replies.Count - 1; i >= 0; i--)
        {
            if (i + 1 < replies.Count && replies[i].Section != replies[i + 1].Section)
                next = null;
            if (!replies[i].Remote && replies[i].Names is { } name)
                next = name;
            else if (replies[i].About is null && next is not null)
                replies[i] = replies[i] with { About = next };
        }
    }

    private static string? NameBehindCode(string words)
    {
        int open = words.IndexOf('<');
        if (open is < 4 or > 14)
            return null;
        int close = words.IndexOf(">...", open, StringComparison.Ordinal);
        return close < 0 || close - open > 300 ? null : Address.First(words.AsSpan(open, close - open));
    }

    private static bool IsHeard(ReadOnlySpan<char> line)
    {
        line = line.TrimStart();
        return line.StartsWith("<<<") || line.StartsWith("Received >>>", StringComparison.OrdinalIgnoreCase) || line.StartsWith("<- ")
            || line.StartsWith("S: ");
    }

    private static bool IsCommand(ReadOnlySpan<char> line)
    {
        line = line.TrimStart();
        return line.StartsWith(">>>") || line.StartsWith("Sent <<<", StringComparison.OrdinalIgnoreCase) || line.StartsWith("-> ");
    }

    private static string? AddressOfCommand(ReadOnlySpan<char> line, string command)
    {
        int at = line.Find(command);
        return at < 0 ? null : Address.First(line[at..]);
    }

    /// <summary>Where the reply goes on in the next line, or -1.</summary>
    private static int Continues(ReadOnlySpan<char> line, ReadOnlySpan<char> next, int code)
    {
        if (next.IsWhiteSpace() || next.Holds("while talking to") || ReporterLines.IsOne(next))
            return -1;
        int skip = next.Length - next.TrimStart().Length;
        var words = next[skip..];
        if (words.StartsWith("<<<"))
        {
            skip += 3;
            words = words[3..];
            int blanks = words.Length - words.TrimStart().Length;
            skip += blanks;
            words = words[blanks..];
        }
        else if (line.TrimStart().StartsWith("<<<") || words.StartsWith(">>>") || words.StartsWith("In: ") || words.StartsWith("Out: ")
            || words.StartsWith("...") || words.StartsWith("--"))
        {
            return -1;
        }

        if (words.Length >= 3 && char.IsAsciiDigit(words[0]) && char.IsAsciiDigit(words[1]) && char.IsAsciiDigit(words[2]))
        {
            // The next line of one reply: same code, and this line had the dash.
            bool same = words[0] - '0' == code / 100 && words[1] - '0' == code / 10 % 10 && words[2] - '0' == code % 10;
            Span<char> dashed = [words[0], words[1], words[2], '-'];
            return same && line.IndexOf(dashed) >= 0 ? skip : -1;
        }

        // The next recipient of a list, or a line with a reply of its own.
        if (Address.Next(words, 0, out _) is 0 or 1 || CodeFinder.NextCode(words, 0).CodeAt >= 0)
            return -1;
        return next[0] is ' ' or '\t' || line.Length > 60 ? skip : -1;
    }
}
