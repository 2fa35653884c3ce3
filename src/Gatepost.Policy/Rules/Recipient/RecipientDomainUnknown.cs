using Gatepost.Dns;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Rejects at RCPT what our own users write to a domain that does not exist, instead of by a bounce.</summary>
/// <remarks>Only NXDOMAIN and the null MX (RFC 7505 §4.2) count. What DNS does not answer, the queue will ask again.</remarks>
public sealed class RecipientDomainUnknown(PolicyServices parts) : IRule
{
    public string Name => "recipient-domain-unknown";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Submission;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Recipient is not { Outcome: ResolutionOutcome.Foreign, Routes: [{ Destination.Kind: DestinationKind.Mx } route] }
            || route.Address.IsAddressLiteral)
            return Verdict.Unremarkable;

        string domain = route.Destination.Name;
        var hosts = await parts.Dns.MxAsync(domain, cancel);
        return hosts.Outcome switch
        {
            DnsOutcome.NoSuchName => Verdict.Refuse(
                Name,
                RecipientReplies.RecipientDomainUnknown.Say(("recipient", context.RecipientText)),
                OurEvidence.DomainNotInDns.Say(domain),
                DnsFacts.Mx(domain, hosts),
                OurFacts.WouldPass.Is(OurEvidence.PassDomainExists.Say())),
            DnsOutcome.Found when hosts.Records is [{ Exchange: "" }] => Verdict.Refuse(
                "recipient-domain-takes-no-mail",
                RecipientReplies.RecipientDomainTakesNoMail.Say(("recipient", context.RecipientText)),
                OurEvidence.NullMx.Say(domain),
                DnsFacts.Mx(domain, hosts),
                OurFacts.WouldPass.Is(OurEvidence.PassTakesMail.Say())),
            DnsOutcome.Unanswered => Verdict.Pass(Name, OurEvidence.DnsSilentQueued.Say(), DnsFacts.Mx(domain, hosts)),
            _ => Verdict.Pass(Name, OurEvidence.DomainExists.Say(domain), DnsFacts.Mx(domain, hosts)),
        };
    }
}
