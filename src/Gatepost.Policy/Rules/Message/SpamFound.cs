using System.Globalization;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message that a filter takes for spam.</summary>
public sealed class SpamFound : IRule
{
    public string Name => "spam-found";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public bool IsIdle(PolicyOptions options) => options.Scanners.Count == 0;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Scans is not { } scans || await scans.FindAsync(ScanOutcome.Spam) is not { } found)
            return Verdict.Unremarkable;
        string grounds = Grounds(found);
        return Verdict.Refuse(
            Name,
            MessageReplies.SpamFound.Say(("grounds", grounds)),
            found.Limit > 0 ? OurEvidence.SpamScore.Say(found.Scanner, found.Score, found.Limit)
                : OurEvidence.SpamFound.Say(found.Scanner, found.Told),
            [
                OurFacts.Filter.Is(found.Scanner),
                .. found.Facts ?? [],
                OurFacts.WouldPass.Is(found.Limit > 0 ? OurEvidence.PassScore.Say(found.Limit) : OurEvidence.PassFilter.Say()),
            ]);
    }

    /// <summary>A filter that only says no gives no score.</summary>
    private static string Grounds(Scan found) => found.Limit > 0
        ? string.Create(CultureInfo.InvariantCulture, $"score {found.Score:0.#} of {found.Limit:0.#}")
        : found.Told;
}
