using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Writes a line for every event that matters to who runs the server; the journal has them all, under the same ids.</summary>
public sealed class EventLog : IJournal, IAsyncDisposable
{
    private readonly Stream output;
    private readonly EventLogLine line;
    private readonly TimeProvider clock;
    private readonly Backlog<JournalEvent> backlog;
    private long dropped;
    private long droppedTold;

    /// <param name="output">Standard output or error; written and flushed by this log's own thread, never closed.</param>
    public EventLog(EventLogOptions options, Stream output, TimeProvider clock)
    {
        this.output = output;
        this.clock = clock;
        line = new EventLogLine(options);
        backlog = new Backlog<JournalEvent>("log", options.Buffer, options.Interval, () => { }, Write, () => { });
    }

    /// <summary>Lines lost because the log was not read fast enough, or it could not be written.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public bool IsHalfFull => backlog.IsHalfFull;

    public void Record(JournalEvent happened)
    {
        if (EventLogLine.Matters(happened) && !backlog.TryAdd(happened))
            Interlocked.Increment(ref dropped);
    }

    private void Write(List<JournalEvent> batch)
    {
        try
        {
            if (Dropped is var now && now != droppedTold)
            {
                line.Add(JournalReports.OfServer(clock, OurEvidence.LogDropped.Say(now - droppedTold)));
                droppedTold = now;
            }

            foreach (var happened in batch)
                line.Add(happened);
            output.Write(line.Octets.Span);
            output.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reader of the log is gone. The journal goes on.
            Interlocked.Add(ref dropped, batch.Count);
        }
        finally
        {
            line.Clear();
        }
    }

    public ValueTask DisposeAsync() => backlog.DisposeAsync();
}
