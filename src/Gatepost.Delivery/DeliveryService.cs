using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Shaping;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery;

/// <summary>Everything after our 250: takes mail from the queue, carries it on, keeps trying, tells the sender.</summary>
/// <remarks>
/// Three loops feed it (arrivals, what falls due, the broom for idle connections), <see cref="DeliveryScheduler"/> says who may work,
/// a worker tries one message after the other for one destination, <see cref="OutcomeWriter"/> makes the outcomes durable.
/// </remarks>
public sealed class DeliveryService : IAsyncDisposable
{
    private const int LeaseSize = 100;
    private const int DueSize = 1000;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LaneMemory = TimeSpan.FromMinutes(10);

    private readonly IQueue queue;
    private readonly IResolver dns;
    /// <summary>Threads that write Maildirs: enough to overlap their syncs, few enough for a slow disk.</summary>
    private const int MaildirThreads = 8;

    private readonly IJournal journal;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly AttemptIds ids;
    private readonly WakeTimer alarm = new();
    private readonly OutcomeWriter settler;
    private readonly DeliveryScheduler traffic;
    private readonly CancellationTokenSource stopFeeding = new();
    private readonly CancellationTokenSource stopWorking = new();
    private DiskThreads? disk;
    private volatile Parts parts;
    private TaskCompletionSource reloaded = NewSignal();
    private Task[] loops = [];
    private Task settling = Task.CompletedTask;
    private bool stopped;

    /// <exception cref="ArgumentException">The options have problems.</exception>
    public DeliveryService(DeliveryOptions options, IQueue queue, IResolver dns, IJournal journal, TimeProvider time, Random random)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        this.queue = queue;
        this.dns = dns;
        this.journal = journal;
        this.time = time;
        this.random = random;
        ids = new AttemptIds(time, random);
        settler = new OutcomeWriter(queue, journal, time, alarm);
        parts = new Parts(options, null!, null!);
        traffic = new DeliveryScheduler(options.Shaping, time, random, CarrierFor) { Start = lane => _ = Task.Run(() => WorkAsync(lane)) };
    }

    /// <summary>How connections are opened; tests put a scripted peer here.</summary>
    public IConnector Connector { get; init; } = new SocketConnector();

    /// <summary>Where reports to senders go.</summary>
    public INoticeRouter Router { get; init; } = new RouteByDns();

    /// <summary>Attempts running now.</summary>
    public int Active => traffic.Active;

    public Task StartAsync(CancellationToken cancel)
    {
        parts = Assemble(parts.Options);
        traffic.Pause(parts.Options.Paused);
        disk = new DiskThreads(MaildirThreads);
        settling = Task.Run(settler.RunAsync, CancellationToken.None);
        loops = [Task.Run(ArrivalsAsync, CancellationToken.None), Task.Run(DueAsync, CancellationToken.None), Task.Run(SweepAsync, CancellationToken.None)];
        return Task.CompletedTask;
    }

    /// <summary>Takes no more, lets running attempts end within <paramref name="grace"/>, gives the rest back to the queue untried.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (stopped)
            return;
        stopped = true;
        await stopFeeding.CancelAsync();
        await Task.WhenAll(loops);
        foreach (var message in traffic.Close())
            await GiveBackAsync(message);
        await Task.WhenAny(traffic.Ended, Task.Delay(grace, time, CancellationToken.None));
        await stopWorking.CancelAsync();
        await traffic.Ended;
        settler.Complete();
        await settling;
        await Task.WhenAll(traffic.Lanes.Select(lane => lane.Carrier.DisposeAsync().AsTask()));
        disk?.Dispose();
    }

    /// <summary>Other options from now on. Running attempts end under the old ones; destinations that were left alone are tried again.</summary>
    public void Reload(DeliveryOptions options)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        parts = Assemble(options);
        foreach (var old in traffic.Reload(options.Shaping))
            _ = old.DisposeAsync().AsTask();
        traffic.Pause(options.Paused);
        Interlocked.Exchange(ref reloaded, NewSignal()).TrySetResult();
    }

    /// <summary>Gives matching mail back to its senders now, with a bounce that carries the reason.</summary>
    /// <param name="filter">Whose.</param>
    /// <param name="reason">In the administrator's words; stands in the bounce.</param>
    /// <param name="cancel">Stops between two batches.</param>
    /// <returns>Recipients returned.</returns>
    /// <exception cref="IOException">The store is broken; the rest stays in the queue.</exception>
    public async Task<int> BounceAsync(QueueFilter filter, string reason, CancellationToken cancel = default)
    {
        int count = 0;
        var reply = OurReplies.ReturnedByAdmin.Say(("cause", reason));
        while (await queue.LeaseMatchingAsync(filter, LeaseSize, cancel) is { Count: > 0 } leased)
        {
            int handled = 0;
            try
            {
                foreach (var message in leased)
                {
                    var result = AttemptResult.Same(message, reply, ClientStage.Local, null, null, isTrouble: false);
                    var (settlements, notices) = await parts.Conclusion.DrawAsync(message, result, ids.Next(), cancel);
                    // From here on the lease ends with the settlement, whatever comes of it.
                    handled++;
                    if (!await settler.SettleAsync(settlements, notices))
                        throw new IOException("the queue could not be written");
                    count += settlements.Count;
                }
            }
            finally
            {
                foreach (var message in leased.Skip(handled))
                    await GiveBackAsync(message);
            }
        }

        return count;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        stopFeeding.Dispose();
        stopWorking.Dispose();
    }

    private Parts Assemble(DeliveryOptions options) => new(
        options,
        new MxLookup(options, dns, random),
        new OutcomeBuilder(options, new NoticeWriter(options, Router, queue, time, random), journal, time, random));

    private ITransport CarrierFor(Destination destination)
    {
        var now = parts;
        return destination.Kind == DestinationKind.Maildir
            ? new MaildirTransport(destination, now.Options, disk!, queue, time)
            : new SmtpTransport(destination, now.Options, now.Hosts, Connector, queue, journal, time);
    }

    // What comes in

    private async Task ArrivalsAsync()
    {
        try
        {
            await foreach (var message in queue.Arrivals.ReadAllAsync(stopFeeding.Token))
            {
                await ResumedAsync();
                await AcceptAsync(message);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>While we are paused what arrives stays where it is: in the store's own bounded channel.</summary>
    private async ValueTask ResumedAsync()
    {
        while (true)
        {
            var signal = reloaded.Task;
            if (!parts.Options.Paused)
                return;
            await signal.WaitAsync(stopFeeding.Token);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask AcceptAsync(QueuedMessage message)
    {
        switch (traffic.Offer(message, out var trouble))
        {
            case EnqueueResult.Full:
                await GiveBackAsync(message);
                break;
            case EnqueueResult.Suspended:
                await SuspendAsync(message, trouble!);
                break;
        }
    }

    private async Task DueAsync()
    {
        var stop = stopFeeding.Token;
        var nudge = queue.Nudged(stop);
        var polled = DateTimeOffset.MinValue;
        while (!stop.IsCancellationRequested)
        {
            var sleep = LongestSleep;
            try
            {
                await ResumedAsync();
                alarm.Clear();
                var now = polled = time.GetUtcNow();
                var (due, next) = await queue.DueAsync(now, DueSize, stop);
                foreach (var destination in due)
                    await ExpectAsync(destination.Destination, stop);
                if (due.Count == DueSize)
                    sleep = ShortestSleep;
                else if (next is { } instant && instant - now < sleep)
                    sleep = instant - now > ShortestSleep ? instant - now : ShortestSleep;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure)
            {
                Report($"the queue could not be asked what is due: {failure.Message}");
            }

            await SleepAsync(nudge, sleep, polled, stop);
            if (nudge.IsCompleted)
                nudge = queue.Nudged(stop);
        }
    }

    /// <summary>Until something may be due. However often we are nudged, the store is not asked more than a few times a second.</summary>
    private async Task SleepAsync(Task nudge, TimeSpan longest, DateTimeOffset polled, CancellationToken stop)
    {
        using var nap = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var end = time.GetUtcNow() + longest;
        while (!nudge.IsCompleted && !stop.IsCancellationRequested)
        {
            var (earliest, changed) = alarm.Look();
            var rest = (earliest < end ? earliest : end) - time.GetUtcNow();
            if (rest <= TimeSpan.Zero)
                break;
            await Task.WhenAny(nudge, changed, Task.Delay(rest, time, nap.Token));
        }

        var since = time.GetUtcNow() - polled;
        if (since < ShortestSleep)
            await Task.WhenAny(Task.Delay(ShortestSleep - since, time, nap.Token));
        await nap.CancelAsync();
    }

    /// <summary>Due mail for a destination known to be down is not tried but deferred, so that its age counts on: notice and expiry come in time.</summary>
    private async ValueTask ExpectAsync(Destination destination, CancellationToken stop)
    {
        while (traffic.Expect(destination) is { } trouble)
        {
            var (leased, more) = await LeaseAsync(destination, stop);
            foreach (var message in leased)
                await SuspendAsync(message, trouble);
            if (!more)
                return;
        }
    }

    private async Task SweepAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await tick.WaitForNextTickAsync(stopFeeding.Token))
            {
                var now = time.GetUtcNow();
                await Task.WhenAll(traffic.Lanes.Select(lane => lane.Carrier.TidyAsync(now - ShapingOptions.IdleConnection).AsTask()));
                foreach (var carrier in traffic.Forget(now - LaneMemory))
                    await carrier.DisposeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    // Work

    private async Task WorkAsync(DestinationQueue lane)
    {
        int done = 0;
        bool first = true;
        while (true)
        {
            var (message, lease) = traffic.Next(lane, done, first);
            first = false;
            if (lease)
                await LeaseAsync(lane);
            else if (message is null)
                return;
            else
                await TryAsync(lane, message);
            done += lease ? 0 : 1;
        }
    }

    private async ValueTask LeaseAsync(DestinationQueue lane)
    {
        try
        {
            var (leased, more) = await LeaseAsync(lane.Destination, stopWorking.Token);
            if (traffic.Leased(lane, leased, more) is not { } trouble)
                return;
            foreach (var message in leased)
                await SuspendAsync(message, trouble);
        }
        catch (Exception failure)
        {
            traffic.Leased(lane, [], more: false);
            if (failure is not OperationCanceledException)
                Report($"due mail for {lane.Destination} could not be read: {failure.Message}");
        }
    }

    /// <summary>Due messages without those whose outcome is known and was refused by the store.</summary>
    /// <returns>More says that it is worth asking for more at once.</returns>
    private async ValueTask<(IReadOnlyList<QueuedMessage> Leased, bool More)> LeaseAsync(Destination destination, CancellationToken cancel)
    {
        var leased = await queue.LeaseAsync(destination, time.GetUtcNow(), LeaseSize, cancel);
        var open = new List<QueuedMessage>(leased.Count);
        foreach (var message in leased)
        {
            if (await settler.WithoutKnownAsync(message) is { } rest)
                open.Add(rest);
        }

        // A store that refuses gives the same ones again and again: there is no haste then.
        return (open, leased.Count == LeaseSize && (open.Count == LeaseSize || settler.IsStoring));
    }

    private async ValueTask TryAsync(DestinationQueue lane, QueuedMessage message)
    {
        string attempt = ids.Next();
        AttemptResult result;
        try
        {
            result = Hops(message) ?? await lane.Carrier.TryAsync(message, attempt, stopWorking.Token);
        }
        catch (Exception cause)
        {
            result = new AttemptResult([]) { BrokenOffBy = cause };
        }

        var untried = result.Without(message);
        if (untried.Count > 0 && !stopWorking.IsCancellationRequested)
        {
            Report($"attempt {attempt} for {message.QueueId} ended in a fault of ours: {result.BrokenOffBy}");
            var fault = OurReplies.DeliveryFault.Say(("cause", result.BrokenOffBy!.GetType().Name));
            result = result with { Recipients = [.. result.Recipients, .. untried.Select(recipient => new RecipientResult(recipient, fault, ClientStage.Local, null, null))] };
            untried = [];
        }

        if (untried.Count > 0)
            await GiveBackAsync(message, untried);
        if (result.Recipients.Count == 0)
            return;
        var waited = traffic.Learn(lane, result);
        await ConcludeAsync(message, result, attempt);
        foreach (var other in waited)
            await SuspendAsync(other, result.Trouble!);
    }

    /// <summary>RFC 5321 §6.3: a message that has passed a hundred servers goes in a circle.</summary>
    private AttemptResult? Hops(QueuedMessage message)
    {
        if (message.InMemory is not { } octets)
            return null;
        int hops = new MessageHeader(octets).Count("Received"u8);
        return hops > parts.Options.MaxHops
            ? AttemptResult.Same(message, OurReplies.HopsExceeded.Say(("hops", hops)), ClientStage.Local, null, null, isTrouble: false)
            : null;
    }

    /// <summary>Deferred with the destination's trouble as its reason, without a try of its own.</summary>
    private ValueTask SuspendAsync(QueuedMessage message, RecipientResult trouble) =>
        ConcludeAsync(message, AttemptResult.Same(message, trouble.Reply, trouble.Stage, trouble.Host, trouble.Address, isTrouble: false), ids.Next());

    private async ValueTask ConcludeAsync(QueuedMessage message, AttemptResult result, string attempt)
    {
        try
        {
            var (settlements, notices) = await parts.Conclusion.DrawAsync(message, result, attempt, CancellationToken.None);
            await settler.AddAsync(settlements, notices);
        }
        catch (Exception fault)
        {
            Report($"the outcome of attempt {attempt} for {message.QueueId} could not be worked out, whoever has it not will be tried again: {fault}");
            await settler.AddAsync(parts.Conclusion.Least(message, result), []);
        }
    }

    private ValueTask GiveBackAsync(QueuedMessage message) => GiveBackAsync(message, message.Recipients);

    private ValueTask GiveBackAsync(QueuedMessage message, IReadOnlyList<QueuedRecipient> recipients) => settler.AddAsync(
        [.. recipients.Select(recipient => new DeliveryOutcome { QueueId = message.QueueId, Index = recipient.Index, Outcome = Outcome.Untried, NextAttempt = recipient.NextAttempt, Last = recipient.Last, DelayNotified = recipient.DelayNotified })], []);

    private void Report(string what) => journal.Record(new JournalEvent { Kind = JournalKind.Server, At = time.GetUtcNow(), Detail = what.ReplaceLineEndings(" ") });

    /// <summary>What changes together on a reload.</summary>
    private sealed record Parts(DeliveryOptions Options, MxLookup Hosts, OutcomeBuilder Conclusion);
}
