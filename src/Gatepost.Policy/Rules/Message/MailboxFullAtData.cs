using Gatepost.Files;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Rules.Recipient;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>
/// Measures the message itself against the room in each mailbox, and reserves it until delivery. The second half of
/// <see cref="MailboxFull"/>.
/// </summary>
/// <remarks>
/// The client may not have declared a SIZE, and other messages may have come in since RCPT. There is one reply for all recipients:
/// while others have room, a mailbox that was not full takes this one message beyond its quota; one that has filled up since RCPT makes the
/// client come back, and then it is refused at RCPT alone. The rule comes last, so that no other refusal leaves room reserved.
/// </remarks>
public sealed class MailboxFullAtData(PolicyServices parts) : IRule
{
    /// <summary>Octets that Received and the other fields written above the message take at most.</summary>
    private const int OurFields = 1024;

    public string Name => "mailbox-full";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => true;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session is not { Envelope: { } envelope, Draft: { } draft })
            return Verdict.Unremarkable;
        var limited = context.LimitedMailboxes;
        if (limited.Count == 0)
            return Verdict.Unremarkable;

        long octets = draft.Length + OurFields;
        var lacking = new List<(EnvelopeRecipient Recipient, Account Account, MailboxState State)>();
        foreach (var (recipient, account) in limited)
        {
            var state = await parts.MailboxSizes.ReserveAsync(
                account, draft.QueueId, octets, before => before.Fits(octets, account.Quota), cancel);
            if (state is not null && !state.Fits(octets, account.Quota))
                lacking.Add((recipient, account, state));
        }

        if (lacking.Count == 0)
            return Verdict.Unremarkable;
        bool othersHaveRoom = envelope.Recipients.Exists(recipient =>
            !lacking.Exists(mailbox => ReferenceEquals(mailbox.Recipient, recipient)));
        return othersHaveRoom ? await RefuseFilledUpAsync(lacking, limited, draft, octets, cancel) : Refuse(lacking[0], draft);
    }

    /// <summary>No mailbox has room: there is one reply, and it is about the first.</summary>
    private Verdict Refuse((EnvelopeRecipient Recipient, Account Account, MailboxState State) first, IMessageDraft draft) => Refuse(
        first.State.IsFull(first.Account.Quota)
            ? RecipientReplies.MailboxFull.Say(("recipient", first.Recipient.Address))
            : RecipientReplies.MailboxTooSmall.Say(("recipient", first.Recipient.Address), ("size", draft.Length)),
        first.Account,
        first.State,
        draft.Length);

    private async ValueTask<Verdict> RefuseFilledUpAsync(
        List<(EnvelopeRecipient Recipient, Account Account, MailboxState State)> lacking,
        IReadOnlyList<(EnvelopeRecipient Recipient, Account Account)> limited,
        IMessageDraft draft,
        long octets,
        CancellationToken cancel)
    {
        foreach (var (recipient, account, _) in lacking)
        {
            var state = await parts.MailboxSizes.ReserveAsync(
                account, draft.QueueId, octets, before => !before.IsFull(account.Quota), cancel);
            if (state is null || !state.IsFull(account.Quota))
                continue;
            Release(limited, draft.QueueId);
            return Refuse(RecipientReplies.MailboxFilledUp.Say(("recipient", recipient.Address)), account, state, draft.Length);
        }

        return Verdict.Unremarkable;
    }

    private void Release(IReadOnlyList<(EnvelopeRecipient Recipient, Account Account)> limited, string key)
    {
        foreach (var (_, account) in limited)
            parts.MailboxSizes.Release(account, key);
    }

    private Verdict Refuse(Reply reply, Account account, MailboxState state, long octets) => Verdict.Refuse(
        Name,
        reply,
        MailboxFull.Held(account, state),
        [
            .. MailboxFull.Facts(account, state),
            OurFacts.MessageHas.Is(new Octets(octets)),
            OurFacts.WouldPass.Is(OurEvidence.PassRoom.Say()),
        ]);
}
