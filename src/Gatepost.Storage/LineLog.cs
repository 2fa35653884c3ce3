using System.Text;

namespace Gatepost.Storage;

/// <summary>
/// A text file to which lines are appended by many and written by one: whoever waits knows that the operating system has its line.
/// </summary>
/// <remarks>
/// So the end of the process, however sudden, loses nothing that was waited for; the file is synced within <see cref="SyncEvery"/>,
/// so a power cut may cost the last second. Lines that come while others are written share one write. When disk and buffer
/// do not follow, lines are dropped and counted, and nobody waits for them.
/// </remarks>
internal sealed class LineLog : IAsyncDisposable
{
    private const int Buffered = 100_000;

    private static readonly TimeSpan SyncEvery = TimeSpan.FromSeconds(1);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly Func<bool> turn;
    private readonly Action<string, string>? report;
    private readonly Lock sync = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly CancellationTokenSource ended = new();
    private readonly Task writing;
    private Batch next = new();
    private FileStream? file;
    private Task syncing = Task.CompletedTask;
    private int syncIsDue;
    private long dropped;
    private bool closed;
    private bool failing;

    /// <param name="path">Made with the first line.</param>
    /// <param name="turn">
    /// Asked before each write, by the writer: true where it has put another file in place, or moved the old one away.
    /// </param>
    /// <param name="report">Called with the file and the disk's own words when writing begins to fail.</param>
    public LineLog(string path, TimeProvider time, Func<bool> turn, Action<string, string>? report = null)
    {
        (this.path, this.time, this.turn, this.report) = (path, time, turn, report);
        writing = Task.Run(WriteAsync);
    }

    /// <summary>Lines that were not written, because the disk did not follow or failed.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Completes when the lines are written or dropped.</summary>
    public Task KeepAsync(IEnumerable<string> lines)
    {
        Task written;
        bool first;
        lock (sync)
        {
            if (closed || next.Lines.Count >= Buffered)
            {
                Interlocked.Add(ref dropped, lines.Count());
                return Task.CompletedTask;
            }

            first = next.Lines.Count == 0;
            next.Lines.AddRange(lines);
            written = next.Written.Task;
        }

        if (first)
            wake.Release();
        return written;
    }

    public async ValueTask DisposeAsync()
    {
        bool waits;
        lock (sync)
        {
            closed = true;
            waits = next.Lines.Count > 0;
        }

        await ended.CancelAsync();
        if (!waits)
            wake.Release();
        await writing;
        await syncing;
        ended.Dispose();
        wake.Dispose();
    }

    private async Task WriteAsync()
    {
        var octets = new StringBuilder();
        while (true)
        {
            await wake.WaitAsync();
            Batch batch;
            bool last;
            lock (sync)
            {
                (batch, last) = (next, closed);
                next = new Batch();
            }

            if (batch.Lines.Count > 0)
                Write(batch.Lines, octets.Clear());
            batch.Written.SetResult();
            if (!last)
                continue;
            await syncing;
            Close();
            return;
        }
    }

    private void Write(List<string> lines, StringBuilder text)
    {
        try
        {
            if (turn())
                Close();
            if (file is null)
            {
                file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
                // A line that an end of power tore must not join the next one.
                if (file.Position > 0)
                    text.Append('\n');
            }

            foreach (string line in lines)
                text.Append(line).Append('\n');
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            failing = false;
            // Taken down again before the sync begins: a line written while one runs gets another.
            if (Interlocked.Exchange(ref syncIsDue, 1) == 0)
                syncing = SyncLaterAsync(file, syncing);
        }
        catch (Exception failure)
        {
            // Whatever it was: callers must not wait for ever. Reported once until a write succeeds again.
            if (!failing)
                report?.Invoke(path, failure.Message);
            failing = true;
            Interlocked.Add(ref dropped, lines.Count);
            Close();
        }
    }

    private async Task SyncLaterAsync(FileStream written, Task before)
    {
        try
        {
            await before;
            await Task.Delay(SyncEvery, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Exchange(ref syncIsDue, 0);
            await Task.Run(() => RandomAccess.FlushToDisk(written.SafeFileHandle));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The next write will tell; what was written lasts as long as the machine has power.
        }
    }

    private void Close()
    {
        file?.Dispose();
        file = null;
    }

    private sealed class Batch
    {
        public List<string> Lines { get; } = [];

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
