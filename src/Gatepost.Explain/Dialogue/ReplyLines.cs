using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Dialogue;

/// <summary>Reads one or several replies, as copied from anywhere.</summary>
internal static class ReplyLines
{
    private const int MaxReplies = 1000;

    public static List<Observation> Read(SourceText passage)
    {
        var observations = new List<Observation>();
        int first = -1, last = -1;
        for (int line = 0; line < passage.Lines && observations.Count < MaxReplies; line++)
        {
            var text = passage.Line(line);
            if (text.IsWhiteSpace())
            {
                Flush();
                continue;
            }

            if (first >= 0 && StartsReply(text) && !IsSameReply(passage.Line(first), passage.Line(last), text))
                Flush();
            if (first < 0)
                first = line;
            last = line;
        }

        Flush();
        return observations;

        void Flush()
        {
            if (first < 0)
                return;
            var words = Excerpt.From(passage, passage.StartOfLine(first), passage.StartOfLine(last) + passage.Line(last).Length);
            first = -1;
            if (words.IsEmpty)
                return;
            var observation = new Observation { Recipient = RecipientOf(words.Text) };
            observation.Candidates.Add(new Candidate(words, CodeFinder.ReadFirst(words.Text), Nearness.Reply));
            observations.Add(observation);
        }
    }

    /// <summary>A code and nothing else; also the pseudo codes that clients print (101, 111).</summary>
    public static Observation ReadCode(SourceText passage)
    {
        var words = Excerpt.From(passage);
        var observation = new Observation();
        int? code = words.Text.Length >= 3 && int.TryParse(words.Text.AsSpan(0, 3), out int number) ? number : null;
        int statusAt = code is null ? 0 : 4;
        bool status = EnhancedStatus.TryReadPrefix(words.Text.AsSpan(Math.Min(statusAt, words.Text.Length)), out var read, out int length);
        observation.Candidates.Add(
            new Candidate(
                words, new FoundCode(code, code is null ? -1 : 0, status ? read : (EnhancedStatus?)null, status ? statusAt
                    : -1, length, words.Text.Length), Nearness.Reply));
        return observation;
    }

    /// <summary>The recipient, where the line says that it is one.</summary>
    internal static string? RecipientOf(string text)
    {
        foreach (string before in (ReadOnlySpan<string>)["to=<", "RCPT TO:<", "rcpt=<", "recipient=<", "Recipient: ", "recipient <"])
            if (text.AsSpan().Find(before) is var at and >= 0)
                return Address.First(text.AsSpan(at + before.Length - 1, Math.Min(300, text.Length - at - before.Length + 1)));
        return text.Contains(">: Recipient address", StringComparison.Ordinal) ? Address.First(text) : null;
    }

    internal static bool StartsReply(ReadOnlySpan<char> line)
    {
        line = line.TrimStart();
        return line.Length >= 4 && line[0] is >= '2' and <= '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2])
            && line[3] is ' ' or '-';
    }

    /// <summary>Lines of one reply have one code, and all but the last a dash behind it.</summary>
    private static bool IsSameReply(ReadOnlySpan<char> first, ReadOnlySpan<char> last, ReadOnlySpan<char> next)
    {
        first = first.TrimStart();
        last = last.TrimStart();
        next = next.TrimStart();
        return first.Length > 3 && next.StartsWith(first[..3]) && (last.Length > 3 && last[3] == '-' || !StartsReply(last));
    }
}
