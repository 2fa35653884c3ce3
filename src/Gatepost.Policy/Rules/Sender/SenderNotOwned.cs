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

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session.User is not { } user)
            return Verdict.Unremarkable;
        // A user of this machine, reported by the kernel ("uid 33"), owns no mailbox: cron and web server use any sender.
        if (!Mailbox.TryParse(user, out _))
            return Verdict.Pass(Name, OurEvidence.LocalUser.Say(user));
        if (context.Session.Envelope?.Sender is not { } sender)
            return context.Options.LoginMaySendNull ? Verdict.Pass(Name, OurEvidence.NullSender.Say()) : Refuse(context, user);
        if (await Ownership.WhyAsync(context.Directory, user, sender, cancel) is { } why)
            return Verdict.Pass(Name, why);
        return Refuse(context, user);
    }

    private Verdict Refuse(RuleContext context, string user) => Verdict.Refuse(
        Name,
        SenderReplies.SenderNotOwned.Say(("sender", context.SenderText), ("user", user)),
        OurEvidence.NotOwned.Say(context.SenderText, user),
        OurFacts.User.Is(user),
        OurFacts.WouldPass.Is(OurEvidence.PassOwnedAddress.Say(user, context.SenderText)));
}
