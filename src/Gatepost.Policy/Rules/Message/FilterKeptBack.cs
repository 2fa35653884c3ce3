using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>
/// Takes out of the way a message that a filter wants kept back or gone without a word: no message vanishes in silence here.
/// </summary>
public sealed class FilterKeptBack : IRule
{
    public string Name => "filter-kept-back";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public bool IsIdle(PolicyOptions options) => options.Scanners.Count == 0;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Scans is not { } scans || await scans.FindAsync(ScanOutcome.KeptBack) is not { } found)
            return Verdict.Unremarkable;
        return Verdict.Refuse(
            Name,
            MessageReplies.FilterKeptBack.Say(("filter", found.Scanner)),
            OurEvidence.FilterHolds.Say(found.Scanner, found.Told),
            [
                OurFacts.Filter.Is(found.Scanner),
                OurFacts.FilterReason.Is(found.Told),
                .. found.Facts ?? [],
                OurFacts.WouldPass.Is(OurEvidence.PassFilter.Say()),
            ]);
    }
}
