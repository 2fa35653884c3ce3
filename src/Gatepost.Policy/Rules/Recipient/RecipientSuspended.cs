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

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        var recipient = context.Recipient!;
        if (recipient.Outcome != ResolutionOutcome.Found)
            return Verdict.Unremarkable;
        if (recipient.Domain?.Suspensions.Covering(Suspended.Receiving, context.Now) is { } general)
            return Refuse(context, general);

        var named = context.NamedMailbox;
        List<Route>? left = null;
        Suspension? last = null;
        foreach (var account in recipient.Accounts)
        {
            if (
                await Suspensions.FindAsync(
                    context.Directory, account.Address, Suspended.Receiving, context.Now, cancel) is not { } suspension)
                continue;
            // A sender who writes to the mailbox itself is rejected, whatever forwards it has.
            if (ReferenceEquals(account, named))
                return Refuse(context, suspension);
            last = suspension;
            left = [.. (left ?? recipient.Routes).Where(route => !LeadsInto(route, account))];
        }

        if (last is null)
            return Verdict.Unremarkable;
        if (left!.Count == 0)
            return Refuse(context, last);
        // An alias of several reaches those who can receive.
        if (context.Options.Rules.GetValueOrDefault(Name)?.Mode is null or RuleMode.On)
            context.Recipient = recipient with { Routes = left };
        return Verdict.Pass(Name, OurEvidence.AliasMemberSuspended.Say(), OurFacts.Suspension.Is(last.Described));
    }

    private Verdict Refuse(RuleContext context, Suspension suspension) => Verdict.Refuse(
        Name,
        RecipientReplies.RecipientSuspended.Say(("recipient", context.RecipientText)),
        OurEvidence.IsSuspended.Say(context.RecipientText, suspension.Described),
        OurFacts.Suspension.Is(suspension.Described),
        OurFacts.WouldPass.Is(OurEvidence.PassNoSuspension.Say()));

    private static bool LeadsInto(Route route, Account account) =>
        route.Destination == account.Destination
        && AddressKey.Of(route.Address) is var key
        && key.Domain.Equals(DomainName.ToAscii(account.Address.Domain), StringComparison.OrdinalIgnoreCase)
        && account.IsNamedBy(key);
}
