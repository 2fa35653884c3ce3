using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message that a filter refuses for a reason of its own.</summary>
public sealed class FilterRefused : IRule
{
    public string Name => "filter-refused";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public bool IsIdle(PolicyOptions options) => options.Scanners.Count == 0;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Scans is not { } scans || await scans.FindAsync(ScanOutcome.Refused) is not { } found)
            return Verdict.Unremarkable;
        return Verdict.Refuse(
            Name,
            MessageReplies.FilterRefused.Say(("filter", found.Scanner), ("words", found.Told)),
            OurEvidence.FilterRejects.Say(found.Scanner, found.Told),
            [OurFacts.Filter.Is(found.Scanner), .. found.Facts ?? [], OurFacts.WouldPass.Is(OurEvidence.PassFilter.Say())]);
    }
}
