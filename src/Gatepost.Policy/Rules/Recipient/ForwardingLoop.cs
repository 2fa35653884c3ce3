using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses an address whose aliases and forwards lead back to themselves, or on without end.</summary>
/// <remarks>The cycle is drawn in the evidence: <c>a@x -> b@x -> a@x</c>; removing any one arrow mends it.</remarks>
public sealed class ForwardingLoop : IRule
{
    public string Name => "forwarding-loop";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        var recipient = @case.Recipient!;
        return ValueTask.FromResult(recipient.Outcome switch
        {
            ResolutionOutcome.Loop => Refuse($"aliases and forwards lead back: {recipient.Drawn}"),
            ResolutionOutcome.TooWide => Refuse($"more than {Expansion.MaxDepth} aliases behind each other or {Expansion.MaxRoutes} addresses: {recipient.Drawn}"),
            _ => Verdict.Unremarkable,
        });

        Verdict Refuse(string why) => Verdict.Refuse(
            Name,
            OurReplies.ForwardingLoop.Say(("recipient", @case.RecipientText)),
            why,
            new Fact("cycle", recipient.Drawn),
            new Fact("would pass", "any one of these forwards removed"));
    }
}
