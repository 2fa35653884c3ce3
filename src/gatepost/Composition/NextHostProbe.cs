using Gatepost.Delivery;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Composition;

/// <summary>Lets the rules ask next hosts by delivery's means; neither room knows the other.</summary>
internal sealed class NextHostProbe(RecipientProbe probe, TimeProvider time) : IRecipientProbe
{
    public async ValueTask<Callout> AskAsync(Mailbox recipient, Destination next, TimeSpan timeout, CancellationToken cancel)
    {
        var answer = await probe.AskAsync(recipient, next, timeout, cancel);
        var outcome = answer.Stage != Stage.RcptTo ? CalloutOutcome.Silent
            : answer.Reply.Class == 2 ? CalloutOutcome.Taken
            : answer.Reply.IsPermanent && answer.Reply.WasReceived && !answer.RefusesUs ? CalloutOutcome.Refused
            : CalloutOutcome.Silent;
        return new Callout(
            outcome, answer.Host ?? next.ToString(), answer.Reply.ToString().ReplaceLineEndings(" "), time.GetUtcNow(), answer.Attempt)
        {
            Subject = SubjectOf(answer),
        };
    }

    /// <summary>A host that does not know SMTPUTF8 refuses one recipient by that; it is not silent for the others.</summary>
    private static CalloutSubject SubjectOf(ProbeAnswer answer) =>
        answer.IsBusy ? CalloutSubject.Nothing
        : answer.Stage == Stage.RcptTo || answer.Reply.Entry == ClientReplies.PeerNotUtf8 ? CalloutSubject.Recipient
        : CalloutSubject.Host;
}
