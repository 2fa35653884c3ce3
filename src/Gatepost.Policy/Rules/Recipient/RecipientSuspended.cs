using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses mail for a mailbox that may not receive at the moment, by its own or its domain's suspension.</summary>
public sealed class RecipientSuspended : IRule
{
    public string Name => "recipient-suspended";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        var recipient = @case.Recipient!;
        if (recipient.Outcome != ResolutionOutcome.Found || Find(recipient, @case.Now) is not { } suspension)
            return ValueTask.FromResult(Verdict.Unremarkable);

        return ValueTask.FromResult(Verdict.Refuse(
            Name,
            OurReplies.RecipientSuspended.Say(("recipient", @case.RecipientText)),
            $"{@case.RecipientText} is suspended: {suspension.Told}",
            new Fact("suspension", suspension.Told),
            new Fact("would pass", "the suspension lifted")));
    }

    /// <summary>An alias of several is refused only when nobody behind it can receive.</summary>
    private static Suspension? Find(Resolution recipient, DateTimeOffset now)
    {
        if (recipient.Domain?.Suspensions.Covering(Suspended.Receiving, now) is { } general)
            return general;
        if (recipient.Accounts.Count == 0 || recipient.Accounts.Count < recipient.Routes.Count)
            return null;
        return recipient.Accounts.All(account => account.Suspensions.Covering(Suspended.Receiving, now) is not null)
            ? recipient.Accounts[0].Suspensions.Covering(Suspended.Receiving, now)
            : null;
    }
}
