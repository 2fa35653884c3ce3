using System.Globalization;
using Gatepost.Policy.Reputation;

namespace Gatepost.Storage;

/// <summary>
/// Keeps first encounters, temporary blocks and known log-ins across restarts: a text file, appended, and rewritten without what is
/// over once that is the larger part.
/// </summary>
/// <remarks>
/// A line is <c>kind at until key text .</c> in ticks and URL escapes; a torn or strange one is skipped. Bounded: of more
/// than <see cref="Most"/> things the newest stay. Like <see cref="CounterLog"/> it loses nothing to a killed process and
/// at most a second to a power cut.
/// </remarks>
public sealed class StateLog : IStateLog, IAsyncDisposable
{
    /// <summary>Things kept at once.</summary>
    public const int Most = 1_000_000;

    /// <summary>Lines at which the file is looked through first.</summary>
    private const int Enough = 50_000;

    private readonly string path;
    private readonly TimeProvider time;
    private readonly LineLog lines;
    private long written;
    private long nextLook = Enough;
    private bool looked;

    private StateLog(string folder, TimeProvider time, Action<string, string>? report)
    {
        (path, this.time) = (Path.Combine(folder, "remembered.log"), time);
        lines = new LineLog(path, time, Tidy, report);
    }

    /// <summary>Things a restart would forget, because the disk did not follow or failed.</summary>
    public long Dropped => lines.Dropped;

    /// <param name="folder">The data folder; exists. Nothing is written to it before something is kept.</param>
    /// <param name="report">Called with the file and the disk's own words when writing begins to fail.</param>
    public static StateLog Open(string folder, TimeProvider time, Action<string, string>? report = null) => new(folder, time, report);

    public Task KeepAsync(StateRecord what)
    {
        Interlocked.Increment(ref written);
        return lines.KeepAsync([Line(what)]);
    }

    public IEnumerable<StateRecord> Load(string kind, DateTimeOffset now) => Read(now, kind + " ");

    public ValueTask DisposeAsync() => lines.DisposeAsync();

    private List<StateRecord> Read(DateTimeOffset now, string prefix)
    {
        var latest = new Dictionary<(string, string), StateRecord>();
        if (!File.Exists(path))
            return [];
        foreach (string line in File.ReadLines(path))
        {
            if (!line.StartsWith(prefix, StringComparison.Ordinal) || !TryParse(line, out var kept))
                continue;
            var key = (kept.Kind, kept.Key);
            if (kept.Until <= now)
                latest.Remove(key);
            else if (latest.Count < 2 * Most || latest.ContainsKey(key))
                latest[key] = kept;
        }

        return latest.Count <= Most ? [.. latest.Values] : [.. latest.Values.OrderByDescending(kept => kept.At).Take(Most)];
    }

    /// <summary>Called by the only writer. Looks at the file with the first line of a run and again when it has doubled since.</summary>
    private bool Tidy()
    {
        if (looked && Interlocked.Read(ref written) < nextLook)
            return false;
        looked = true;
        // Before the work: a disk that fails it is not asked again with every batch.
        nextLook = Interlocked.Read(ref written) + Enough;
        if (!File.Exists(path))
            return false;

        string rewritten = path + ".new";
        var kept = Read(time.GetUtcNow(), prefix: "");
        using (var file = new FileStream(rewritten, FileMode.Create, FileAccess.Write))
        {
            using (var text = new StreamWriter(file, leaveOpen: true))
            {
                foreach (var one in kept)
                    text.Write(Line(one) + "\n");
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(rewritten, path, overwrite: true);
        nextLook = Interlocked.Read(ref written) + Math.Max(Enough, kept.Count);
        return true;
    }

    private static string Line(StateRecord what) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what.Kind} {what.At.UtcTicks} {what.Until.UtcTicks} {Uri.EscapeDataString(what.Key)} {Uri.EscapeDataString(what.Text)} .");

    private static bool TryParse(string line, out StateRecord what)
    {
        what = default;
        if (line.Split(' ', 6) is not [var kind, var at, var until, var key, var text, "."] || !TryParseTime(at, out var since)
            || !TryParseTime(until, out var end))
            return false;
        what = new StateRecord(kind, Uri.UnescapeDataString(key), since, end, Uri.UnescapeDataString(text));
        return true;
    }

    private static bool TryParseTime(string ticks, out DateTimeOffset at)
    {
        bool good = long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            && value <= DateTimeOffset.MaxValue.UtcTicks;
        at = good ? new DateTimeOffset(value, TimeSpan.Zero) : default;
        return good;
    }
}
