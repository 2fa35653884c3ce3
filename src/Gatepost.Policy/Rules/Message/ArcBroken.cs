using Gatepost.MailAuth;
using Gatepost.MailAuth.Verification;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Rejects a message whose chain of ARC seals is broken (RFC 8617 §5.2.2 has the reply).</summary>
/// <remarks>Only warns by default: RFC 8617 wants a broken chain treated like none.</remarks>
public sealed class ArcBroken : OriginRule
{
    public override string Name => "arc-broken";

    private protected override Verdict Judge(RuleContext context, MessageResult result)
    {
        var arc = result.Arc;
        string sealer = arc.Hops is [.., var last] ? last.Domain : "";
        if (arc.Result == AuthResult.None)
            return Verdict.Unremarkable;
        if (arc.Result != AuthResult.Fail)
            return Verdict.Pass(Name, OurEvidence.OriginResult.Say("arc", arc.Result.Word(), sealer), [.. Facts("arc", arc.Steps)]);
        return Verdict.Refuse(
            Name,
            OriginReplies.ArcBroken.Say(),
            OurEvidence.OriginResult.Say("arc", "fail", sealer),
            [.. Facts("arc", arc.Steps), OurFacts.WouldPass.Is(OurEvidence.PassChain.Say())]);
    }
}
