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

    public async ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        var blocks = await @case.Directory.FindBlocksAsync(BlockSide.Recipient, AddressKey.Of(@case.Session.Candidate!.Address), cancel);
        // A detail or an alias domain is no way round a block.
        if (@case.NamedMailbox is { } mailbox && AddressKey.Of(mailbox.Address) is var own && own != AddressKey.Of(@case.Session.Candidate.Address))
            blocks = [.. blocks, .. await @case.Directory.FindBlocksAsync(BlockSide.Recipient, own, cancel)];
        if (blocks.FirstOrDefault(block => block.IsInForce(@case.Now)) is not { } block)
            return Verdict.Unremarkable;

        return Verdict.Refuse(
            Name,
            OurReplies.RecipientBlocked.Say(("recipient", @case.RecipientText)),
            $"blocked: {block.Told}",
            new Fact("block", block.Told),
            new Fact("would pass", "the entry removed or expired"));
    }
}
