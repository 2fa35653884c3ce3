using Gatepost.Smtp;
using Gatepost.Smtp.Search;

namespace Gatepost.Web.Metrics;

/// <summary>What happened to mail within one hour.</summary>
/// <param name="Hour">Its beginning, UTC.</param>
/// <param name="Accepted">Messages.</param>
/// <param name="Refused">Refusals by a rule.</param>
/// <param name="Deferred">Attempts for a recipient that are to be repeated.</param>
/// <param name="Delivered">Recipients.</param>
/// <param name="Bounced">Recipients that failed permanently.</param>
/// <param name="ByRule">Refusals by the rule that refused.</param>
public sealed record HourOfMail(
    DateTimeOffset Hour, long Accepted, long Refused, long Deferred, long Delivered, long Bounced, IReadOnlyDictionary<string,
        long> ByRule);

/// <summary>Counts outcomes by the hour for the last eight days, so that a day can be compared with the same day a week before.</summary>
public sealed class HourlyCounts(TimeProvider time) : IJournal
{
    /// <summary>Hours that are kept.</summary>
    public const int Kept = 8 * 24;

    /// <summary>Events that are read at the start at most; of older hours nothing is known then.</summary>
    private const int MostRead = 2_000_000;

    private const int Page = 50_000;

    /// <summary>Rules of one hour that are counted singly: more than there are, but the journal is a stranger's text in the end.</summary>
    private const int MaxRules = 200;

    private readonly Lock sync = new();
    private readonly Hour[] hours = [.. Enumerable.Range(0, Kept).Select(_ => new Hour())];

    /// <summary>From when on everything was counted.</summary>
    public DateTimeOffset CompleteSince { get; private set; } = time.GetUtcNow();

    public void Record(JournalEvent happened) => Count(happened);

    /// <summary>Counts what the journal has from before this process, newest hours first.</summary>
    /// <param name="until">When counting began.</param>
    public async Task ReadAsync(IJournalReader journal, DateTimeOffset until, CancellationToken cancel)
    {
        int read = 0;
        var oldest = Floor(until).AddHours(1 - Kept);
        for (var from = Floor(until); from >= oldest && read < MostRead; from = from.AddHours(-1))
        {
            var end = from.AddHours(1) < until ? from.AddHours(1) : until;
            long after = 0;
            IReadOnlyList<JournalEvent> page;
            do
            {
                page = await journal.FindBetweenAsync(from, end, after, Page, cancel);
                foreach (var happened in page)
                    Count(happened);
                read += page.Count;
                after = page.Count > 0 ? page[^1].Position : after;
            }
            while (page.Count == Page && read < MostRead);

            CompleteSince = from;
        }
    }

    /// <summary>The last hours, oldest first, the current one included; an hour without mail is there with zeros.</summary>
    /// <param name="count">1 to <see cref="Kept"/>.</param>
    public IReadOnlyList<HourOfMail> Last(int count)
    {
        var now = Floor(time.GetUtcNow());
        lock (sync)
        {
            return [.. Enumerable.Range(0, count).Select(back => now.AddHours(back + 1 - count)).Select(hour => At(hour) is { } known
                ? known.Shown() : new Hour { Start = hour }.Shown())];
        }
    }

    private void Count(JournalEvent happened)
    {
        var outcome = StoryOutcomes.Of(happened);
        // The reply that follows a verdict says the same once more.
        if (outcome == StoryOutcome.None || (outcome == StoryOutcome.Refused && happened.Kind != JournalKind.Verdict))
            return;
        var start = Floor(happened.At);
        lock (sync)
        {
            var hour = hours[Index(start)];
            if (hour.Start > start)
                return;
            if (hour.Start < start)
                hours[Index(start)] = hour = new Hour { Start = start };
            hour.Outcomes[(int)outcome]++;
            if (outcome == StoryOutcome.Refused && happened.Rule is { } rule
                && (hour.ByRule.Count < MaxRules || hour.ByRule.ContainsKey(rule)))
                hour.ByRule[rule] = hour.ByRule.GetValueOrDefault(rule) + 1;
        }
    }

    private Hour? At(DateTimeOffset start) => hours[Index(start)] is var hour && hour.Start == start ? hour : null;

    private static int Index(DateTimeOffset start) => (int)(start.ToUnixTimeSeconds() / 3600 % Kept);

    private static DateTimeOffset Floor(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / 3600 * 3600);

    private sealed class Hour
    {
        public DateTimeOffset Start { get; init; }

        public long[] Outcomes { get; } = new long[Enum.GetValues<StoryOutcome>().Length];

        public Dictionary<string, long> ByRule { get; } = new(StringComparer.Ordinal);

        public HourOfMail Shown() => new(
            Start, Outcomes[(int)StoryOutcome.Accepted], Outcomes[(int)StoryOutcome.Refused], Outcomes[(int)StoryOutcome.Deferred],
            Outcomes[(int)StoryOutcome.Delivered], Outcomes[(int)StoryOutcome.Bounced], new Dictionary<string, long>(ByRule));
    }
}
