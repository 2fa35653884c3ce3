using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Sender;

/// <summary>Refuses a sender address that does not belong to the account that logged in (RFC 6409 §6.1).</summary>
public sealed class SenderNotOwned : IRule
{
    public string Name => "sender-not-owned";

    public Stage Stage => Stage.MailFrom;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Submission or ListenerRole.Internal;

    public async ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        if (@case.Session.User is not { } user)
            return Verdict.Unremarkable;
        // A user of this machine, told by the kernel ("uid 33"), has no mailbox to own: cron and web server write as whom they like.
        if (!Mailbox.TryParse(user, out _))
            return Verdict.Pass(Name, $"{user} is a user of this machine");
        if (@case.Session.Envelope?.Sender is not { } sender)
            return @case.Options.LoginMaySendNull ? Verdict.Pass(Name, "the null sender is nobody's") : Refuse(@case, user);
        if (await Ownership.WhyAsync(@case.Directory, user, sender, cancel) is { } why)
            return Verdict.Pass(Name, why);
        return Refuse(@case, user);
    }

    private Verdict Refuse(Case @case, string user) => Verdict.Refuse(
        Name,
        OurReplies.SenderNotOwned.Say(("sender", @case.SenderText), ("user", user)),
        $"<{@case.SenderText}> is no address of {user}",
        new Fact("user", user),
        new Fact("would pass", $"an address or alias of {user}, or leave to send as <{@case.SenderText}>"));
}
