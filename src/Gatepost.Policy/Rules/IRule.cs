using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules;

/// <summary>One refusal and everything that leads to it. Name, file, class and catalogue entry are called alike.</summary>
/// <remarks>One instance serves all sessions: whatever belongs to a session is in the <see cref="RuleContext"/>.</remarks>
public interface IRule
{
    /// <summary>Kebab case, as in journal, configuration and documentation: <c>relay-denied</c>.</summary>
    string Name { get; }

    /// <summary>When it is asked; rules of connection and hello may be put off until the recipient is known.</summary>
    Stage Stage { get; }

    /// <summary>Where it applies.</summary>
    bool AppliesTo(ListenerRole role);

    /// <summary>What it does while the configuration says nothing.</summary>
    RuleMode DefaultMode => RuleMode.On;

    /// <summary>Whether it leaves in peace who logged in or speaks from a trusted network.</summary>
    bool ExemptsTrusted => false;

    /// <summary>
    /// Whether these options give it nothing to judge by: it is then not asked, and no record says that it objected to nothing.
    /// </summary>
    bool IsIdle(PolicyOptions options) => false;

    /// <summary>Judges. Must not throw for anything the client or DNS said; an unknown is never a "no".</summary>
    /// <returns><see cref="Verdict.Unremarkable"/> where there was nothing to judge.</returns>
    ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel);
}
