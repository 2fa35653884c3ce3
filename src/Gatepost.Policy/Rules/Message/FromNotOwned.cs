using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message whose From field shows an address that does not belong to the account that logged in. Off unless configured.</summary>
/// <remarks>Recipients see From, not the envelope, which <see cref="Sender.SenderNotOwned"/> judges. A From nobody can read is refused too.</remarks>
public sealed class FromNotOwned : IRule
{
    public string Name => "from-not-owned";

    public Stage Stage => Stage.Message;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Submission or ListenerRole.Internal;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session is not { User: { } user, Draft: { } draft } || !Mailbox.TryParse(user, out _))
            return Verdict.Unremarkable;

        foreach (var shown in await HeaderFields.FromAsync(draft, cancel))
        {
            if (Mailbox.TryParse(shown, out var address) && await Ownership.WhyAsync(context.Directory, user, address!, cancel) is not null)
                continue;
            return Verdict.Refuse(
                Name,
                OurReplies.FromNotOwned.Say(("from", shown), ("user", user)),
                $"From shows <{shown}>, which is no address of {user}",
                new Fact("From", shown),
                new Fact("user", user),
                new Fact("would pass", $"an address or alias of {user}, or leave to send as <{shown}>"));
        }

        return Verdict.Unremarkable;
    }
}
