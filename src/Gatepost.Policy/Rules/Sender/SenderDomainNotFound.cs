using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Sender;

/// <summary>Refuses a sender whose domain has neither MX nor address records.</summary>
/// <remarks>
/// Without them no bounce could reach the sender (RFC 5321 §2.3.5, §5.1). The null sender of bounces has no domain and passes.
/// A DNS failure is not an answer: the client is deferred, never rejected because the domain is missing.
/// </remarks>
public sealed class SenderDomainNotFound(PolicyServices parts) : IRule
{
    public string Name => "sender-domain-not-found";

    public Stage Stage => Stage.MailFrom;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session.Envelope?.Sender is not { } sender)
            return Verdict.Unremarkable;
        if (sender.IsAddressLiteral || sender.Domain.Length == 0)
            return Verdict.Unremarkable;
        if (await context.Directory.FindDomainAsync(sender.Domain, cancel) is not null)
            return Verdict.Pass(Name, OurEvidence.OurDomain.Say(sender.Domain));

        string domain = DomainName.ToAscii(sender.Domain);
        var hosts = await parts.Dns.MxAsync(domain, cancel);
        if (hosts.Outcome == DnsOutcome.Found)
        {
            return hosts.Records is [{ Exchange: "" }]
                ? TakesNoMail(context, domain, hosts)
                : Verdict.Pass(Name, OurEvidence.MailGoesTo.Say(domain, hosts.Records[0].Exchange), DnsFacts.Mx(domain, hosts));
        }

        if (hosts.Outcome == DnsOutcome.Unanswered)
            return Unanswered(context, domain, DnsFacts.Mx(domain, hosts));
        if (hosts.Outcome == DnsOutcome.NoSuchName)
            return NotFound(context, domain, DnsFacts.Mx(domain, hosts));

        // RFC 5321 §5.1: without MX the address records serve.
        var addresses = await parts.Dns.AddressesAsync(domain, cancel);
        var fact = OurFacts.Addresses.Is(domain, DnsFacts.Show(addresses));
        return addresses.Outcome switch
        {
            DnsOutcome.Found => Verdict.Pass(Name, OurEvidence.AddressesOnly.Say(domain), fact),
            DnsOutcome.Unanswered => Unanswered(context, domain, fact),
            _ => NotFound(context, domain, DnsFacts.Mx(domain, hosts), fact),
        };
    }

    private Verdict NotFound(RuleContext context, string domain, params IReadOnlyList<Fact> facts) => Verdict.Refuse(
        Name,
        SenderReplies.SenderDomainNotFound.Say(("sender", context.SenderText)),
        OurEvidence.NoMailHost.Say(domain),
        [.. facts, OurFacts.WouldPass.Is(OurEvidence.PassMailHost.Say(domain))]);

    private Verdict Unanswered(RuleContext context, string domain, Fact fact) => !context.Options.DefersWhenSilent(Name)
        ? Verdict.Pass(Name, OurEvidence.DnsSilentPasses.Say(domain), fact)
        : Verdict.Refuse(
            "sender-domain-unanswered",
            SenderReplies.SenderDomainUnanswered.Say(("sender", context.SenderText)),
            OurEvidence.DnsSilent.Say(domain),
            fact,
            OurFacts.WouldPass.Is(OurEvidence.PassAnswer.Say()));

    private static Verdict TakesNoMail(RuleContext context, string domain, DnsAnswer<MxRecord> hosts) => Verdict.Refuse(
        "sender-domain-takes-no-mail",
        SenderReplies.SenderDomainTakesNoMail.Say(("sender", context.SenderText)),
        OurEvidence.NullMx.Say(domain),
        DnsFacts.Mx(domain, hosts),
        OurFacts.WouldPass.Is(OurEvidence.PassSenderTakesMail.Say()));
}
