using Gatepost.Delivery.Queue;

namespace Gatepost.Storage.Queue;

/// <summary>Who is being worked on. In memory only: a crash frees all.</summary>
/// <remarks>
/// A lease ends after the commit of what became of it. So who takes a lease and reads the row afterwards sees the truth;
/// who reads first and leases afterwards may hold a recipient that is gone.
/// </remarks>
internal sealed class Leases
{
    private readonly Lock sync = new();
    private readonly Dictionary<(long Message, int Index), int> held = [];
    private long memory;

    /// <summary>Octets of bodies held in memory for leases.</summary>
    public long Memory => Interlocked.Read(ref memory);

    public bool TryTake(long message, int index)
    {
        lock (sync)
            return held.TryAdd((message, index), 0);
    }

    public bool IsTaken(long message, int index)
    {
        lock (sync)
            return held.ContainsKey((message, index));
    }

    /// <summary>Takes all recipients of a message that is not in the queue yet; its first one accounts for the memory.</summary>
    public void Take(long message, IReadOnlyList<QueuedRecipient> recipients, int octets)
    {
        lock (sync)
        {
            for (int i = 0; i < recipients.Count; i++)
                held[(message, recipients[i].Index)] = i == 0 ? octets : 0;
        }

        Interlocked.Add(ref memory, octets);
    }

    public void End(long message, int index)
    {
        int octets;
        lock (sync)
            held.Remove((message, index), out octets);
        if (octets != 0)
            Interlocked.Add(ref memory, -octets);
    }

    public void End(long message, List<int> indices)
    {
        foreach (int index in indices)
            End(message, index);
    }

    public void End(long message, IReadOnlyList<QueuedRecipient> recipients)
    {
        for (int i = 0; i < recipients.Count; i++)
            End(message, recipients[i].Index);
    }
}
