using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Defers a message that a filter wants to see later again.</summary>
public sealed class FilterDeferred : IRule
{
    public string Name => "filter-deferred";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public bool IsIdle(PolicyOptions options) => options.Scanners.Count == 0;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Scans is not { } scans || await scans.FindAsync(ScanOutcome.Deferred) is not { } found)
            return Verdict.Unremarkable;
        return Verdict.Refuse(
            Name,
            MessageReplies.FilterDeferred.Say(("filter", found.Scanner), ("words", found.Told)),
            OurEvidence.FilterDefers.Say(found.Scanner, found.Told),
            [OurFacts.Filter.Is(found.Scanner), .. found.Facts ?? [], OurFacts.WouldPass.Is(OurEvidence.PassFilter.Say())]);
    }
}
