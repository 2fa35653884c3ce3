using Gatepost.MailAuth.Verification;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>What the rules about a message's origin share: strangers at an MX only, and only messages that were kept whole.</summary>
public abstract class OriginRule : IRule
{
    public abstract string Name { get; }

    public Stage Stage => Stage.Message;

    public virtual RuleMode DefaultMode => RuleMode.Warn;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel) =>
        ValueTask.FromResult(context.Origin?.Result is { } result ? Judge(context, result) : Verdict.Unremarkable);

    private protected abstract Verdict Judge(RuleContext context, MessageResult result);

    /// <summary>Each step as a fact, so that the record shows the whole way to the result.</summary>
    private protected static IEnumerable<Fact> Facts(string method, IEnumerable<Finding> steps) =>
        steps.Select(step => OurFacts.OriginStep.Is(method, step));
}
