using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Hello;

/// <summary>
/// Takes no mail from clients that send on before they may: without EHLO, behind EHLO itself, behind DATA before its 354. Off unless
/// configured.
/// </summary>
/// <remarks>RFC 2920 §3.1. Asked at RCPT, and again at DATA for what was sent behind DATA.</remarks>
public sealed class PipelinedTooEarly(Stage stage) : IRule
{
    public string Name => "pipelined-too-early";

    public Stage Stage => stage;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Mx or ListenerRole.Submission;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel) =>
        ValueTask.FromResult(context.Session.PipelinedTooEarly is { } what
        ? Verdict.Refuse(
            Name,
            ConnectionReplies.PipelinedTooEarly.Say(),
            OurEvidence.DidNotWait.Say(what),
            OurFacts.Pipelined.Is(what),
            OurFacts.WouldPass.Is(OurEvidence.PassPipelining.Say()))
        : Verdict.Unremarkable);
}
