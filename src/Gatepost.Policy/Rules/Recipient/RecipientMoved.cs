using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses mail for a mailbox whose owner has moved and allowed the reply to name the new address (RFC 5321 §3.4).</summary>
public sealed class RecipientMoved : IRule
{
    public string Name => "recipient-moved";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel) =>
        ValueTask.FromResult(context.Recipient is { Outcome: ResolutionOutcome.Found, Accounts: [{ MovedTo: { } target }], Routes.Count: 1 }
            ? Verdict.Refuse(
                Name,
                RecipientReplies.RecipientMoved.Say(("target", target)),
                OurEvidence.HasMoved.Say(context.RecipientText, target.ToString()),
                OurFacts.MovedTo.Is(target.ToString()),
                OurFacts.WouldPass.Is(OurEvidence.PassNewAddress.Say()))
            : Verdict.Unremarkable);
}
