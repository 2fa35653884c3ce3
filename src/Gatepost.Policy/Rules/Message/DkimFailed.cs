using Gatepost.MailAuth;
using Gatepost.MailAuth.Verification;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Rejects a message that is signed, but of whose DKIM signatures none holds.</summary>
/// <remarks>Only warns by default: RFC 6376 §6.1 wants such a message treated like one without signature.</remarks>
public sealed class DkimFailed : OriginRule
{
    public override string Name => "dkim-failed";

    private protected override Verdict Judge(RuleContext context, MessageResult result)
    {
        var steps = result.Dkim.SelectMany(static one => one.Steps).ToList();
        var signed = result.Dkim.Where(static one => one.Result != AuthResult.None).ToList();
        string domain = signed.FirstOrDefault()?.Domain ?? "";
        if (signed.Exists(static one => one.Result == AuthResult.Pass))
            return Verdict.Pass(Name, OurEvidence.OriginResult.Say("dkim", "pass", domain), [.. Facts("dkim", steps)]);
        if (signed.Exists(static one => one.Result == AuthResult.TempError))
        {
            return context.Options.DefersWhenSilent(Name)
                ? Unanswered("dkim-unanswered", OriginReplies.DkimUnanswered, "DKIM", domain, Facts("dkim", steps))
                : Verdict.Pass(Name, OurEvidence.OriginUnanswered.Say("DKIM", domain), [.. Facts("dkim", steps)]);
        }

        if (signed.Count == 0)
            return Verdict.Unremarkable;
        return Verdict.Refuse(
            Name,
            OriginReplies.DkimFailed.Say(("domain", domain)),
            OurEvidence.OriginResult.Say("dkim", signed[0].Result.Word(), domain),
            [.. Facts("dkim", steps), OurFacts.WouldPass.Is(OurEvidence.PassSignature.Say())]);
    }
}
