using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Hello;

/// <summary>Rejects unknown clients that call themselves localhost.</summary>
/// <remarks>RFC 5321 §4.1.4 forbids refusing because a name does not verify; this one is plainly false.</remarks>
public sealed class HelloIsLocalhost : IRule
{
    public string Name => "hello-is-localhost";

    public Stage Stage => Stage.Hello;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Mx or ListenerRole.Submission;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        string helo = context.Session.Helo ?? "";
        var name = helo.AsSpan().TrimEnd('.');
        var entry = name.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? HelloReplies.HelloIsLocalhost
            : name.Equals("localhost.localdomain", StringComparison.OrdinalIgnoreCase) ? HelloReplies.HelloIsLocalhostLocaldomain
            : null;
        return ValueTask.FromResult(entry is null
            ? Verdict.Unremarkable
            : Verdict.Refuse(
                Name,
                entry.Say(("helo", helo)),
                OurEvidence.CallsItself.Say(context.Client, helo),
                OurFacts.Helo.Is(helo),
                OurFacts.WouldPass.Is(OurEvidence.PassOwnName.Say())));
    }
}
