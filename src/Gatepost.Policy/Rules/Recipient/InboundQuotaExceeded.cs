using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Defers mail for a mailbox that received as many messages in the last 60 minutes as it may: a rate, not its storage.</summary>
public sealed class InboundQuotaExceeded(PolicyServices parts) : IRule
{
    private static readonly TimeSpan Hour = TimeSpan.FromMinutes(60);

    public string Name => "inbound-quota-exceeded";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.IsRepeated || context.Recipient!.Outcome != ResolutionOutcome.Found)
            return Verdict.Unremarkable;

        string recipient = context.RecipientText;
        var passes = Verdict.Unremarkable;
        foreach (var account in context.Recipient.Accounts)
        {
            if ((account.ReceivedPerHour ?? context.Options.ReceivedPerMailboxAndHour) is not { } limit)
                continue;

            string mailbox = Quota.NameOf(account.Address);
            var claim = new Claim(new CounterKey(Counted.Received, mailbox), 1, limit, Hour);
            var usage = await parts.Counters.PeekAsync(claim, context.Now, cancel);
            if (usage.Used >= limit)
                return Refuse(usage);
            context.Reserve(claim, Refuse);
            var within = Quota.Within(Name, OurEvidence.ReceivedByMailbox, OurFacts.ReceivedByMailbox, mailbox, usage, limit);
            passes = passes.IsSilent ? within : Verdict.Pass(Name, passes.Why, [.. passes.Facts, .. within.Facts]);

            Verdict Refuse(Usage found) => Quota.Exceeded(
                Name, RecipientReplies.InboundQuotaExceeded, recipient, OurEvidence.ReceivedByMailbox, OurFacts.ReceivedByMailbox, mailbox,
                    found,
                    limit);
        }

        return passes;
    }
}
