using Gatepost.MailAuth;
using Gatepost.MailAuth.Verification;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Rejects a message whose client the sender's domain does not allow (RFC 7208 §8.4).</summary>
/// <remarks>Only warns by default: mail that was forwarded fails SPF and may still be signed by its author.</remarks>
public sealed class SpfFailed : OriginRule
{
    public override string Name => "spf-failed";

    private protected override Verdict Judge(RuleContext context, MessageResult result)
    {
        if (result.Spf is not { } spf)
            return Verdict.Unremarkable;
        if (spf.Result == AuthResult.TempError && context.Options.DefersWhenSilent(Name))
            return Unanswered("spf-unanswered", OriginReplies.SpfUnanswered, "SPF", spf.Domain, Facts("spf", spf.Steps));
        if (spf.Result != AuthResult.Fail)
            return Verdict.Pass(Name, OurEvidence.OriginResult.Say("spf", spf.Result.Word(), spf.Domain), [.. Facts("spf", spf.Steps)]);
        return Verdict.Refuse(
            Name,
            OriginReplies.SpfFailed.Say(("domain", spf.Domain), ("client", context.ClientText)),
            OurEvidence.OriginResult.Say("spf", "fail", spf.Domain),
            [.. Facts("spf", spf.Steps), OurFacts.WouldPass.Is(OurEvidence.PassSpf.Say(context.Client, spf.Domain))]);
    }
}
