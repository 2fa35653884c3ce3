using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Defers mail while a filter does not answer, or lets it pass marked as unscanned, as each filter is configured.</summary>
public sealed class FilterUnavailable(PolicyServices parts) : IRule
{
    public string Name => "filter-unavailable";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public bool IsIdle(PolicyOptions options) => options.Scanners.Count == 0;

    /// <summary>Names the alarm about one filter.</summary>
    internal static string AlarmKey(string filter) => "filter:" + filter;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Scans is not { } scans)
            return Verdict.Unremarkable;

        var answers = await scans.AnswersAsync();
        foreach (var well in answers.Where(scan => scan.Outcome is not (ScanOutcome.Unavailable or ScanOutcome.NotShown)))
            parts.Alarms.Clear(AlarmKey(well.Scanner));
        var away = answers.Where(scan => scan.Outcome == ScanOutcome.Unavailable).ToList();
        var unseen = answers.Where(scan => scan.Outcome is ScanOutcome.Unavailable or ScanOutcome.NotShown).ToList();
        if (unseen.Count == 0)
            return Verdict.Unremarkable;

        foreach (var scan in away)
            parts.Alarms.Raise(AlarmKey(scan.Scanner), CauseOf(scan));
        var facts = unseen.Select(scan => OurFacts.FilterAnswer.Is(scan.Scanner, AnswerOf(scan))).ToList();
        if (
            away.Find(scan =>
                context.Options.Scanners.Any(filter => filter.Name == scan.Scanner && filter.WhenAway == WhenAway.Defer)) is { } needed)
        {
            facts.Add(OurFacts.WouldPass.Is(OurEvidence.PassFilterAnswer.Say(needed.Scanner)));
            return Verdict.Refuse(
                Name, ServerReplies.FilterUnavailable.Say(), CauseOf(needed), facts);
        }

        foreach (var scan in unseen)
            context.Session.AddField($"X-Gatepost-Unscanned: {scan.Scanner}");
        return Verdict.Pass(Name, OurEvidence.PassesUnscanned.Say([.. unseen.Select(scan => scan.Scanner)]), facts);
    }

    private static Finding CauseOf(Scan scan) => scan.Cause ?? OurEvidence.FilterSilent.Say(scan.Scanner, AnswerOf(scan));

    private static Finding AnswerOf(Scan scan) => scan.Why ?? OurEvidence.Quoted.Say(scan.Told);
}
