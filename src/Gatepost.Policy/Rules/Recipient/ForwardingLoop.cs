using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses an address whose aliases and forwards lead back to themselves, or on without end.</summary>
/// <remarks>The cycle is drawn in the evidence: <c>a@x -> b@x -> a@x</c>; removing any one arrow repairs it.</remarks>
public sealed class ForwardingLoop : IRule
{
    public string Name => "forwarding-loop";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        var recipient = context.Recipient!;
        return ValueTask.FromResult(recipient.Outcome switch
        {
            ResolutionOutcome.Loop => Refuse(OurEvidence.LeadsBack.Say(recipient.Drawn)),
            ResolutionOutcome.TooWide =>
                Refuse(OurEvidence.TooWide.Say(AliasExpansion.MaxDepth, AliasExpansion.MaxRoutes, recipient.Drawn)),
            _ => Verdict.Unremarkable,
        });

        Verdict Refuse(Finding why) => Verdict.Refuse(
            Name,
            RecipientReplies.ForwardingLoop.Say(("recipient", context.RecipientText)),
            why,
            OurFacts.Cycle.Is(recipient.Drawn),
            OurFacts.WouldPass.Is(OurEvidence.PassNoForward.Say()));
    }
}
