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

    public async ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        var recipient = @case.Recipient!;
        if (recipient.Outcome != ResolutionOutcome.Found)
            return Verdict.Unremarkable;
        if (recipient.Domain?.Suspensions.Covering(Suspended.Receiving, @case.Now) is { } general)
            return Refuse(@case, general);

        var named = @case.NamedMailbox;
        List<Route>? left = null;
        Suspension? last = null;
        foreach (var account in recipient.Accounts)
        {
            if (await Suspensions.FindAsync(@case.Directory, account.Address, Suspended.Receiving, @case.Now, cancel) is not { } suspension)
                continue;
            // Who writes to the mailbox itself is told, whatever forwards it has.
            if (ReferenceEquals(account, named))
                return Refuse(@case, suspension);
            last = suspension;
            left = [.. (left ?? recipient.Routes).Where(route => !LeadsInto(route, account))];
        }

        if (last is null)
            return Verdict.Unremarkable;
        if (left!.Count == 0)
            return Refuse(@case, last);
        // An alias of several reaches those who can receive.
        if (@case.Options.Rules.GetValueOrDefault(Name)?.Mode is null or RuleMode.On)
            @case.Recipient = recipient with { Routes = left };
        return Verdict.Pass(Name, "one of several behind the alias is suspended and gets no copy", new Fact("suspension", last.Told));
    }

    private Verdict Refuse(Case @case, Suspension suspension) => Verdict.Refuse(
        Name,
        OurReplies.RecipientSuspended.Say(("recipient", @case.RecipientText)),
        $"{@case.RecipientText} is suspended: {suspension.Told}",
        new Fact("suspension", suspension.Told),
        new Fact("would pass", "the suspension lifted"));

    private static bool LeadsInto(Route route, Account account) =>
        route.Destination == account.Destination
        && AddressKey.Of(route.Address) is var key
        && key.Domain.Equals(AddressKey.ToAscii(account.Address.Domain), StringComparison.OrdinalIgnoreCase)
        && account.IsNamedBy(key);
}
