using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain;

/// <summary>How sure an answer is: by what decided, and by how near to the cause it was.</summary>
internal static class Sureness
{
    /// <summary>Below this weight words name a thing, not what happened to it: "the subject line" is no answer without a number.</summary>
    private const int Event = 45;

    /// <summary>The words that decided are at least one part in so many of the statement.</summary>
    private const int LeastShare = 4;

    /// <summary>A provider's wording shorter than this may be the frame of another cause: "Client host rejected: ...".</summary>
    private const int Frame = 30;

    /// <param name="observation">What the document says.</param>
    /// <param name="match">What it was taken for.</param>
    /// <param name="statement">The statement that decided; null if only codes did.</param>
    public static Confidence Of(Observation observation, Match match, Candidate? statement)
    {
        if (observation.Settled is not null)
            return Confidence.High;
        if (match.Entry.Reason == Reason.Unknown)
            return match.Basis < Basis.Status ? Confidence.Low : Confidence.None;
        var sure = match.Basis switch
        {
            Basis.Own => Confidence.Certain,
            Basis.Dialect => match.IsVague || (match.IsContested && match.Length < Frame) ? Confidence.Medium : Confidence.High,
            Basis.Words =>
                match.Weight >= Match.Plain && IsPlain(match, statement) ? Confidence.High
                : match.IsVague ? Confidence.Low
                : Confidence.Medium,
            Basis.Status => match.Entry.Id is "X.1.1" or "X.2.2" or "X.4.7" or "X.3.4" or "X.7.8" or "X.7.25" or "X.7.26"
                || (statement is null && !IsCatchAll(match.Entry.Id)) ? Confidence.Medium : Confidence.Low,
            Basis.Code => match.Entry.Reason is null ? Confidence.High : Confidence.Low,
            _ => Confidence.None,
        };
        var limit = Limit(statement, match);
        return sure > limit ? limit : sure;
    }

    /// <summary>
    /// No other cause competes, and the words are at least a quarter of the statement or the status agrees: the rest of a long sentence may
    /// say anything.
    /// </summary>
    private static bool IsPlain(Match match, Candidate? statement) =>
        !match.IsContested
            && (match.StatusAgrees || statement is null || match.Length * LeastShare >= statement.Core.Trim().Length);

    /// <summary>A status that is given for everything: the words beside it, which are not known, may say anything.</summary>
    private static bool IsCatchAll(string id) => id is "X.7.1" || id.EndsWith(".0", StringComparison.Ordinal);

    /// <summary>
    /// Loose words need the frame of a reply around them to be sure of; standing text and a subject are never more than a hint.
    /// </summary>
    private static Confidence Limit(Candidate? statement, Match match) => statement switch
    {
        null => Confidence.Certain,
        { Nearness: Nearness.Subject } => Confidence.Low,
        { Nearness: Nearness.Notice } => match.Basis == Basis.Dialect ? Confidence.High : Confidence.Medium,
        { Codes.IsEmpty: true } when match.Basis == Basis.Words && match.Weight < Event => Confidence.Low,
        { Codes.IsEmpty: true } when match.Basis == Basis.Words && statement.Nearness != Nearness.AboutRecipient => Confidence.Medium,
        _ => Confidence.Certain,
    };
}
