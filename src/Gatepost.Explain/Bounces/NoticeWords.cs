using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies.Matching;

namespace Gatepost.Explain.Bounces;

/// <summary>Collects what a notice says about one recipient, nearest to the cause first.</summary>
internal static class NoticeWords
{
    public static void Add(Observation observation, Notice notice, List<QuotedReply> replies, bool alone)
    {
        string? recipient = observation.Recipient;
        if (recipient is not null)
            foreach (var (start, end) in RecipientBlocks.Of(notice, recipient))
                observation.Add(AfterAddress(notice.Passage, start, end, recipient), Nearness.AboutRecipient);

        foreach (var reply in replies)
            if (IsAbout(reply, recipient, alone))
                observation.Candidates.Add(Candidate.Of(reply.Words, reply.Remote ? Nearness.QuotedReply : Nearness.Reporter));

        // What local programs print into Sendmail's transcript has no code and is still nearest to the cause.
        if (alone && QuotedReplies.TranscriptAt(notice) is var transcript and >= 0 && transcript < notice.EndOfWords)
            AddLines(observation, notice, transcript);

        // Of a notice about several recipients the whole says nothing about one of them.
        var whole = Excerpt.From(notice.Passage, 0, notice.EndOfWords);
        if (!whole.IsEmpty && (alone || observation.Candidates.Count == 0))
            observation.Candidates.Add(new Candidate(whole, alone ? Codes(whole) : FoundCode.None, Nearness.Notice));
    }

    /// <summary>
    /// Line by line: "Connection refused" is the cause, "could not be delivered for 5 days" below it only what came of it.
    /// </summary>
    private static void AddLines(Observation observation, Notice notice, int transcript)
    {
        for (int line = notice.Passage.LineAt(transcript), added = 0; line < notice.Passage.Lines && added < 12; line++)
        {
            int start = notice.Passage.StartOfLine(line), end = Math.Min(notice.EndOfWords, start + notice.Passage.Line(line).Length);
            if (start >= notice.EndOfWords)
                return;
            var words = Excerpt.From(notice.Passage, start, end);
            if (words.IsEmpty)
                continue;
            observation.Candidates.Add(new Candidate(words, FoundCode.None, Nearness.Reporter));
            added++;
        }
    }

    private static FoundCode Codes(Excerpt whole)
    {
        // In running text only a status in its usual dress counts: "(#5.1.1)".
        var (status, at, length) = CodeFinder.NextStatus(whole.Text, 0);
        return at < 0 ? FoundCode.None : new FoundCode(null, -1, status, at, length, at + length);
    }

    private static Excerpt AfterAddress(SourceText passage, int start, int end, string address)
    {
        int at = passage.Text.AsSpan(start, end - start).Find(address);
        int after = start + at + address.Length;
        while (at >= 0 && after < end && passage.Text[after] is '>' or ':' or ' ' or '.' or '\n' or '"' or ')' or ',' or '\t')
            after++;
        return Excerpt.From(passage, at < 0 ? start : after, end);
    }

    private static bool IsAbout(QuotedReply reply, string? recipient, bool alone)
    {
        if (recipient is null || reply.About is null)
            return alone;
        return alone || reply.About.Equals(recipient, StringComparison.OrdinalIgnoreCase) || reply.Words.Text.Holds(recipient);
    }

    /// <param name="phrases">The lists.</param>
    /// <param name="text">The notice's beginning.</param>
    /// <param name="subject">Decoded.</param>
    public static DeliveryAction ActionOf(NoticePhrases phrases, FoldedText text, string subject)
    {
        if (phrases.Waiting.IsIn(text) && !phrases.GivenUp.IsIn(text))
            return DeliveryAction.Delayed;
        return subject.Contains("(Delay)", StringComparison.Ordinal) || subject.StartsWith("Delayed", StringComparison.OrdinalIgnoreCase)
            ? DeliveryAction.Delayed : DeliveryAction.Failed;
    }
}
