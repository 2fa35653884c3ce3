using Gatepost.Web.Control;
using Gatepost.Web.Metrics;

namespace Gatepost.Web.Panel.Pages;

/// <summary>How the server is, and what mail did in the last day.</summary>
/// <param name="Status">Alarms and failing checks.</param>
/// <param name="Day">The last 24 hours, oldest first.</param>
/// <param name="WeekBefore">The same hours a week earlier.</param>
/// <param name="CompleteSince">From when on everything was counted.</param>
/// <param name="Waiting">The queue by destination, the longest first.</param>
public sealed record OverviewModel(
    ServerStatus Status, IReadOnlyList<HourOfMail> Day, IReadOnlyList<HourOfMail> WeekBefore, DateTimeOffset CompleteSince,
    IReadOnlyList<QueueGroup> Waiting)
{
    /// <summary>Each outcome of the day with how often, and how often a week before; the latter is null if the journal does not reach back.
    /// </summary>
    public IReadOnlyList<(string Name, long Count, long? Before)> Totals
    {
        get
        {
            // A week without any mail is a server that did not run.
            bool isKnown = CompleteSince <= WeekBefore[0].Hour && WeekBefore.Any(hour => Outcomes.Any(outcome => outcome.Of(hour) > 0));
            return [.. Outcomes.Select(outcome =>
                (outcome.Name, Day.Sum(outcome.Of), isKnown ? WeekBefore.Sum(outcome.Of) : (long?)null))];
        }
    }

    /// <summary>Refusals of the day by rule, the most frequent first.</summary>
    public IReadOnlyList<(string Rule, long Count)> Rules =>
        [.. Day.SelectMany(hour => hour.ByRule).GroupBy(rule => rule.Key, rule => rule.Value)
            .Select(rule => (rule.Key, rule.Sum())).OrderByDescending(rule => rule.Item2).Take(15)];

    /// <summary>Destinations of which the last attempts failed.</summary>
    public IEnumerable<QueueGroup> InTrouble => Waiting.Where(group => group.Example is not null).Take(15);

    /// <summary>The name of an outcome is its word in the texts and its class in the style sheet.</summary>
    internal static IReadOnlyList<(string Name, Func<HourOfMail, long> Of)> Outcomes { get; } =
    [
        ("accepted", hour => hour.Accepted),
        ("refused", hour => hour.Refused),
        ("deferred", hour => hour.Deferred),
        ("delivered", hour => hour.Delivered),
        ("bounced", hour => hour.Bounced),
    ];
}
