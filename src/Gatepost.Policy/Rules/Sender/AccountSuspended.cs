using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Sender;

/// <summary>Refuses a suspended account at AUTH, after the right password, and at RCPT where it was suspended in mid-session.</summary>
/// <remarks>A wrong password stays 535: guessing does not reveal that the account exists. RFC 5248 §2.4.</remarks>
public sealed class AccountSuspended(Stage stage) : IRule
{
    public string Name => "account-suspended";

    public Stage Stage => stage;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Submission or ListenerRole.Internal;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session.User is not { } user || !Mailbox.TryParse(user, out var login))
            return Verdict.Unremarkable;
        var what = stage == Stage.Authenticate ? Suspended.Login : Suspended.Sending | Suspended.Login;
        var suspension = await Suspensions.FindAsync(context.Directory, login!, what, context.Now, cancel);
        return suspension is null
            ? Verdict.Unremarkable
            : Verdict.Refuse(
                Name,
                stage == Stage.Authenticate ? SubmissionReplies.AccountDisabled.Say()
                    : RecipientReplies.AccountSuspended.Say(("recipient", context.RecipientText)),
                OurEvidence.IsSuspended.Say(user, suspension.Described),
                OurFacts.Account.Is(user),
                OurFacts.Suspension.Is(suspension.Described),
                OurFacts.WouldPass.Is(OurEvidence.PassNoSuspension.Say()));
    }
}
