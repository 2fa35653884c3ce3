using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

public sealed partial class ReplyDatabase
{
    private const int MaxQuote = 200;

    /// <summary>The entry for a text whose code and status were read elsewhere. No allocation.</summary>
    /// <param name="words">A reply without its code, a sentence or a paragraph, in any of the languages servers speak.</param>
    /// <param name="code">The basic code, if one is known.</param>
    /// <param name="status">The enhanced status, if one is known.</param>
    /// <param name="remoteHost">Who spoke, if known.</param>
    /// <param name="isOurs">True where the words are known to be a Gatepost's own: only then can one of our own entries answer for
    /// them.</param>
    public Match Match(
        ReadOnlySpan<char> words, int? code = null, EnhancedStatus? status = null, string? remoteHost = null, bool isOurs = false)
    {
        var reading = ReplyReading.OfWords(words, code, status);
        return judge.Decide(words, reading, remoteHost, isOurs);
    }

    /// <summary>Explains one reply, one line of a log or transcript, or the prose of a notice.</summary>
    /// <param name="text">Of any length and from anybody; time grows no faster than its length, and beyond 16 Ki characters not at
    /// all.</param>
    /// <param name="hints">What is known beside it.</param>
    public Explanation Explain(string text, ExplainHints? hints = null)
    {
        var span = text.AsSpan(0, Math.Min(text.Length, PatternMatcher.MaxExamined));
        var read = ReplyReading.Read(span, hints?.IsProse ?? false);
        var full = hints is null ? read : read.With(hints.Code, hints.Status);
        var match = judge.Decide(span, full, hints?.RemoteHost, hints?.IsOurs ?? VerdictId.In(span) is not null);
        return Explain(text, read, full, match, hints);
    }

    /// <summary>Explains a reply that was given or received; ours is known by its entry.</summary>
    public Explanation Explain(Reply reply, ExplainHints? hints = null)
    {
        string text = reply.ToString();
        if (reply.WasReceived)
            return Explain(text, hints);
        var read = ReplyReading.Read(text, isProse: false);
        return Explain(text, read, read, new Match(reply.Entry, Basis.Own, read.CoreStart, text.Length - read.CoreStart, 1000),
            hints, isReceived: false);
    }

    private Explanation Explain(
        string text, in ReplyReading read, in ReplyReading full, in Match match, ExplainHints? hints, bool isReceived = true)
    {
        var (start, length) = (match.Start, match.Length);
        if (length == 0 && match.Basis is Basis.Unknown)
            (start, length) = Quote(text, read);
        return new Explanation(this)
        {
            Entry = match.Entry,
            Reason = match.Entry.Reason,
            Basis = match.Basis,
            Confidence = ReplyJudge.ConfidenceOf(match, full),
            Outcome = hints?.Outcome ?? Advice.OfReply(full.Code, full.Status),
            Evidence = new Evidence(start, text.Substring(start, length)),
            Code = read.Code,
            Status = read.Status,
            DotsRestored = match.Basis is Basis.Status or Basis.Code && full.Status is null ? ReplyJudge.DotsRestored(full.Code) : null,
            Provider = match.Entry.Provider,
            Said = hints?.TellsFacts == false ? "" : text,
            HelpUrl = helpUrls.GetValueOrDefault(match.Entry),
            IsElsewhere = isReceived,
        };
    }

    private static (int Start, int Length) Quote(string text, in ReplyReading read)
    {
        int start = Math.Min(read.Code is null && read.Status is null ? 0 : read.CoreStart, text.Length);
        return (start, Math.Min(text.Length - start, MaxQuote));
    }
}
