using System.Runtime.InteropServices;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>How many messages each segment still holds, kept in the transaction that changes it, so that no start needs to count.</summary>
internal sealed class SegmentUsage(Database database)
{
    private readonly Statement save = database.Prepare("""
        INSERT INTO segment (number, messages, octets, first, last) VALUES (?,?,?,?,?) ON CONFLICT (number) DO UPDATE SET
          messages=messages+excluded.messages, octets=octets+excluded.octets,
          first=min(first, excluded.first), last=max(last, excluded.last)
        RETURNING messages
        """);

    private readonly Statement delete = database.Prepare("DELETE FROM segment WHERE number=?");
    private readonly Dictionary<long, Change> changes = [];

    private struct Change
    {
        public long Messages, Octets, First, Last;
    }

    public void Add(long segment, long message, long octets)
    {
        ref var change = ref Of(segment);
        change.Messages++;
        change.Octets += octets;
        change.First = Math.Min(change.First, message);
        change.Last = Math.Max(change.Last, message);
    }

    public void Remove(long segment, long octets)
    {
        ref var change = ref Of(segment);
        change.Messages--;
        change.Octets -= octets;
    }

    /// <summary>Writes the changes of this transaction; adds the segments left without a message to <paramref name="emptied"/>.</summary>
    public void Save(List<long> emptied)
    {
        foreach (var (number, change) in changes)
        {
            save.Add(number).Add(change.Messages).Add(change.Octets).Add(change.First).Add(change.Last).Step();
            long left = save.Long(0);
            save.Reset();
            if (left > 0)
                continue;
            delete.Add(number).Run();
            emptied.Add(number);
        }

        changes.Clear();
    }

    public void Forget() => changes.Clear();

    private ref Change Of(long segment)
    {
        ref var change = ref CollectionsMarshal.GetValueRefOrAddDefault(changes, segment, out bool exists);
        if (!exists)
            change = new Change { First = long.MaxValue, Last = long.MinValue };
        return ref change;
    }
}
