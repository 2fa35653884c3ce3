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
using Gatepost.Delivery.Tls;
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
    /// <summary>Threads that write Maildirs: enough to overlap their syncs, few enough for a slow disk.</summary>
    private const int MaildirThreads = 8;

    private readonly IQueue queue;
    private readonly IResolver dns;
    private readonly IJournal journal;
    private readonly TimeProvider time;
    private readonly Chance random;
    private readonly OutcomeWriter outcomes;
    private readonly DeliveryScheduler scheduler;
    private readonly DeliveryWorker worker;
    private readonly QueueRemoval removal;
    private readonly IAlarms? serverAlarms;
    private readonly DeliveryAlarms alarms;
    private readonly GreetingPatience patience;
    private readonly QueueFeeder feeder;
    private readonly CancellationTokenSource stopWorking = new();
    private readonly DeliveryOptions startOptions;
    private readonly DateTimeOffset started;
    private DiskThreads? disk;
    private StsPolicies? stsPolicies;
    private volatile DeliveryServices? services;
    private Task writing = Task.CompletedTask;
    private bool stopped;

    /// <param name="alarms">Get what only an administrator can fix; null for none.</param>
    /// <exception cref="ArgumentException">The options have problems.</exception>
    public DeliveryService(
        DeliveryOptions options, IQueue queue, IResolver dns, IJournal journal, TimeProvider time, Chance random, IAlarms? alarms = null)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        this.queue = queue;
        this.dns = dns;
        this.journal = journal;
        this.time = time;
        this.random = random;
        Mailboxes = new MailboxUsages(time);
        var ids = new AttemptIds(time, random);
        startOptions = options;
        started = time.GetUtcNow();
        serverAlarms = alarms;
        this.alarms = new DeliveryAlarms(alarms);
        var wakeTimer = new WakeTimer();
        outcomes = new OutcomeWriter(queue, journal, time, wakeTimer);
        scheduler = new DeliveryScheduler(options.Shaping, time, random, TransportFor)
        {
            Start = destination => _ = Task.Run(() => worker!.RunAsync(destination)),
        };
        patience = new GreetingPatience(time, () => scheduler.OthersWait);
        worker = new DeliveryWorker(queue, scheduler, outcomes, () => Services, this.alarms, ids, journal, time, stopWorking.Token);
        feeder = new QueueFeeder(queue, scheduler, worker, wakeTimer, patience, journal, time);
        removal = new QueueRemoval(queue, worker, outcomes, () => Services, ids, time);
    }

    /// <summary>How connections are opened; tests put a scripted peer here.</summary>
    public IConnector Connector { get; init; } = new SocketConnector();

    /// <summary>Where reports to senders go.</summary>
    public INoticeRouter Router { get; init; } = new RouteByDns();

    /// <summary>Signs reports; null if nothing is signed.</summary>
    public IMessageSigner? Signer { get; init; }

    /// <summary>Keeps MTA-STS policies across restarts; null for none.</summary>
    public IStsStore? StsStore { get; init; }

    /// <summary>Fetches MTA-STS policies; null for over HTTPS.</summary>
    public IStsFetch? StsFetch { get; init; }

    /// <summary>HTTPS to servers that other domains name, within the networks that mail may go to.</summary>
    public GuardedHttp Http => new(dns, address => Services.Hosts.Refuses(address));

    /// <summary>Takes how TLS ended with each host, for reports to its domain; null if nobody reports.</summary>
    public ITlsResults? TlsResults { get; init; }

    /// <summary>Says how forwards to other servers are sent on; null sends them as they came.</summary>
    public IForwarder? Forwarder { get; init; }

    /// <summary>The room in mailboxes, shared with what accepts mail for them.</summary>
    public MailboxUsages Mailboxes { private get; init; }

    /// <summary>Attempts running now.</summary>
    public int Active => scheduler.Active;

    private DeliveryServices Services => services ??= Assemble(startOptions);

    public async Task StartAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        try
        {
            await queue.LimitWaitsAsync(now, now + (startOptions.Retry.Longest * (1 + startOptions.Retry.Jitter)));
        }
        catch (IOException failure)
        {
            journal.Report(time, OurEvidence.QueueNotAsked.Say(failure.Message));
        }

        feeder.Pause(startOptions.Paused);
        disk = new DiskThreads(MaildirThreads);
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
        disk?.Dispose();
    }

    /// <summary>Applies new options. Running attempts end under the old ones; unreachable destinations are tried again.</summary>
    /// <exception cref="ArgumentException">The options have problems.</exception>
    public void Reload(DeliveryOptions options)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        services = Assemble(options);
        alarms.ClearAll();
        foreach (var old in scheduler.Reload(options.Shaping))
            _ = old.DisposeAsync().AsTask();
        feeder.Pause(options.Paused);
    }

    /// <summary>Forgets that the destinations of matching mail could not be reached, so that a retry by hand is a real one.</summary>
    /// <exception cref="IOException">The store is broken.</exception>
    public async Task ForgetFailuresAsync(QueueFilter filter, CancellationToken cancel = default)
    {
        var destinations = new HashSet<Destination>();
        await foreach (var message in queue.ListAsync(filter, cancel))
            destinations.UnionWith(message.Recipients.Select(recipient => recipient.Destination));
        scheduler.Unblock(destinations);
    }

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

    private DeliveryServices Assemble(DeliveryOptions options) => new(
        options,
        new MxLookup(options, dns, random),
        new TlsPolicies(options, dns, options.MtaSts ? stsPolicies ??= MakeStsPolicies() : null, serverAlarms, time),
        new OutcomeBuilder(
            options, new NoticeWriter(options, Router, queue, time, random) { Signer = Signer, Journal = journal }, journal, time, random,
            started));

    private StsPolicies MakeStsPolicies()
    {
        // Made once: a reload keeps what is known.
        var fetch = StsFetch ?? new StsFetch(Http);
        var made = new StsPolicies(dns, fetch, StsStore, time);
        made.Load();
        return made;
    }

    private ITransport TransportFor(Destination destination)
    {
        var now = Services;
        return destination.Kind == DestinationKind.Maildir
            ? new MaildirTransport(destination, now.Options, disk!, queue, time) { Mailboxes = Mailboxes }
            : new SmtpTransport(destination, now.Options, now.Hosts, now.Tls, patience, Connector, queue, journal, time)
            {
                Forwarder = Forwarder,
                Notes = TlsResults is { } results && destination.Kind == DestinationKind.Mx && !destination.Name.StartsWith('[')
                    ? new TlsNotes(destination.Name, results) : null,
            };
    }
}
