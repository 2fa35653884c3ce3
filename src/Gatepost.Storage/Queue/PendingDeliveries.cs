namespace Gatepost.Storage.Queue;

/// <summary>Deliveries that could not be written down yet. Bounded: beyond it a delivery may repeat.</summary>
internal sealed class PendingDeliveries
{
    private const int Max = 100_000;
    private readonly Lock sync = new();
    private readonly List<(long Message, int Index)> delivered = [];

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
