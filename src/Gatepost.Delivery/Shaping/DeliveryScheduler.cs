using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Shaping;

/// <summary>
/// Decides how many workers each destination gets: limits in total and for each, fair turns, one probe at a time where one is down.
/// </summary>
/// <remarks>Pure bookkeeping: the lock is never held over I/O.</remarks>
internal sealed class DeliveryScheduler(
    ShapingOptions options, TimeProvider time, Chance random, Func<Destination, ITransport> transportFor)
{
    private readonly Lock sync = new();
    private readonly Dictionary<Destination, DestinationQueue> queues = [];
    private readonly ConcurrencyGroup local = new(), remote = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long waitingOctets;
    private bool closed;
    private bool paused;

    public ShapingOptions Options { get; private set; } = options;

    /// <summary>Completes once it is closed and the last worker has ended.</summary>
    public Task Ended => ended.Task;

    public int Active
    {
        get
        {
            lock (sync)
                return local.Active + remote.Active;
        }
    }

    /// <summary>Whether mail for other servers cannot start because all connections are taken.</summary>
    public bool OthersWait
    {
        get
        {
            lock (sync)
                return !closed && !paused && remote.Waiting > 0;
        }
    }

    public IReadOnlyList<DestinationQueue> Queues
    {
        get
        {
            lock (sync)
                return [.. queues.Values];
        }
    }

    /// <summary>Starts one worker for a destination; called outside the lock.</summary>
    public required Action<DestinationQueue> Start { private get; init; }

    /// <summary>Takes in a message that has just arrived.</summary>
    /// <param name="trouble">Why, if the destination is known to be unreachable.</param>
    public EnqueueResult Enqueue(QueuedMessage message, out RecipientResult? trouble)
    {
        trouble = null;
        var destination = message.Recipients[0].Destination;
        using var locked = Locked();
        var queue = QueueOf(destination);
        if (queue.IsBlocked(time.GetUtcNow()))
        {
            trouble = queue.Trouble;
            return EnqueueResult.Suspended;
        }

        long octets = message.InMemory?.Length ?? 0;
        if (closed || queue.Waiting.Count >= Options.MaxWaiting || waitingOctets + octets > ShapingOptions.MaxWaitingOctets)
        {
            queue.MoreDue = true;
            return EnqueueResult.Full;
        }

        Put(queue, message);
        MakeRunnable(queue);
        return EnqueueResult.Taken;
    }

    /// <summary>Notes that the store has due mail for it.</summary>
    /// <returns>Why a destination is known to be unreachable; null otherwise.</returns>
    public RecipientResult? MarkDue(Destination destination)
    {
        using var locked = Locked();
        var queue = QueueOf(destination);
        if (queue.IsBlocked(time.GetUtcNow()))
            return queue.Trouble;
        queue.MoreDue = true;
        MakeRunnable(queue);
        return null;
    }

    /// <summary>
    /// The next task of a worker: a message, or leasing more. With neither the worker ends, and is already counted as ended.
    /// </summary>
    /// <param name="queue">Whose worker asks.</param>
    /// <param name="done">Messages it has tried so far.</param>
    /// <param name="first">Whether it asks for the first time.</param>
    public (QueuedMessage? Message, bool Lease) Next(DestinationQueue queue, int done, bool first)
    {
        using var locked = Locked();
        if (first)
            queue.Starting--;
        var now = time.GetUtcNow();
        queue.LastUsed = now;
        var group = GroupOf(queue);
        bool othersWait = group.Waiting > 0 && done >= Options.Turn && group.Active >= LimitOf(group);
        bool mayGoOn = !closed && !paused && !queue.IsBlocked(now) && queue.Active <= queue.Room && !othersWait;
        if (mayGoOn && queue.Waiting.TryDequeue(out var message))
        {
            waitingOctets -= message.InMemory?.Length ?? 0;
            return (message, false);
        }

        if (mayGoOn && queue.MoreDue && !queue.Leasing)
        {
            queue.Leasing = true;
            return (null, true);
        }

        group.Ended(queue);
        queue.Active--;
        if (closed && local.Active + remote.Active == 0)
            ended.TrySetResult();
        MakeRunnable(queue);
        return (null, false);
    }

    /// <summary>Takes in what a worker leased.</summary>
    /// <returns>Why a destination has become unreachable since: then nothing was taken.</returns>
    public RecipientResult? AddLeased(DestinationQueue queue, IReadOnlyList<QueuedMessage> messages, bool more)
    {
        using var locked = Locked();
        queue.Leasing = false;
        queue.MoreDue = more;
        if (queue.IsBlocked(time.GetUtcNow()))
            return queue.Trouble;
        foreach (var message in messages)
            Put(queue, message);
        MakeRunnable(queue);
        return null;
    }

    /// <summary>Adapts the destination's workers to the result of an attempt.</summary>
    /// <returns>What waited for a destination that has just become unreachable; the caller defers it.</returns>
    public IReadOnlyList<QueuedMessage> ReportResult(DestinationQueue queue, AttemptResult result)
    {
        using var locked = Locked();
        var now = time.GetUtcNow();
        if (result.Trouble is { } trouble)
            return Block(queue, trouble, now);

        queue.Adapt(result, Options, now);
        GroupOf(queue).Move(queue, DestinationState.Answers);
        MakeRunnable(queue);
        return [];
    }

    /// <summary>Removes destinations unused since <paramref name="before"/>.</summary>
    /// <returns>Their transports, to be disposed.</returns>
    public IReadOnlyList<ITransport> RemoveIdle(DateTimeOffset before)
    {
        lock (sync)
        {
            var gone = queues.Values
                .Where(queue => queue is { Active: 0, Waiting.Count: 0, MoreDue: false, IsRunnable: false })
                .Where(queue => queue.LastUsed < before && queue.BlockedUntil < before)
                .ToList();
            foreach (var queue in gone)
                queues.Remove(queue.Destination);
            return [.. gone.Select(queue => queue.Transport)];
        }
    }

    /// <summary>Stops workers after their current message, or lets them start again.</summary>
    public void Pause(bool pause)
    {
        using var locked = Locked();
        paused = pause;
        foreach (var queue in queues.Values)
            MakeRunnable(queue);
    }

    /// <summary>Lets destinations known to be unreachable be tried now, by one worker each.</summary>
    public void Unblock(IReadOnlySet<Destination> destinations)
    {
        using var locked = Locked();
        foreach (var destination in destinations)
        {
            if (!queues.TryGetValue(destination, out var queue))
                continue;
            queue.BlockedUntil = default;
            queue.Failures = 0;
            MakeRunnable(queue);
        }
    }

    /// <summary>Applies new options and gives every destination a new transport.</summary>
    /// <returns>The old transports, to be disposed.</returns>
    public IReadOnlyList<ITransport> Reload(ShapingOptions options)
    {
        lock (sync)
        {
            Options = options;
            var old = queues.Values.Select(queue => queue.Transport).ToList();
            foreach (var queue in queues.Values)
            {
                queue.Transport = transportFor(queue.Destination);
                queue.Window = Math.Min(queue.Window, options.MaxConcurrency);
                // The new options may have fixed what was wrong.
                queue.BlockedUntil = default;
            }

            return old;
        }
    }

    /// <summary>Takes and starts nothing from now on.</summary>
    /// <returns>What was still waiting.</returns>
    public IReadOnlyList<QueuedMessage> Close()
    {
        lock (sync)
        {
            closed = true;
            if (local.Active + remote.Active == 0)
                ended.TrySetResult();
            var left = queues.Values.SelectMany(queue => queue.Waiting).ToList();
            foreach (var queue in queues.Values)
                queue.Waiting.Clear();
            local.Clear();
            remote.Clear();
            waitingOctets = 0;
            return left;
        }
    }

    private List<QueuedMessage> Block(DestinationQueue queue, RecipientResult trouble, DateTimeOffset now)
    {
        if (!queue.Block(trouble, Options, now, random))
            return [];
        GroupOf(queue).Move(queue, DestinationState.Unreachable);
        var waited = queue.Waiting.ToList();
        queue.Waiting.Clear();
        waitingOctets -= waited.Sum(message => (long)(message.InMemory?.Length ?? 0));
        return waited;
    }

    private DestinationQueue QueueOf(Destination destination)
    {
        if (!queues.TryGetValue(destination, out var queue))
        {
            queue = new DestinationQueue(destination, transportFor(destination), Options.StartConcurrency) { LastUsed = time.GetUtcNow() };
            queues[destination] = queue;
        }

        return queue;
    }

    private void Put(DestinationQueue queue, QueuedMessage message)
    {
        queue.Waiting.Enqueue(message);
        waitingOctets += message.InMemory?.Length ?? 0;
    }

    private void MakeRunnable(DestinationQueue queue)
    {
        if (queue.IsRunnable || !queue.WantsWorker(time.GetUtcNow()))
            return;
        queue.IsRunnable = true;
        GroupOf(queue).Enqueue(queue);
    }

    private ConcurrencyGroup GroupOf(DestinationQueue queue) => queue.IsLocal ? local : remote;

    private int LimitOf(ConcurrencyGroup group) => group == local ? ShapingOptions.MaxLocalAttempts : Options.MaxAttempts;

    /// <summary>Takes the lock; disposing the result starts workers where there is something to do, and releases it.</summary>
    private LockScope Locked()
    {
        sync.Enter();
        return new LockScope(this);
    }

    /// <summary>Chooses workers to start, one for each destination in turn, up to the limits.</summary>
    private List<DestinationQueue>? StartWorkers()
    {
        List<DestinationQueue>? starts = null;
        StartWorkers(local, ref starts);
        StartWorkers(remote, ref starts);
        return starts;
    }

    private void StartWorkers(ConcurrencyGroup group, ref List<DestinationQueue>? starts)
    {
        while (!closed && !paused && group.TryDequeue(LimitOf(group), out var queue))
        {
            queue.IsRunnable = false;
            if (!queue.WantsWorker(time.GetUtcNow()))
                continue;
            queue.Active++;
            queue.Starting++;
            group.Started(queue);
            (starts ??= []).Add(queue);
            MakeRunnable(queue);
        }
    }

    private readonly ref struct LockScope(DeliveryScheduler scheduler)
    {
        public void Dispose()
        {
            List<DestinationQueue>? starts;
            try
            {
                starts = scheduler.StartWorkers();
            }
            finally
            {
                scheduler.sync.Exit();
            }

            starts?.ForEach(scheduler.Start);
        }
    }
}
