using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>
/// Refuses clients that talk before they are greeted (RFC 5321 §4.3.1). Off unless configured: it keeps every unknown client waiting.
/// </summary>
public sealed class SpokeTooEarly(PolicyServices parts) : IRule
{
    public string Name => "spoke-too-early";

    public Stage Stage => Stage.Connect;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session.HasSpoken is not { } hasSpoken || context.Session.Tls is not null)
            return Verdict.Unremarkable;
        if (!hasSpoken())
            await Task.Delay(context.Options.GreetingPause, parts.Time, cancel);
        return hasSpoken()
            ? Verdict.Refuse(
                Name,
                ConnectionReplies.SpokeTooEarly.Say(),
                OurEvidence.SpokeTooEarly.Say(context.Options.GreetingPause),
                OurFacts.Pause.Is(context.Options.GreetingPause),
                OurFacts.WouldPass.Is(OurEvidence.PassGreeting.Say()))
            : Verdict.Pass(Name, OurEvidence.WaitedForGreeting.Say());
    }
}
