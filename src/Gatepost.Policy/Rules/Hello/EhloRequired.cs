using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Hello;

/// <summary>Takes no mail from clients that greet with HELO. Off unless configured: RFC 5321 §4.1.1.1 wants HELO to stay usable.</summary>
public sealed class EhloRequired : IRule
{
    public string Name => "ehlo-required";

    public Stage Stage => Stage.Hello;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Mx or ListenerRole.Submission;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel) => ValueTask.FromResult(context.Session.IsEsmtp
        ? Verdict.Unremarkable
        : Verdict.Refuse(
            Name, HelloReplies.EhloRequired.Say(), OurEvidence.GreetedWithHelo.Say(), OurFacts.WouldPass.Is(OurEvidence.PassEhlo.Say())));
}
