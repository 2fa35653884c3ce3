using Gatepost.Files;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses mail for a mailbox that has no room for it, so that it need never bounce later.</summary>
/// <remarks>The declared SIZE counts if there is one (RFC 1870); the message itself is measured by <see cref="Message.MailboxFullAtData"/>.
/// A size that could not be learnt is no refusal.</remarks>
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
            if (await parts.MailboxSizes.MeasureAsync(account, cancel) is not { } state)
            {
                if (account.Quota is not null)
                    passes = Verdict.Pass(Name, OurEvidence.SizeUnknown.Say(account.Address.ToString()), passes.Facts);
                continue;
            }

            // An IMAP server that shares the Maildir may allow less; delivery would hold to that, and it would be a bounce.
            if ((account.Quota, state.MaxOctets, state.MaxMessages) is (null, null, null))
                continue;
            context.NoteLimited(account);
            long declared = context.Session.Envelope!.DeclaredSize ?? 0;
            if (state.IsFull(account.Quota) || !state.Fits(declared, account.Quota))
                return Refuse(context, account, state, declared);
            passes = Verdict.Pass(Name, OurEvidence.HasRoom.Say(account.Address.ToString()), [.. passes.Facts, .. Facts(account, state)]);
        }

        return passes;
    }

    /// <summary>What the mailbox holds and may hold.</summary>
    internal static IEnumerable<Fact> Facts(Account account, MailboxState state)
    {
        if (OctetLimit(account, state) is { } octets)
        {
            yield return OurFacts.MailboxHolds.Is(new Octets(state.Octets));
            yield return OurFacts.Quota.Is(new Octets(octets));
        }

        if (state.MaxMessages is { } messages)
        {
            yield return OurFacts.MailboxMessages.Is((int)Math.Min(int.MaxValue, state.Messages));
            yield return OurFacts.QuotaMessages.Is((int)Math.Min(int.MaxValue, messages));
        }
    }

    /// <param name="untouched">Since when nothing was read or deleted, if that is long ago; null otherwise.</param>
    internal static Finding Held(Account account, MailboxState state, DateTimeOffset? untouched = null)
    {
        string mailbox = account.Address.ToString();
        if (state.Messages >= state.MaxMessages)
            return OurEvidence.HoldsMessages.Say(mailbox, state.Messages, state.MaxMessages.Value);
        var quota = new Octets(OctetLimit(account, state) ?? 0);
        return untouched is { } since
            ? OurEvidence.HoldsUntouched.Say(mailbox, state.Octets, quota, since)
            : OurEvidence.Holds.Say(mailbox, state.Octets, quota);
    }

    private static long? OctetLimit(Account account, MailboxState state) =>
        account.Quota is { } quota && state.MaxOctets is { } own ? Math.Min(quota, own) : account.Quota ?? state.MaxOctets;

    private Verdict Refuse(RuleContext context, Account account, MailboxState state, long declared)
    {
        var untouched = state.Unchanged is { } since && context.Now - since >= context.Options.FullForLong ? state.Unchanged : null;
        var entry = untouched is null ? RecipientReplies.MailboxFull : RecipientReplies.MailboxFullForLong;
        return Verdict.Refuse(
            Name,
            entry.Say(("recipient", context.RecipientText)),
            Held(account, state, untouched),
            [
                .. Facts(account, state),
                OurFacts.MessageDeclares.Is(new Octets(declared)),
                OurFacts.WouldPass.Is(OurEvidence.PassRoom.Say()),
            ]);
    }
}
