using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Sender;

/// <summary>Asks clients of a submission listener to log in before their mail leaves for elsewhere.</summary>
/// <remarks>
/// Judged at RCPT, where it shows who would have been written to; <see cref="AuthenticationRequiredAtMail"/> is the early form.
/// </remarks>
public sealed class AuthenticationRequired : IRule
{
    public string Name => "authentication-required";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Submission;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session.User is not null)
            return ValueTask.FromResult(Verdict.Unremarkable);
        if (context.Options.WithoutLogin == WithoutLogin.HostedRecipientsOnly && context.Recipient!.Outcome != ResolutionOutcome.Foreign)
            return ValueTask.FromResult(Verdict.Unremarkable);

        return ValueTask.FromResult(Verdict.Refuse(
            Name,
            SubmissionReplies.AuthenticationRequired.Say(("recipient", context.RecipientText)),
            OurEvidence.NotLoggedIn.Say(),
            OurFacts.WithoutLogin.Is($"{context.Options.WithoutLogin}"),
            OurFacts.WouldPass.Is(OurEvidence.PassLoginFirst.Say())));
    }
}
