using Gatepost.MailAuth.Verification;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>What the rules about a message's origin share: unknown clients at an MX only, and only messages that were kept whole.</summary>
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

    /// <summary>The client is to come back, because DNS gave no answer about a domain.</summary>
    /// <param name="id">The verdict's, which is not that of a failure.</param>
    /// <param name="entry">The reply, with the place <c>domain</c>.</param>
    /// <param name="method">In capitals: <c>SPF</c>.</param>
    private protected static Verdict Unanswered(string id, ReplyEntry entry, string method, string domain, IEnumerable<Fact> facts) =>
        Verdict.Refuse(
            id,
            entry.Say(("domain", domain)),
            OurEvidence.OriginUnanswered.Say(method, domain),
            [.. facts, OurFacts.WouldPass.Is(OurEvidence.PassAnswer.Say())]);

    /// <summary>Each step as a fact, so that the record shows the whole way to the result.</summary>
    private protected static IEnumerable<Fact> Facts(string method, IEnumerable<Finding> steps) =>
        steps.Select(step => OurFacts.OriginStep.Is(method, step));
}
