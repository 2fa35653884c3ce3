using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses recipients in the block table.</summary>
public sealed class RecipientBlocked : IRule
{
    public string Name => "recipient-blocked";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        var blocks = await context.Directory.FindBlocksAsync(
            BlockSide.Recipient, AddressKey.Of(context.Session.Candidate!.Address), cancel);
        // A detail or an alias domain is no way round a block.
        if (context.NamedMailbox is { } mailbox && AddressKey.Of(mailbox.Address) is var own
            && own != AddressKey.Of(context.Session.Candidate.Address))
            blocks = [.. blocks, .. await context.Directory.FindBlocksAsync(BlockSide.Recipient, own, cancel)];
        if (blocks.FirstOrDefault(block => block.IsInForce(context.Now)) is not { } block)
            return Verdict.Unremarkable;

        return Verdict.Refuse(
            Name,
            RecipientReplies.RecipientBlocked.Say(("recipient", context.RecipientText)),
            OurEvidence.Blocked.Say(block.Described),
            OurFacts.Block.Is(block.Described),
            OurFacts.WouldPass.Is(OurEvidence.PassNoBlock.Say()));
    }
}
