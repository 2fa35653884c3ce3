using Gatepost.Explain.Bounces;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Replies.Matching;

namespace Gatepost.Explain;

/// <summary>
/// Decides whether a text without codes is about mail at all. Words such as "license" or "blocked" mean nothing in a text of another kind.
/// </summary>
internal sealed class MailContext(NoticePhrases phrases, ReplyDatabase knowledge)
{
    /// <summary>Longer texts without any code need more than a word of mail.</summary>
    private const int Long = 600;

    /// <summary>
    /// True if an answer may be given for this text: it has a reply's shape, or what decided is among words of mail.
    /// </summary>
    public bool Allows(Report report, string text)
    {
        if (report.ReplyCode is not null || report.EnhancedStatus is not null || report.VerdictId is not null
            || report.Outcome == MessageOutcome.NotSent)
            return true;
        var folded = FoldedText.Of(text);
        return (text.Contains('@') || phrases.MailWord.IsIn(folded) || knowledge.IsAboutMail(folded))
            && (text.Length < Long && report.Basis <= Basis.Words || phrases.TroubleWord.IsIn(folded));
    }
}
