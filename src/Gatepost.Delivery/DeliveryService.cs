using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Forwarding;
using Gatepost.Delivery.Http;
using Gatepost.Delivery.Outcomes;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Shaping;
using Gatepost.Delivery.Tls.Reports;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery;

/// <summary>Everything after our 250: takes mail from the queue, delivers it, retries, and notifies the sender.</summary>
/// <remarks>
/// A <see cref="QueueFeeder"/> brings it new mail and due mail. <see cref="DeliveryScheduler"/> decides
/// who may work, a <see cref="DeliveryWorker"/> tries messages, <see cref="OutcomeWriter"/> makes the outcomes durable.
/// </remarks>
public sealed class DeliveryService : IAsyncDisposable
{
    private readonly TimeProvider time;
    private readonly DeliveryAssembly assembly;
    private readonly OutcomeWriter outcomes;
    private readonly DeliveryScheduler scheduler;
    private readonly DeliveryWorker worker;
    private readonly QueueRemoval removal;
    private readonly DeliveryAlarms alarms;
    private readonly QueueFeeder feeder;
    private readonly CancellationTokenSource stopWorking = new();
    private Task writing = Task.CompletedTask;
    private bool stopped;

    /// <param name="alarms">Get what only an administrator can fix; null for none.</param>
    /// <exception cref="ArgumentException">The options have problems.</exception>
    public DeliveryService(
        DeliveryOptions options, IQueue queue, IResolver dns, IJournal journal, TimeProvider time, Chance random, IAlarms? alarms = null)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        this.time = time;
        this.alarms = new DeliveryAlarms(alarms);
        var ids = new AttemptIds(time, random);
        var wakeTimer = new WakeTimer();
        var patience = new GreetingPatience(time, () => scheduler!.OthersWait);
        assembly = new DeliveryAssembly(options, queue, dns, journal, time, random, alarms, patience);
        outcomes = new OutcomeWriter(queue, journal, time, wakeTimer);
        scheduler = new DeliveryScheduler(options.Shaping, time, random, assembly.TransportFor)
        {
            Start = destination => _ = Task.Run(() => worker!.RunAsync(destination)),
        };
        worker = new DeliveryWorker(
            queue, scheduler, outcomes, () => assembly.Services, this.alarms, ids, journal, time, stopWorking.Token);
        feeder = new QueueFeeder(queue, scheduler, worker, wakeTimer, patience, journal, time);
        removal = new QueueRemoval(queue, worker, outcomes, () => assembly.Services, ids, time);
    }

    /// <summary>How connections are opened; tests put a scripted peer here.</summary>
    public IConnector Connector { init => assembly.Connector = value; }

    /// <summary>Where reports to senders go.</summary>
    public INoticeRouter Router { init => assembly.Router = value; }

    /// <summary>Signs reports; null if nothing is signed.</summary>
    public IMessageSigner? Signer { init => assembly.Signer = value; }

    /// <summary>Keeps MTA-STS policies across restarts; null for none.</summary>
    public IStsStore? StsStore { init => assembly.StsStore = value; }

    /// <summary>Fetches MTA-STS policies; null for over HTTPS.</summary>
    public IStsFetch? StsFetch { init => assembly.StsFetch = value; }

    /// <summary>HTTPS to servers that other domains name, within the networks that mail may go to.</summary>
    public GuardedHttp Http => assembly.Http;

    /// <summary>Takes how TLS ended with each host, for reports to its domain; null if there are no reports.</summary>
    public ITlsResults? TlsResults { init => assembly.TlsResults = value; }

    /// <summary>Says how forwards to other servers are sent on; null sends them as they came.</summary>
    public IForwarder? Forwarder { init => assembly.Forwarder = value; }

    /// <summary>The room in mailboxes, shared with what accepts mail for them.</summary>
    public MailboxUsages Mailboxes { init => assembly.Mailboxes = value; }

    /// <summary>Attempts running now.</summary>
    public int Active => scheduler.Active;

    public async Task StartAsync(CancellationToken cancel)
    {
        var options = assembly.Services.Options;
        await feeder.LimitWaitsAsync(options.Retry.Longest * (1 + options.Retry.Jitter));
        feeder.Pause(options.Paused);
        assembly.StartDisk();
        writing = Task.Run(outcomes.RunAsync, CancellationToken.None);
        feeder.Start();
    }

    /// <summary>
    /// Stops taking mail, lets running attempts end within <paramref name="grace"/>, gives the rest back to the queue untried.
    /// </summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (stopped)
            return;
        stopped = true;
        await feeder.StopAsync();
        foreach (var message in scheduler.Close())
            await worker.ReleaseAsync(message);
        await Task.WhenAny(scheduler.Ended, Task.Delay(grace, time, CancellationToken.None));
        await stopWorking.CancelAsync();
        await scheduler.Ended;
        outcomes.Complete();
        await writing;
        await Task.WhenAll(scheduler.Queues.Select(destination => destination.Transport.DisposeAsync().AsTask()));
        assembly.Dispose();
    }

    /// <summary>Applies new options. Running attempts end under the old ones; unreachable destinations are tried again.</summary>
    /// <exception cref="ArgumentException">The options have problems.</exception>
    public void Reload(DeliveryOptions options)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        assembly.Apply(options);
        alarms.ClearAll();
        foreach (var old in scheduler.Reload(options.Shaping))
            _ = old.DisposeAsync().AsTask();
        feeder.Pause(options.Paused);
    }

    /// <summary>Forgets that the destinations of matching mail could not be reached, so that a retry by hand is a real one.</summary>
    /// <exception cref="IOException">The store is broken.</exception>
    public Task ForgetFailuresAsync(QueueFilter filter, CancellationToken cancel = default) => feeder.UnblockAsync(filter, cancel);

    /// <summary>Returns matching mail to its senders now, with a bounce that carries the reason.</summary>
    /// <remarks>A recipient whose attempt is running is returned when it ends, unless that delivers it.</remarks>
    /// <param name="filter">Which recipients.</param>
    /// <param name="reason">In the administrator's words; quoted in the bounce.</param>
    /// <param name="cancel">Stops between two batches.</param>
    /// <returns>Recipients returned, or to be returned when their attempt ends.</returns>
    /// <exception cref="IOException">The store is broken; the rest stays in the queue.</exception>
    public Task<int> BounceAsync(QueueFilter filter, string reason, CancellationToken cancel = default) =>
        removal.BounceAsync(filter, DeliveryReplies.ReturnedByAdmin.Say(("cause", reason)), cancel);

    /// <summary>Removes matching recipients from the queue without a notice.</summary>
    /// <remarks>A recipient whose attempt is running is removed when it ends, unless that delivers it.</remarks>
    /// <returns>Recipients removed, or to be removed when their attempt ends.</returns>
    /// <exception cref="IOException">The store is broken; the rest stays in the queue.</exception>
    public Task<int> DropAsync(QueueFilter filter, CancellationToken cancel = default) => removal.DropAsync(filter, cancel);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        feeder.Dispose();
        stopWorking.Dispose();
    }
}
