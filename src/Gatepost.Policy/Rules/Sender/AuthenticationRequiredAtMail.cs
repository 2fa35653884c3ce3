using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Sender;

/// <summary>Asks clients of a submission listener to log in already at MAIL, where configured so (RFC 4954 §6).</summary>
public sealed class AuthenticationRequiredAtMail : IRule
{
    public string Name => "authentication-required";

    public Stage Stage => Stage.MailFrom;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Submission;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel) =>
        ValueTask.FromResult(context.Session.User is not null || context.Options.WithoutLogin != WithoutLogin.RefuseSender
            ? Verdict.Unremarkable
            : Verdict.Refuse(
                Name,
                SubmissionReplies.AuthenticationRequiredAtMail.Say(),
                OurEvidence.NotLoggedIn.Say(),
                OurFacts.WouldPass.Is(OurEvidence.PassLoginFirst.Say())));
}
