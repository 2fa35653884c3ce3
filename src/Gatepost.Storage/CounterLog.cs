using System.Globalization;
using Gatepost.Policy.Quotas;

namespace Gatepost.Storage;

/// <summary>
/// Keeps what the quotas counted, so that a restart forgets nothing: two text files, appended in batches, the older one replaced by the
/// current once that reaches back a day.
/// </summary>
/// <remarks>
/// A line is <c>ticks window-seconds amount what whose</c>. It is written before the client hears the reply, so a killed process
/// loses no count; it is synced within a second, so a power cut may cost the last moment's counts, never a mail. A torn last line
/// is skipped. What does not fit the bounded buffer is not kept across a restart and counted in <see cref="Dropped"/>; the
/// running server counts exactly all the same.
/// </remarks>
public sealed class CounterLog : ICounterLog, IAsyncDisposable
{
    /// <summary>Longest window anything is counted over.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly string current;
    private readonly string previous;
    private readonly TimeProvider time;
    private readonly LineLog lines;
    private DateTimeOffset began;

    private CounterLog(string folder, TimeProvider time, Action<string, string>? report)
    {
        (current, previous, this.time) = (Path.Combine(folder, "counters.log"), Path.Combine(folder, "counters.old"), time);
        began = Began() ?? time.GetUtcNow();
        lines = new LineLog(current, time, Turn, report);
    }

    /// <summary>Counts that a restart would forget, because the disk did not follow or failed.</summary>
    public long Dropped => lines.Dropped;

    /// <param name="folder">The data folder; exists.</param>
    /// <param name="report">Called with the file and the disk's own words when writing begins to fail.</param>
    public static CounterLog Open(string folder, TimeProvider time, Action<string, string>? report = null) => new(folder, time, report);

    public Task KeepAsync(IReadOnlyList<CounterEntry> taken) => lines.KeepAsync(taken.Select(Line));

    public IEnumerable<CounterEntry> Load(DateTimeOffset now) => Read(previous, now).Concat(Read(current, now));

    public ValueTask DisposeAsync() => lines.DisposeAsync();

    private static IEnumerable<CounterEntry> Read(string file, DateTimeOffset now)
    {
        if (!File.Exists(file))
            yield break;
        foreach (string line in File.ReadLines(file))
        {
            // A count from the future is one of a clock that was wrong.
            if (TryParse(line, out var entry) && entry.At > now - entry.Window && entry.At <= now)
                yield return entry;
        }
    }

    private static bool TryParse(string line, out CounterEntry entry)
    {
        entry = default;
        if (line.Split(' ', 6) is not [var ticks, var window, var amount, var what, var whose, "."])
            return false;
        if (!long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long at) || at > DateTimeOffset.MaxValue.UtcTicks
            || !int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            || !int.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || !Enum.TryParse(what, out Counted counted))
            return false;
        entry =
            new CounterEntry(new CounterKey(counted, Uri.UnescapeDataString(whose)), new DateTimeOffset(at, TimeSpan.Zero), count,
                TimeSpan.FromSeconds(seconds));
        return true;
    }

    private static string Line(CounterEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{entry.At.UtcTicks} {(int)Math.Ceiling(entry.Window.TotalSeconds)} {entry.Amount} {entry.Key.What} "
            + $"{Uri.EscapeDataString(entry.Key.Whose)} .");

    /// <summary>Begins a new file once the current one reaches back a whole longest window.</summary>
    private bool Turn()
    {
        var now = time.GetUtcNow();
        if (now - began <= Longest)
            return false;
        began = now;
        if (!File.Exists(current))
            return false;
        File.Move(current, previous, overwrite: true);
        return true;
    }

    /// <summary>
    /// How far the current file reaches back, by its first count: what systems call the time of creation is often that of the last
    /// change.
    /// </summary>
    private DateTimeOffset? Began()
    {
        if (!File.Exists(current))
            return null;
        foreach (string line in File.ReadLines(current).Take(10))
        {
            if (TryParse(line, out var entry))
                return entry.At;
        }

        return null;
    }
}
