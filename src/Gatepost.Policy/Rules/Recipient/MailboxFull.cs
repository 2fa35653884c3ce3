using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses mail for a mailbox that has no room for it, so that it need never bounce later.</summary>
/// <remarks>The declared SIZE counts where there is one (RFC 1870). A size that could not be learnt is no refusal.</remarks>
public sealed class MailboxFull(PolicyServices parts) : IRule
{
    public string Name => "mailbox-full";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Recipient!.Outcome != ResolutionOutcome.Found)
            return Verdict.Unremarkable;

        var passes = Verdict.Unremarkable;
        foreach (var account in context.Recipient.Accounts)
        {
            if (await parts.MailboxSizes.MeasureAsync(account, cancel) is not { } size)
            {
                if (account.Quota is not null)
                    passes = Verdict.Pass(Name, OurEvidence.SizeUnknown.Say(account.Address.ToString()), passes.Facts);
                continue;
            }

            // An IMAP server that shares the Maildir may allow less; delivery would hold to that, and it would be a bounce.
            if ((account.Quota, size.Limit) is (null, null))
                continue;
            long quota = Math.Min(account.Quota ?? long.MaxValue, size.Limit ?? long.MaxValue);

            long declared = context.Session.Envelope!.DeclaredSize ?? 0;
            if (size.Octets < quota && declared <= quota - size.Octets)
            {
                passes = Verdict.Pass(
                    Name,
                    OurEvidence.HasRoom.Say(account.Address.ToString()),
                    [.. passes.Facts, OurFacts.MailboxHolds.Is(new Octets(size.Octets)), OurFacts.Quota.Is(new Octets(quota))]);
                continue;
            }

            return Refuse(context, account, size.Octets, quota, size.Unchanged is { } since && context.Now - since >= context.Options.FullForLong ? since : null);
        }

        return passes;
    }

    private Verdict Refuse(RuleContext context, Account account, long octets, long quota, DateTimeOffset? untouched)
    {
        var reply = (untouched is null ? OurReplies.MailboxFull : OurReplies.MailboxFullForLong).Say(("recipient", context.RecipientText));
        return Verdict.Refuse(
            Name,
            reply,
            untouched is { } since
                ? OurEvidence.HoldsUntouched.Say(account.Address.ToString(), octets, new Octets(quota), since)
                : OurEvidence.Holds.Say(account.Address.ToString(), octets, new Octets(quota)),
            OurFacts.MailboxHolds.Is(new Octets(octets)),
            OurFacts.Quota.Is(new Octets(quota)),
            OurFacts.MessageDeclares.Is(new Octets(context.Session.Envelope!.DeclaredSize ?? 0)),
            OurFacts.WouldPass.Is(OurEvidence.PassRoom.Say()));
    }
}
