using System.Globalization;
using System.Threading.Channels;
using Gatepost.Policy.Quotas;

namespace Gatepost.Storage;

/// <summary>Keeps what the quotas counted, so that a restart forgets nothing: two text files, appended in batches, the older one dropped once all of it has passed.</summary>
/// <remarks>
/// A line is <c>ticks window-seconds amount what whose</c>. Written within a second and not synced: a power cut may cost the last
/// moment's counts, never a mail. A torn last line is skipped. What does not fit the bounded buffer is not kept across a
/// restart and counted in <see cref="Dropped"/>; the running server counts exactly all the same.
/// </remarks>
public sealed class CounterLog : ICounterLog, IAsyncDisposable
{
    private const int Buffered = 100_000;

    /// <summary>Longest window anything is counted over.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly string current;
    private readonly string previous;
    private readonly TimeProvider time;
    private readonly Channel<CounterEntry> waiting = Channel.CreateBounded<CounterEntry>(new BoundedChannelOptions(Buffered) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly Task writing;
    private long dropped;

    private CounterLog(string folder, TimeProvider time)
    {
        (current, previous, this.time) = (Path.Combine(folder, "counters.log"), Path.Combine(folder, "counters.old"), time);
        writing = Task.Run(WriteAsync);
    }

    /// <summary>Counts that a restart would forget, because the disk did not follow or failed.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <param name="folder">The data folder; exists.</param>
    public static CounterLog Open(string folder, TimeProvider time) => new(folder, time);

    public void Keep(IReadOnlyList<CounterEntry> taken)
    {
        foreach (var entry in taken)
        {
            if (!waiting.Writer.TryWrite(entry))
                Interlocked.Increment(ref dropped);
        }
    }

    public IEnumerable<CounterEntry> Load(DateTimeOffset now) => Read(previous, now).Concat(Read(current, now));

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing;
    }

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
        entry = new CounterEntry(new CounterKey(counted, Uri.UnescapeDataString(whose)), new DateTimeOffset(at, TimeSpan.Zero), count, TimeSpan.FromSeconds(seconds));
        return true;
    }

    private static string Line(CounterEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{entry.At.UtcTicks} {(int)Math.Ceiling(entry.Window.TotalSeconds)} {entry.Amount} {entry.Key.What} {Uri.EscapeDataString(entry.Key.Whose)} .");

    private async Task WriteAsync()
    {
        var entries = waiting.Reader;
        while (await entries.WaitToReadAsync())
        {
            int taken = 0;
            try
            {
                Turn();
                await using var file = new StreamWriter(current, append: true);
                // A line that an end of power tore must not join the next one.
                if (file.BaseStream.Position > 0)
                    await file.WriteAsync('\n');
                while (entries.TryRead(out var entry))
                {
                    taken++;
                    await file.WriteAsync(Line(entry) + "\n");
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                while (entries.TryRead(out _))
                    taken++;
                Interlocked.Add(ref dropped, taken);
            }
        }
    }

    /// <summary>Begins a new file once the current one reaches back a whole longest window.</summary>
    private void Turn()
    {
        if (File.Exists(current) && time.GetUtcNow() - File.GetCreationTimeUtc(current) > Longest)
            File.Move(current, previous, overwrite: true);
    }
}
