using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Hello;

/// <summary>
/// Takes no mail from sessions that broke the rules of the conversation. Off unless configured: the wire answers each error by itself.
/// </summary>
public sealed class ProtocolErrors : IRule
{
    public string Name => "protocol-error";

    public Stage Stage => Stage.RcptTo;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Mx or ListenerRole.Submission;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel) =>
        ValueTask.FromResult(context.Session.ProtocolFault is { } fault
        ? Verdict.Refuse(
            Name,
            HelloReplies.ProtocolErrors.Say(("what", fault)),
            OurEvidence.BrokeProtocol.Say(fault),
            OurFacts.Fault.Is(fault),
            OurFacts.WouldPass.Is(OurEvidence.PassNoErrors.Say()))
        : Verdict.Unremarkable);
}
