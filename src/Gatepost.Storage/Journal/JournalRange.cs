using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Reads what happened between two instants, for everyone: for events known by their time only.</summary>
internal static class JournalRange
{
    /// <summary>A block is known by its first event's time; its others, and those written a little late, may lie this far off.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>Events at or after <paramref name="since"/> and before <paramref name="until"/>, behind a position, oldest first.</summary>
    public static List<JournalEvent> Read(
        string folder, DateTimeOffset since, DateTimeOffset until, long after, int max, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        long from = (since - Earlier(since)).ToUnixTimeMilliseconds(), to = until.ToUnixTimeMilliseconds();
        var found = new List<JournalEvent>();
        foreach (var file in JournalFile.All(folder))
        {
            cancel.ThrowIfCancellationRequested();
            if (JournalIndex.Read(file.IndexPath) is { Span: var span }
                && (span.LastPosition <= after || span.LastTime < from || span.FirstTime > to))
                continue;
            if (!AddFrom(file, since, until, from, to, after, max, found))
                break;
        }

        return found;
    }

    private static TimeSpan Earlier(DateTimeOffset since) => since.UtcTicks > Slack.Ticks ? Slack : TimeSpan.Zero;

    /// <returns>False once there are enough.</returns>
    private static bool AddFrom(
        JournalFile file, DateTimeOffset since, DateTimeOffset until, long from, long to, long after, int max, List<JournalEvent> found)
    {
        try
        {
            using var handle = file.Open();
            foreach (var (block, header) in JournalFile.Blocks(handle))
            {
                if (header.FirstPosition + header.Events - 1 <= after || header.Time < from || header.Time > to)
                    continue;
                foreach (var record in JournalFile.Read(handle, block))
                {
                    if (record.Position <= after || record.At < since || record.At >= until)
                        continue;
                    found.Add(record);
                    if (found.Count == max)
                        return false;
                }
            }
        }
        catch (FileNotFoundException)
        {
            // It was too old just now.
        }

        return true;
    }
}
