namespace Gatepost.Storage.Queue;

/// <summary>
/// What a failed disk left to catch up: deliveries that could not be written down yet, bounded, since beyond it a delivery may repeat; and
/// messages that were never acknowledged.
/// </summary>
internal sealed class PendingDeliveries
{
    private const int Max = 100_000;
    private readonly Lock sync = new();
    private readonly List<(long Message, int Index)> delivered = [];

    /// <summary>Messages of which it is not known whether they are in the queue. The writer's thread alone uses it.</summary>
    public List<StoreJob> Unacknowledged { get; } = [];

    /// <summary>Whether there are deliveries to write down.</summary>
    public bool Any
    {
        get
        {
            lock (sync)
                return delivered.Count > 0;
        }
    }

    public bool TryKeep(long message, int index)
    {
        lock (sync)
        {
            if (delivered.Count >= Max)
                return false;
            delivered.Add((message, index));
            return true;
        }
    }

    public (long Message, int Index)[] TakeAll()
    {
        lock (sync)
        {
            var all = delivered.ToArray();
            delivered.Clear();
            return all;
        }
    }
}
