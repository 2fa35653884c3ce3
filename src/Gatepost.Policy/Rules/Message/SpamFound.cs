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

    public async ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        if (@case.Scans is not { } scans || await scans.FindAsync(ScanOutcome.Spam) is not { } found)
            return Verdict.Unremarkable;
        string score = found.Score.ToString("0.#", CultureInfo.InvariantCulture), limit = found.Limit.ToString("0.#", CultureInfo.InvariantCulture);
        return Verdict.Refuse(
            Name,
            OurReplies.SpamFound.Say(("score", score), ("limit", limit)),
            $"{found.Scanner} gives it {score} of {limit}",
            [new Fact("filter", found.Scanner), .. found.Facts ?? [], new Fact("would pass", $"a score below {limit}")]);
    }
}
