using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Shaping;

/// <summary>Whether an offered message found room.</summary>
internal enum EnqueueResult
{
    Taken,

    /// <summary>No room in memory: it goes back to the queue and is found again.</summary>
    Full,

    /// <summary>The destination is known to be unreachable: it is deferred without a try.</summary>
    Suspended,
}

/// <summary>Decides who may work for which destination: limits in all and for each, turns among them, one probe where one is down.</summary>
/// <remarks>Pure bookkeeping: the lock is never held over I/O.</remarks>
internal sealed class DeliveryScheduler(ShapingOptions options, TimeProvider time, Random random, Func<Destination, ITransport> carrierFor)
{
    private static readonly List<DestinationQueue> None = [];

    private readonly Lock door = new();
    private readonly Dictionary<Destination, DestinationQueue> lanes = [];
    private readonly ConcurrencyGroup near = new(), far = new();
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
            lock (door)
                return near.Active + far.Active;
        }
    }

    public IReadOnlyList<DestinationQueue> Lanes
    {
        get
        {
            lock (door)
                return [.. lanes.Values];
        }
    }

    /// <summary>Workers to start, each for a lane; called outside the lock.</summary>
    public required Action<DestinationQueue> Start { private get; init; }

    public EnqueueResult Offer(QueuedMessage message, out RecipientResult? trouble)
    {
        trouble = null;
        var destination = message.Recipients[0].Destination;
        List<DestinationQueue> starts;
        lock (door)
        {
            var lane = LaneOf(destination);
            if (lane.IsBlocked(time.GetUtcNow()))
            {
                trouble = lane.Trouble;
                return EnqueueResult.Suspended;
            }

            long octets = message.InMemory?.Length ?? 0;
            if (closed || lane.Waiting.Count >= Options.MaxWaiting || waitingOctets + octets > ShapingOptions.MaxWaitingOctets)
            {
                lane.MoreDue = true;
                return EnqueueResult.Full;
            }

            Put(lane, message);
            List(lane);
            starts = Pick();
        }

        starts.ForEach(Start);
        return EnqueueResult.Taken;
    }

    /// <summary>Notes that the queue holds due mail for it. Gives the trouble where it is known to be unreachable.</summary>
    public RecipientResult? Expect(Destination destination)
    {
        List<DestinationQueue> starts;
        lock (door)
        {
            var lane = LaneOf(destination);
            if (lane.IsBlocked(time.GetUtcNow()))
                return lane.Trouble;
            lane.MoreDue = true;
            List(lane);
            starts = Pick();
        }

        starts.ForEach(Start);
        return null;
    }

    /// <summary>The next thing for a worker: a message, or the task to lease more. Neither means that it is to end; then it has ended.</summary>
    /// <param name="lane">Whose worker asks.</param>
    /// <param name="done">Messages it has tried so far.</param>
    /// <param name="first">Whether it asks for the first time.</param>
    public (QueuedMessage? Message, bool Lease) Next(DestinationQueue lane, int done, bool first)
    {
        List<DestinationQueue> starts;
        lock (door)
        {
            if (first)
                lane.Starting--;
            var now = time.GetUtcNow();
            lane.LastUsed = now;
            var crowd = CrowdOf(lane);
            bool othersWait = crowd.Line.Count > 0 && done >= Options.Turn && crowd.Active >= MostOf(crowd);
            bool mayGoOn = !closed && !paused && !lane.IsBlocked(now) && lane.Active <= lane.Room && !othersWait;
            if (mayGoOn && lane.Waiting.TryDequeue(out var message))
            {
                waitingOctets -= message.InMemory?.Length ?? 0;
                return (message, false);
            }

            if (mayGoOn && lane.MoreDue && !lane.Leasing)
            {
                lane.Leasing = true;
                return (null, true);
            }

            lane.Active--;
            crowd.Active--;
            if (closed && near.Active + far.Active == 0)
                ended.TrySetResult();
            List(lane);
            starts = Pick();
        }

        starts.ForEach(Start);
        return (null, false);
    }

    /// <summary>What a worker leased.</summary>
    /// <returns>The trouble of a destination that turned out to be unreachable meanwhile: then nothing was taken.</returns>
    public RecipientResult? Leased(DestinationQueue lane, IReadOnlyList<QueuedMessage> messages, bool more)
    {
        List<DestinationQueue> starts;
        lock (door)
        {
            lane.Leasing = false;
            lane.MoreDue = more;
            if (lane.IsBlocked(time.GetUtcNow()))
                return lane.Trouble;
            foreach (var message in messages)
                Put(lane, message);
            List(lane);
            starts = Pick();
        }

        starts.ForEach(Start);
        return null;
    }

    /// <summary>Learns from an attempt.</summary>
    /// <returns>What waited for a destination that has just turned out to be unreachable; the caller defers it.</returns>
    public IReadOnlyList<QueuedMessage> Learn(DestinationQueue lane, AttemptResult result)
    {
        List<DestinationQueue> starts;
        lock (door)
        {
            var now = time.GetUtcNow();
            if (result.Trouble is { } trouble)
                return Block(lane, trouble, now);

            lane.Trouble = null;
            lane.Failures = 0;
            bool refused = false;
            foreach (var recipient in result.Recipients)
                refused |= recipient.Outcome == Outcome.Deferred && IsAboutUs(recipient);
            if (!refused)
                lane.LastSuccess = now;
            lane.Window = refused ? Math.Max(1, lane.Window / 2)
                : lane.Window < 2 ? Options.StartConcurrency
                : Math.Min(Options.MaxConcurrency, lane.Window + (1 / lane.Window));
            List(lane);
            starts = Pick();
        }

        starts.ForEach(Start);
        return [];
    }

    /// <summary>Forgets lanes that nobody used since <paramref name="before"/>.</summary>
    public IReadOnlyList<ITransport> Forget(DateTimeOffset before)
    {
        lock (door)
        {
            var gone = lanes.Values.Where(lane => lane is { Active: 0, Waiting.Count: 0, MoreDue: false, Listed: false } && lane.LastUsed < before && lane.BlockedUntil < before).ToList();
            foreach (var lane in gone)
                lanes.Remove(lane.Destination);
            return [.. gone.Select(lane => lane.Carrier)];
        }
    }

    /// <summary>Lets no worker start or go on, or lets them again.</summary>
    public void Pause(bool pause)
    {
        List<DestinationQueue> starts;
        lock (door)
        {
            paused = pause;
            foreach (var lane in lanes.Values)
                List(lane);
            starts = Pick();
        }

        starts.ForEach(Start);
    }

    /// <summary>From now on other options hold, and every destination is reached by a new carrier.</summary>
    public IReadOnlyList<ITransport> Reload(ShapingOptions options)
    {
        lock (door)
        {
            Options = options;
            var old = lanes.Values.Select(lane => lane.Carrier).ToList();
            foreach (var lane in lanes.Values)
            {
                lane.Carrier = carrierFor(lane.Destination);
                lane.Window = Math.Min(lane.Window, options.MaxConcurrency);
                // What was wrong may have been put right just now.
                lane.BlockedUntil = default;
            }

            return old;
        }
    }

    /// <summary>Nothing is taken or started any more.</summary>
    /// <returns>What still waited.</returns>
    public IReadOnlyList<QueuedMessage> Close()
    {
        lock (door)
        {
            closed = true;
            if (near.Active + far.Active == 0)
                ended.TrySetResult();
            var left = lanes.Values.SelectMany(lane => lane.Waiting).ToList();
            foreach (var lane in lanes.Values)
                lane.Waiting.Clear();
            near.Line.Clear();
            far.Line.Clear();
            waitingOctets = 0;
            return left;
        }
    }

    /// <summary>A deferral that tells us to slow down; one that concerns a single mailbox does not.</summary>
    private static bool IsAboutUs(RecipientResult recipient) =>
        recipient.Reply.Code == 421 || recipient.Stage is not (Smtp.Client.ClientStage.Rcpt or Smtp.Client.ClientStage.Local);

    private List<QueuedMessage> Block(DestinationQueue lane, RecipientResult trouble, DateTimeOffset now)
    {
        // Other connections to it work: it wants fewer of them, it is not down.
        bool othersWork = lane.Active > 1 && lane.Trouble is null && now - lane.LastSuccess < TimeSpan.FromMinutes(1);
        if (othersWork)
        {
            lane.Window = Math.Max(1, Math.Min(lane.Window, lane.Active) / 2);
            return [];
        }

        // Several that failed together are one failure.
        if (lane.IsBlocked(now))
            return [];
        lane.Failures++;
        lane.Trouble = trouble;
        lane.Window = 1;
        var pause = Options.FirstProbe * Math.Pow(2, Math.Min(lane.Failures - 1, 20));
        pause = pause > Options.LongestProbe ? Options.LongestProbe : pause;
        lane.BlockedUntil = now + (pause * (0.9 + (0.2 * random.NextDouble())));
        var waited = lane.Waiting.ToList();
        lane.Waiting.Clear();
        waitingOctets -= waited.Sum(message => (long)(message.InMemory?.Length ?? 0));
        return waited;
    }

    private DestinationQueue LaneOf(Destination destination)
    {
        if (!lanes.TryGetValue(destination, out var lane))
            lanes[destination] = lane = new DestinationQueue(destination, carrierFor(destination), Options.StartConcurrency) { LastUsed = time.GetUtcNow() };
        return lane;
    }

    private void Put(DestinationQueue lane, QueuedMessage message)
    {
        lane.Waiting.Enqueue(message);
        waitingOctets += message.InMemory?.Length ?? 0;
    }

    private void List(DestinationQueue lane)
    {
        if (lane.Listed || !lane.WantsWorker(time.GetUtcNow()))
            return;
        lane.Listed = true;
        CrowdOf(lane).Line.Enqueue(lane);
    }

    private ConcurrencyGroup CrowdOf(DestinationQueue lane) => lane.IsLocal ? near : far;

    private int MostOf(ConcurrencyGroup crowd) => crowd == near ? ShapingOptions.MaxLocalAttempts : Options.MaxAttempts;

    /// <summary>Takes workers from the line in turn, one for each lane at a time, while there is room.</summary>
    private List<DestinationQueue> Pick()
    {
        List<DestinationQueue>? starts = null;
        Pick(near, ref starts);
        Pick(far, ref starts);
        return starts ?? None;
    }

    private void Pick(ConcurrencyGroup crowd, ref List<DestinationQueue>? starts)
    {
        while (!closed && !paused && crowd.Active < MostOf(crowd) && crowd.Line.TryDequeue(out var lane))
        {
            lane.Listed = false;
            if (!lane.WantsWorker(time.GetUtcNow()))
                continue;
            lane.Active++;
            lane.Starting++;
            crowd.Active++;
            (starts ??= []).Add(lane);
            List(lane);
        }
    }

    /// <summary>Lanes that share a limit: those whose workers run, and the line of those that may start one.</summary>
    private sealed class ConcurrencyGroup
    {
        public Queue<DestinationQueue> Line { get; } = [];

        public int Active { get; set; }
    }
}
