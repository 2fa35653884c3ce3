using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Sender;

/// <summary>Asks clients of a submission listener to log in before their mail leaves for elsewhere.</summary>
/// <remarks>Judged at RCPT, where it shows who would have been written to; <see cref="AuthenticationRequiredAtMail"/> is the early form.</remarks>
public sealed class AuthenticationRequired : IRule
{
    public string Name => "authentication-required";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Submission;

    public ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        if (@case.Session.User is not null)
            return ValueTask.FromResult(Verdict.Unremarkable);
        if (@case.Options.WithoutLogin == WithoutLogin.HostedRecipientsOnly && @case.Recipient!.Outcome != ResolutionOutcome.Foreign)
            return ValueTask.FromResult(Verdict.Unremarkable);

        return ValueTask.FromResult(Verdict.Refuse(
            Name,
            OurReplies.AuthenticationRequired.Say(("recipient", @case.RecipientText)),
            "the client did not log in",
            new Fact("without-login", $"{@case.Options.WithoutLogin}"),
            new Fact("would pass", "a login before MAIL")));
    }
}
