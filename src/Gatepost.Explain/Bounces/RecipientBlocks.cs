using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>The stretches of a notice that are about one recipient: each begins with a line that the address leads.</summary>
internal static class RecipientBlocks
{
    private const int MaxBlocks = 4;

    public static List<(int Start, int End)> Of(Notice notice, string recipient)
    {
        var blocks = new List<(int, int)>();
        var passage = notice.Passage;
        var text = passage.Text.AsSpan(0, notice.End);
        for (int at = 0; blocks.Count < MaxBlocks && at < text.Length;)
        {
            int found = text[at..].Find(recipient);
            if (found < 0)
                break;
            int line = passage.LineAt(at + found);
            int start = passage.StartOfLine(line);
            at += found + recipient.Length;
            if (passage.Line(line).TrimStart().StartsWith(">>>")
                || !NoticeRecipients.IsLead(notice.Phrases, text[start..(at - recipient.Length)]))
                continue;
            int last = line;
            while (last + 1 < notice.Lines && !passage.Line(last + 1).IsWhiteSpace()
                && !LedByAnother(notice.Phrases, passage.Line(last + 1), passage.Line(line), recipient))
                last++;
            int end = passage.StartOfLine(last) + passage.Line(last).Length;
            blocks.Add((start, end));
            at = Math.Max(at, end);
        }

        return blocks;
    }

    /// <summary>The next recipient begins here: an address leads the line, at the margin of the first or further left.</summary>
    private static bool LedByAnother(NoticePhrases phrases, ReadOnlySpan<char> line, ReadOnlySpan<char> first, string recipient)
    {
        int at = Address.Next(line, 0, out int length);
        if (at < 0 || Margin(line) > Margin(first) || line.Slice(at, length).Equals(recipient, StringComparison.OrdinalIgnoreCase))
            return false;
        return NoticeRecipients.IsLead(phrases, line[..at]);
    }

    private static int Margin(ReadOnlySpan<char> line) => line.Length - line.TrimStart().Length;
}
