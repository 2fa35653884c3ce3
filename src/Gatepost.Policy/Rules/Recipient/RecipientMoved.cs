using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses mail for a mailbox whose owner has moved and let the new address be told (RFC 5321 §3.4).</summary>
public sealed class RecipientMoved : IRule
{
    public string Name => "recipient-moved";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel) =>
        ValueTask.FromResult(context.Recipient is { Outcome: ResolutionOutcome.Found, Accounts: [{ MovedTo: { } target }], Routes.Count: 1 }
            ? Verdict.Refuse(
                Name,
                OurReplies.RecipientMoved.Say(("target", target)),
                $"{context.RecipientText} has moved to {target}",
                new Fact("moved to", target.ToString()),
                new Fact("would pass", $"the new address, or moved-to removed"))
            : Verdict.Unremarkable);
}
