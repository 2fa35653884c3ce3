using Gatepost.MailAuth;
using Gatepost.MailAuth.Verification;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Rejects a message that is not authenticated: neither SPF nor DKIM nor DMARC passed.</summary>
/// <remarks>Only warns by default. Silence of DNS is no "no": what may yet pass is left alone.</remarks>
public sealed class SenderUnauthenticated : OriginRule
{
    public override string Name => "sender-unauthenticated";

    private protected override Verdict Judge(RuleContext context, MessageResult result)
    {
        bool isUncertain = result.Spf?.Result == AuthResult.TempError || result.Dmarc.Result == AuthResult.TempError
            || result.Dkim.Any(static one => one.Result == AuthResult.TempError);
        if (result.IsAuthenticated || isUncertain)
            return Verdict.Unremarkable;
        string domain = result.Dmarc.Author ?? result.Spf?.Domain ?? "";
        return Verdict.Refuse(
            Name,
            OriginReplies.SenderUnauthenticated.Say(("domain", domain)),
            OurEvidence.NothingPassed.Say(domain),
            OurFacts.WouldPass.Is(OurEvidence.PassAnyProof.Say(domain)));
    }
}
