using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message of which a filter has seen very many copies.</summary>
public sealed class BulkFound : IRule
{
    public string Name => "bulk-found";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public bool IsIdle(PolicyOptions options) => options.Scanners.Count == 0;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Scans is not { } scans || await scans.FindAsync(ScanOutcome.Bulk) is not { } found)
            return Verdict.Unremarkable;
        return Verdict.Refuse(
            Name,
            MessageReplies.BulkFound.Say(),
            OurEvidence.ManyCopies.Say(found.Scanner),
            [OurFacts.Filter.Is(found.Scanner), .. found.Facts ?? [], OurFacts.WouldPass.Is(OurEvidence.PassFewerCopies.Say())]);
    }
}
