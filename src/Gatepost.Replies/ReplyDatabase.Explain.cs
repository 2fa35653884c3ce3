using Gatepost.Replies.Matching;

namespace Gatepost.Replies;

public sealed partial class ReplyDatabase
{
    private const int MaxQuote = 200;

    /// <summary>The entry for a text whose code and status were read elsewhere. No allocation.</summary>
    /// <param name="words">A reply without its code, a sentence or a paragraph, in any of the languages servers speak.</param>
    /// <param name="code">The basic code, if one is known.</param>
    /// <param name="status">The enhanced status, if one is known.</param>
    /// <param name="remoteHost">Who spoke, if known.</param>
    public Match Match(ReadOnlySpan<char> words, int? code = null, EnhancedStatus? status = null, string? remoteHost = null)
    {
        var reading = ReplyReading.OfWords(words, code, status);
        return Decide(words, reading, remoteHost);
    }

    /// <summary>Explains one reply, one line of a log or transcript, or the prose of a notice.</summary>
    /// <param name="text">Of any length and from anybody; time grows no faster than its length, and beyond 16 Ki characters not at all.</param>
    /// <param name="hints">What is known beside it.</param>
    public Explanation Explain(string text, ExplainHints? hints = null)
    {
        var span = text.AsSpan(0, Math.Min(text.Length, PatternMatcher.MaxExamined));
        var read = ReplyReading.Read(span, hints?.IsProse ?? false);
        var full = hints is null ? read : read.With(hints.Code, hints.Status);
        var match = Decide(span, full, hints?.RemoteHost);
        return Explain(text, read, full, match);
    }

    /// <summary>Explains a reply that was given or received; ours is known by its entry.</summary>
    public Explanation Explain(Reply reply, ExplainHints? hints = null)
    {
        string text = reply.ToString();
        if (reply.WasReceived)
            return Explain(text, hints);
        var read = ReplyReading.Read(text, isProse: false);
        return Explain(text, read, read, new Match(reply.Entry, Basis.Own, read.CoreStart, text.Length - read.CoreStart, 1000));
    }

    private Explanation Explain(string text, in ReplyReading read, in ReplyReading full, in Match match)
    {
        var (start, length) = (match.Start, match.Length);
        if (length == 0 && match.Basis is Basis.Unknown)
            (start, length) = Quote(text, read);
        return new Explanation(this)
        {
            Entry = match.Entry,
            Reason = match.Entry.Reason,
            Basis = match.Basis,
            Confidence = ConfidenceOf(match, full),
            Evidence = new Evidence(start, text.Substring(start, length)),
            Code = read.Code,
            Status = read.Status,
            DotsRestored = match.Basis is Basis.Status or Basis.Code && full.Status is null ? DotsRestored(full.Code) : null,
            Provider = match.Entry.Provider,
            HelpUrl = helpUrls.GetValueOrDefault(match.Entry),
        };
    }

    private static (int Start, int Length) Quote(string text, in ReplyReading read)
    {
        int start = Math.Min(read.Code is null && read.Status is null ? 0 : read.CoreStart, text.Length);
        return (start, Math.Min(text.Length - start, MaxQuote));
    }

    private Match Decide(ReadOnlySpan<char> text, in ReplyReading reading, string? remoteHost)
    {
        Span<Vote> votes = stackalloc Vote[Reason.All.Count + 1];
        recogniser.Listen(text, reading, remoteHost, votes);
        var statusEntry = AddStatus(reading, votes);
        var codeEntry = AddCode(reading, votes);

        int best = -1;
        for (int i = 0; i < votes.Length; i++)
        {
            if (votes[i].Total > 0 && (best < 0 || votes[i].Total > votes[best].Total))
                best = i;
        }

        if (best >= 0 && votes[best].Best > 0)
        {
            var phrase = recogniser[votes[best]];
            return new Match(phrase.Entry, phrase.Basis, votes[best].Start, votes[best].Length, votes[best].Total);
        }

        return WithoutWords(reading, statusEntry, codeEntry);
    }

    private static Match WithoutWords(in ReplyReading reading, ReplyEntry? status, ReplyEntry? code)
    {
        if (status is not null && (status.Reason != Reason.Unknown || code?.Reason is null || code.Reason == Reason.Unknown))
            return new Match(status, Basis.Status, reading.StatusStart, reading.StatusLength, 15);
        if (code is not null)
            return new Match(code, Basis.Code, reading.CodeStart, reading.CodeLength, 10);
        return new Match(ReplyCatalogue.Unrecognised, Basis.Unknown, 0, 0, 0);
    }

    /// <summary>The status speaks for its reason: clearly where its detail says something, a little where it is one of the catch-alls.</summary>
    private static ReplyEntry? AddStatus(in ReplyReading reading, Span<Vote> votes)
    {
        if (reading.Status is not { } status || StatusCodes.Find(status) is not { } entry)
            return null;
        if (entry.Reason is { } reason && reason != Reason.Unknown)
            votes[ReasonIndexes[reason.Word]].Status = IsVague(status) ? 14 : 30;
        return entry;
    }

    private static ReplyEntry? AddCode(in ReplyReading reading, Span<Vote> votes)
    {
        if (reading.Code is not { } code)
            return null;
        if (DotsRestored(code) is { } status && !BasicCodes.IsKnown(code) && StatusCodes.IsKnown(status))
        {
            var restored = StatusCodes.Find(status)!;
            if (restored.Reason is { } meant && meant != Reason.Unknown)
                votes[ReasonIndexes[meant.Word]].Code = 20;
            return restored;
        }

        var entry = BasicCodes.Find(code);
        if (entry?.Reason is { } reason && reason != Reason.Unknown)
            votes[ReasonIndexes[reason.Word]].Code = 8;
        return entry;
    }

    /// <summary>522 as 5.2.2: only for a code that no standard knows, or that is known to be such a status.</summary>
    private static EnhancedStatus? DotsRestored(int? code)
    {
        if (code is not { } known || known / 100 is not (4 or 5) || BasicCodes.IsRegistered(known))
            return null;
        return new EnhancedStatus(known / 100, known / 10 % 10, known % 10);
    }

    private static bool IsVague(EnhancedStatus status) =>
        status.Detail == 0 || status is { Subject: 7, Detail: 1 } or { Subject: 5 } || !StatusCodes.IsKnown(status);

    private static Confidence ConfidenceOf(in Match match, in ReplyReading reading) => match.Basis switch
    {
        Basis.Own => Confidence.Certain,
        Basis.Dialect => Confidence.High,
        Basis.Words => match.Weight >= 60 ? Confidence.High : match.Weight >= 35 ? Confidence.Medium : Confidence.Low,
        Basis.Status => reading.Status is { } status && !IsVague(status) ? Confidence.Medium : Confidence.Low,
        Basis.Code => match.Entry.Reason == Reason.Unknown ? Confidence.None : Confidence.Low,
        _ => Confidence.None,
    };
}
