using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Sender;

/// <summary>Refuses senders in the block table.</summary>
/// <remarks>Blocks for everybody are judged at MAIL, those of a domain or a mailbox at RCPT, where it is known whose mail it is.</remarks>
public sealed class SenderBlocked(Stage stage) : IRule
{
    public string Name => "sender-blocked";

    public Stage Stage => stage;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session.Envelope?.Sender is not { } sender)
            return Verdict.Unremarkable;
        var blocks = await context.Directory.FindBlocksAsync(BlockSide.Sender, AddressKey.Of(sender), cancel);
        if (blocks.Count == 0)
            return Verdict.Unremarkable;

        AddressKey? recipient = context.Session.Candidate is { } candidate && stage == Stage.RcptTo ? AddressKey.Of(candidate.Address)
            : null;
        AddressKey? own = stage == Stage.RcptTo && context.NamedMailbox is { } mailbox ? AddressKey.Of(mailbox.Address) : null;
        if (
            blocks.FirstOrDefault(block => block.IsInForce(context.Now) && block.Scope is null == (stage == Stage.MailFrom)
                && (block.Covers(recipient) || (own is { } key && block.Covers(key)))) is not { } block)
            return Verdict.Unremarkable;

        bool ours = context.Session.User is not null;
        return Verdict.Refuse(
            Name,
            (ours ? SenderReplies.OwnSenderBlocked : SenderReplies.SenderBlocked).Say(("sender", context.SenderText)),
            OurEvidence.Blocked.Say(block.Described),
            OurFacts.Block.Is(block.Described),
            OurFacts.WouldPass.Is(OurEvidence.PassNoBlock.Say()));
    }
}
