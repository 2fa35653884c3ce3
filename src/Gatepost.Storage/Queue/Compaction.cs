using Gatepost.Storage.Bodies;
using Gatepost.Storage.Settings;

namespace Gatepost.Storage.Queue;

/// <summary>
/// Moves the last messages out of segments that are nearly empty, so that one that waits for days does not keep megabytes for each of
/// its neighbours that left.
/// </summary>
internal sealed class Compaction(
    StoreOptions options, ReaderPool readers, GroupCommitter writer, string segmentFolder, Action<Exception> note)
{
    /// <summary>
    /// A segment with less than this share of live octets is worth emptying: at most as much is written as is won three times over.
    /// </summary>
    private const double Sparse = 0.25;

    private const int MaxMessages = 100;
    private const long MaxOctets = 1024 * 1024;
    private readonly HashSet<long> damaged = [];
    private int running;

    /// <summary>
    /// Empties what is worth it, in commits small enough that new mail never waits for one. Does nothing if it is at work already.
    /// </summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref running, 1) != 0)
            return;
        try
        {
            foreach (
                var segment in readers.Read(reader => reader.SparseSegments((long)(options.SegmentSize * Sparse), options.SpareSegments)))
            {
                if (!damaged.Contains(segment.Number))
                    await EmptyAsync(segment, cancel);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            if (e is IOException)
                note(e);
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    private async Task EmptyAsync(SparseSegment segment, CancellationToken cancel)
    {
        long after = segment.First - 1;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var found = readers.Read(reader => reader.InSegment(segment, after, MaxMessages));
            if (found.Count == 0)
                return;

            var moved = new List<MovedBody>();
            for (long octets = 0; octets < MaxOctets && moved.Count < found.Count; octets += found[moved.Count - 1].Size)
                moved.Add(found[moved.Count]);
            after = moved[^1].Id;
            if (!await MoveAsync(segment.Number, moved))
                return;
        }
    }

    private async Task<bool> MoveAsync(long segment, List<MovedBody> bodies)
    {
        try
        {
            string path = SegmentFiles.PathOf(segmentFolder, segment);
            var records = bodies.ConvertAll(body => SegmentFiles.Read(path, body.Offset, body.Id, body.Size));
            var job = new ChangeJob(ledger =>
            {
                for (int i = 0; i < bodies.Count; i++)
                    ledger.Move(bodies[i].Id, segment, bodies[i].Offset, records[i]);
                return bodies.Count;
            });
            writer.Add(job);
            await job.Done;
            return true;
        }
        catch (IOException e)
        {
            // Gone in the meantime, or damaged: then it stays where it is, to be looked at.
            damaged.Add(segment);
            note(e);
            return false;
        }
    }
}

/// <summary>A segment with few live octets, and which messages it can hold.</summary>
internal readonly record struct SparseSegment(long Number, long First, long Last);

/// <summary>A message in such a segment.</summary>
internal readonly record struct MovedBody(long Id, long Offset, long Size);
