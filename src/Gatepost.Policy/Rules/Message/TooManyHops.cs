using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message that passed through more servers than any way is long: it goes in a circle.</summary>
/// <remarks>Loops are found by counting Received fields (RFC 5321 §6.3), which the wire does while the message streams.</remarks>
public sealed class TooManyHops : IRule
{
    public string Name => "too-many-hops";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        int hops = context.Session.Hops;
        if (hops <= context.Options.MaxHops)
            return ValueTask.FromResult(Verdict.Unremarkable);

        return ValueTask.FromResult(Verdict.Refuse(
            Name,
            MessageReplies.TooManyHops.Say(("hops", hops)),
            OurEvidence.HopsCounted.Say(hops, context.Options.MaxHops),
            OurFacts.ReceivedFields.Is(hops),
            OurFacts.Limit.Is(context.Options.MaxHops),
            OurFacts.WouldPass.Is(OurEvidence.PassLoopCut.Say())));
    }
}
