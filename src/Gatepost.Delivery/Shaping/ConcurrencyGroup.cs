using System.Diagnostics.CodeAnalysis;

namespace Gatepost.Delivery.Shaping;

/// <summary>Destinations that share a limit: how many of their workers run, and which may start one.</summary>
/// <remarks>
/// Hosts that accept and then say nothing hold a connection for minutes. Those that answered lately may use every connection; those of
/// which nothing is known leave a fifth of them free, and probes of those known to be down three quarters. So no number of silent
/// hosts stops mail to the others. Guarded by <see cref="DeliveryScheduler"/>'s lock.
/// </remarks>
internal sealed class ConcurrencyGroup
{
    private readonly Queue<(long Turn, DestinationQueue Queue)>[] runnable = [new(), new(), new()];
    private readonly int[] active = new int[3];
    private long turns;

    public int Active => active[0] + active[1] + active[2];

    /// <summary>Destinations that wait for a worker.</summary>
    public int Waiting => runnable[0].Count + runnable[1].Count + runnable[2].Count;

    public void Enqueue(DestinationQueue queue) => runnable[(int)queue.Standing].Enqueue((turns++, queue));

    /// <summary>The destination that has waited longest among those that may start a worker within limit and shares.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryDequeue(int limit, [NotNullWhen(true)] out DestinationQueue? queue)
    {
        Queue<(long Turn, DestinationQueue Queue)>? next = null;
        for (int standing = 0; standing < runnable.Length && Active < limit; standing++)
        {
            bool mayStart = CountFrom(standing) < ShareOf((Standing)standing, limit);
            if (mayStart && runnable[standing].TryPeek(out var first) && (next is null || first.Turn < next.Peek().Turn))
                next = runnable[standing];
        }

        queue = next?.Dequeue().Queue;
        return queue is not null;
    }

    public void Started(DestinationQueue queue) => active[(int)queue.Standing]++;

    public void Ended(DestinationQueue queue) => active[(int)queue.Standing]--;

    /// <summary>Counts the workers of a destination under its new standing.</summary>
    public void Move(DestinationQueue queue, Standing standing)
    {
        if (queue.Standing == standing)
            return;
        active[(int)queue.Standing] -= queue.Active;
        active[(int)standing] += queue.Active;
        queue.Standing = standing;
    }

    public void Clear()
    {
        foreach (var waiting in runnable)
            waiting.Clear();
    }

    /// <summary>Workers of this standing and of all worse ones: a share holds for them together.</summary>
    private int CountFrom(int standing)
    {
        int count = 0;
        for (int i = standing; i < active.Length; i++)
            count += active[i];
        return count;
    }

    private static int ShareOf(Standing standing, int limit) => standing switch
    {
        Standing.Answers => limit,
        Standing.Unknown => Math.Max(1, limit * 4 / 5),
        _ => Math.Max(1, limit / 4),
    };
}
