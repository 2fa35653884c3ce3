using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses recipients beyond the limit of one message; those before it keep their place.</summary>
/// <remarks>452, never 552: the client sends the rest in a further transaction (RFC 5321 §4.5.3.1.10).</remarks>
public sealed class TooManyRecipients : IRule
{
    public string Name => "too-many-recipients";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        int ceiling = context.Session.IsOfProgram ? int.MaxValue
            : context.Session.Role == ListenerRole.Submission ? context.Options.MaxRecipientsOnSubmission
            : context.Options.MaxRecipients;
        int limit = Math.Min(context.Session.MaxRecipients, ceiling);
        int accepted = context.Session.Envelope!.Recipients.Count;
        if (accepted < limit)
            return ValueTask.FromResult(Verdict.Unremarkable);

        return ValueTask.FromResult(Verdict.Refuse(
            Name,
            RecipientReplies.TooManyRecipients.Say(),
            OurEvidence.RecipientsAccepted.Say(accepted, limit),
            OurFacts.Accepted.Is(accepted),
            OurFacts.Limit.Is(limit),
            OurFacts.WouldPass.Is(OurEvidence.PassRestLater.Say())));
    }
}
