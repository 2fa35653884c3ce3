using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Shaping;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Delivery;

/// <summary>Gives the scheduler what is to be delivered: new mail, mail that is due; and closes connections nothing uses.</summary>
internal sealed class QueueFeeder(
    IQueue queue, DeliveryScheduler scheduler, DeliveryWorker worker, WakeTimer wakeTimer, GreetingPatience patience, IJournal journal,
    TimeProvider time) : IDisposable
{
    private const int DueSize = 1000;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an unused destination's concurrency and failures are remembered.</summary>
    private static readonly TimeSpan DestinationMemory = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource stopping = new();
    private volatile bool paused;
    private TaskCompletionSource changed = NewSignal();
    private Task[] loops = [];

    public void Start()
    {
        Func<Task>[] feeders = [EnqueueArrivalsAsync, DueAsync, SweepIdleAsync];
        loops = [.. feeders.Select(feeder => Task.Run(feeder, CancellationToken.None))];
    }

    /// <summary>Takes nothing more from the queue; ends once what was taken is with the scheduler.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
    }

    /// <summary>Stops workers after their current message and takes no mail, or lets both go on.</summary>
    public void Pause(bool pause)
    {
        paused = pause;
        scheduler.Pause(pause);
        Interlocked.Exchange(ref changed, NewSignal()).TrySetResult();
    }

    /// <summary>Brings mail back within the longest wait between attempts; a queue that does not answer is reported.</summary>
    public async Task LimitWaitsAsync(TimeSpan longest)
    {
        var now = time.GetUtcNow();
        try
        {
            await queue.LimitWaitsAsync(now, now + longest);
        }
        catch (IOException failure)
        {
            journal.Report(time, OurEvidence.QueueNotAsked.Say(failure.Message));
        }
    }

    /// <summary>Forgets that the destinations of matching mail could not be reached.</summary>
    /// <exception cref="IOException">The store is broken.</exception>
    public async Task UnblockAsync(QueueFilter filter, CancellationToken cancel)
    {
        var destinations = new HashSet<Destination>();
        await foreach (var message in queue.ListAsync(filter, cancel))
            destinations.UnionWith(message.Recipients.Select(recipient => recipient.Destination));
        scheduler.Unblock(destinations);
    }

    public void Dispose() => stopping.Dispose();

    private async Task EnqueueArrivalsAsync()
    {
        try
        {
            await foreach (var message in queue.Arrivals.ReadAllAsync(stopping.Token))
            {
                await ResumedAsync();
                await EnqueueAsync(message);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>While paused, new mail stays in the store's own bounded channel.</summary>
    private async ValueTask ResumedAsync()
    {
        while (true)
        {
            var signal = changed.Task;
            if (!paused)
                return;
            await signal.WaitAsync(stopping.Token);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask EnqueueAsync(QueuedMessage message)
    {
        switch (scheduler.Enqueue(message, out var trouble))
        {
            case EnqueueResult.Full:
                await worker.ReleaseAsync(message);
                break;
            case EnqueueResult.Suspended:
                await worker.SuspendAsync(message, trouble!);
                break;
        }
    }

    private async Task DueAsync()
    {
        var stop = stopping.Token;
        var woken = queue.WokenAsync(stop);
        var polled = DateTimeOffset.MinValue;
        while (!stop.IsCancellationRequested)
        {
            var sleep = LongestSleep;
            try
            {
                await ResumedAsync();
                wakeTimer.Clear();
                var now = polled = time.GetUtcNow();
                var (due, next) = await queue.DueAsync(now, DueSize, stop);
                foreach (var destination in due)
                    await MarkDueAsync(destination.Destination, stop);
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
                journal.Report(time, OurEvidence.QueueNotAsked.Say(failure.Message));
            }

            await SleepAsync(woken, sleep, polled, stop);
            if (woken.IsCompleted)
                woken = queue.WokenAsync(stop);
        }
    }

    /// <summary>Waits until something may be due, but at least so long that the store is asked only a few times a second.</summary>
    private async Task SleepAsync(Task woken, TimeSpan longest, DateTimeOffset polled, CancellationToken stop)
    {
        using var nap = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var end = time.GetUtcNow() + longest;
        while (!woken.IsCompleted && !stop.IsCancellationRequested)
        {
            var (earliest, earlier) = wakeTimer.Look();
            var rest = (earliest < end ? earliest : end) - time.GetUtcNow();
            if (rest <= TimeSpan.Zero)
                break;
            await Task.WhenAny(woken, earlier, Task.Delay(rest, time, nap.Token));
        }

        var since = time.GetUtcNow() - polled;
        if (since < ShortestSleep)
            await Task.WhenAny(Task.Delay(ShortestSleep - since, time, nap.Token));
        await nap.CancelAsync();
    }

    /// <summary>
    /// Due mail for a destination known to be down is deferred without an attempt, so that delay notice and expiry come in time.
    /// </summary>
    private async ValueTask MarkDueAsync(Destination destination, CancellationToken stop)
    {
        while (scheduler.MarkDue(destination) is { } trouble)
        {
            var (leased, more) = await worker.LeaseAsync(destination, stop);
            foreach (var message in leased)
                await worker.SuspendAsync(message, trouble);
            if (!more)
                return;
        }
    }

    private async Task SweepIdleAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await tick.WaitForNextTickAsync(stopping.Token))
            {
                patience.Sweep();
                var now = time.GetUtcNow();
                var before = now - ShapingOptions.IdleConnection;
                await Task.WhenAll(scheduler.Queues.Select(destination => destination.Transport.CloseIdleAsync(before).AsTask()));
                foreach (var transport in scheduler.RemoveIdle(now - DestinationMemory))
                    await transport.DisposeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
