using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Sender;

/// <summary>Refuses, on submission, the address of a mailbox that has a password from clients that did not log in.</summary>
public sealed class SenderNotLoggedIn : IRule
{
    public string Name => "sender-not-logged-in";

    public Stage Stage => Stage.MailFrom;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Submission;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session.User is not null || context.Session.Envelope?.Sender is not { } sender)
            return Verdict.Unremarkable;
        if (await context.Directory.FindAccountAsync(AddressKey.Of(sender), cancel) is not { Password: not null } account)
            return Verdict.Unremarkable;

        return Verdict.Refuse(
            Name,
            SenderReplies.SenderNotLoggedIn.Say(("sender", context.SenderText)),
            OurEvidence.HasPassword.Say(account.Address.ToString()),
            OurFacts.Mailbox.Is(account.Address.ToString()),
            OurFacts.WouldPass.Is(OurEvidence.PassLoginFirst.Say()));
    }
}
