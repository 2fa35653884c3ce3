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

    public void Enqueue(DestinationQueue queue) => runnable[(int)queue.State].Enqueue((turns++, queue));

    /// <summary>The destination that has waited longest among those that may start a worker within limit and shares.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryDequeue(int limit, [NotNullWhen(true)] out DestinationQueue? queue)
    {
        Queue<(long Turn, DestinationQueue Queue)>? next = null;
        for (int state = 0; state < runnable.Length && Active < limit; state++)
        {
            bool mayStart = CountFrom(state) < ShareOf((DestinationState)state, limit);
            if (mayStart && runnable[state].TryPeek(out var first) && (next is null || first.Turn < next.Peek().Turn))
                next = runnable[state];
        }

        queue = next?.Dequeue().Queue;
        return queue is not null;
    }

    public void Started(DestinationQueue queue) => active[(int)queue.State]++;

    public void Ended(DestinationQueue queue) => active[(int)queue.State]--;

    /// <summary>Counts the workers of a destination under its new state.</summary>
    public void Move(DestinationQueue queue, DestinationState state)
    {
        if (queue.State == state)
            return;
        active[(int)queue.State] -= queue.Active;
        active[(int)state] += queue.Active;
        queue.State = state;
    }

    public void Clear()
    {
        foreach (var waiting in runnable)
            waiting.Clear();
    }

    /// <summary>Workers of this state and of all worse ones: a share holds for them together.</summary>
    private int CountFrom(int state)
    {
        int count = 0;
        for (int i = state; i < active.Length; i++)
            count += active[i];
        return count;
    }

    private static int ShareOf(DestinationState state, int limit) => state switch
    {
        DestinationState.Answers => limit,
        DestinationState.Unknown => Math.Max(1, limit * 4 / 5),
        _ => Math.Max(1, limit / 4),
    };
}
