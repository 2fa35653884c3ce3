using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Forwarding;
using Gatepost.Delivery.Http;
using Gatepost.Delivery.Outcomes;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Shaping;
using Gatepost.Delivery.Tls;
using Gatepost.Delivery.Tls.Reports;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery;

/// <summary>Puts together what delivers under the options in force: look-ups, TLS policies, notices, and a transport for each
/// destination.</summary>
internal sealed class DeliveryAssembly(
    DeliveryOptions options, IQueue queue, IResolver dns, IJournal journal, TimeProvider time, Chance random, IAlarms? serverAlarms,
    GreetingPatience patience) : IDisposable
{
    /// <summary>Threads that write Maildirs: enough to overlap their syncs, few enough for a slow disk.</summary>
    private const int MaildirThreads = 8;

    private readonly DateTimeOffset started = time.GetUtcNow();
    private DiskThreads? disk;
    private StsPolicies? stsPolicies;
    private volatile DeliveryServices? services;

    public IConnector Connector { get; set; } = new SocketConnector();

    public INoticeRouter Router { get; set; } = new RouteByDns();

    public IMessageSigner? Signer { get; set; }

    public IStsStore? StsStore { get; set; }

    public IStsFetch? StsFetch { get; set; }

    public ITlsResults? TlsResults { get; set; }

    public IForwarder? Forwarder { get; set; }

    /// <summary>HTTPS to servers that other domains name, within the networks that mail may go to.</summary>
    public GuardedHttp Http => new(dns, address => Services.Hosts.Refuses(address));

    public MailboxUsages Mailboxes { get; set; } = new(time);

    /// <summary>In force; made when they are first asked for, after all properties are set.</summary>
    public DeliveryServices Services => services ??= Assemble(options);

    /// <summary>Applies new options: what is made from now on follows them.</summary>
    public void Apply(DeliveryOptions changed) => services = Assemble(changed);

    /// <summary>Starts the threads that write Maildirs.</summary>
    public void StartDisk() => disk = new DiskThreads(MaildirThreads);

    public void Dispose() => disk?.Dispose();

    public ITransport TransportFor(Destination destination)
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

    private DeliveryServices Assemble(DeliveryOptions now) => new(
        now,
        new MxLookup(now, dns, random),
        new TlsPolicies(now, dns, now.MtaSts ? stsPolicies ??= MakeStsPolicies() : null, serverAlarms, time),
        new OutcomeBuilder(
            now, new NoticeWriter(now, Router, queue, time, random) { Signer = Signer, Journal = journal }, journal, time, random,
                started));

    private StsPolicies MakeStsPolicies()
    {
        // Made once: a reload keeps what is known.
        var fetch = StsFetch ?? new StsFetch(Http);
        var made = new StsPolicies(dns, fetch, StsStore, time);
        made.Load();
        return made;
    }
}
