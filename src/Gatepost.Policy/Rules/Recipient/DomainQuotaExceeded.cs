using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>
/// Stops the users of a domain once all of them together wrote to as many recipients in the last 60 minutes as the domain may.
/// </summary>
public sealed class DomainQuotaExceeded(PolicyServices parts) : IRule
{
    public string Name => "domain-quota-exceeded";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Submission or ListenerRole.Internal;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.IsRepeated || context.Session.User is not { } user || !Mailbox.TryParse(user, out var login))
            return Verdict.Unremarkable;
        var domain = await context.Directory.FindDomainAsync(login!.Domain, cancel);
        if ((domain?.RecipientsPerHour ?? context.Options.RecipientsPerDomainAndHour) is not { } limit)
            return Verdict.Unremarkable;

        string name = DomainName.ToKey(login.Domain), recipient = context.RecipientText;
        var claim = new Claim(new CounterKey(Counted.DomainRecipients, name), 1, limit, TimeSpan.FromMinutes(60));
        var usage = await parts.Counters.PeekAsync(claim, context.Now, cancel);
        if (usage.Used >= limit)
            return Refuse(usage);
        context.Reserve(claim, Refuse);
        return Quota.Within(Name, OurEvidence.WrittenFromDomain, OurFacts.WrittenFromDomain, name, usage, limit);

        Verdict Refuse(Usage found) => Quota.Exceeded(
            Name, RecipientReplies.DomainQuotaExceeded, recipient, OurEvidence.WrittenFromDomain, OurFacts.WrittenFromDomain, name, found,
                limit);
    }
}
