using Gatepost.Policy.Directory;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Defers unknown clients for some minutes; every real server retries by itself (RFC 6647). Off unless configured.</summary>
public sealed class Greylisted(PolicyServices parts) : IRule
{
    public string Name => "greylisted";

    public Stage Stage => Stage.RcptTo;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Recipient!.Outcome != ResolutionOutcome.Found)
            return Verdict.Unremarkable;

        string client = Greylist.NetworkOf(context.Session.Client.Address).ToString();
        int returns = await parts.Greylist.ReturnsAsync(client, context.Now, cancel);
        if (context.Options.GreylistPassAfter is > 0 and var enough && returns >= enough)
            return Verdict.Pass(Name, OurEvidence.ClientCameBack.Say(client, returns));
        var first = await parts.Greylist.FirstSeenAsync(client, context.SenderText, context.RecipientText, context.Now, cancel);
        var free = first + context.Options.GreylistDelay;
        if (context.Now >= free)
            return Verdict.Pass(Name, OurEvidence.FirstSeen.Say(first));

        return Verdict.Refuse(
            Name,
            RecipientReplies.Greylisted.Say(
                ("recipient", context.RecipientText), ("seconds", (int)Math.Ceiling((free - context.Now).TotalSeconds))),
            OurEvidence.TripleFirstSeen.Say(client, context.SenderText, context.RecipientText, first),
            OurFacts.FirstSeen.Is(first),
            OurFacts.WouldPass.Is(OurEvidence.PassFrom.Say(free)));
    }
}
