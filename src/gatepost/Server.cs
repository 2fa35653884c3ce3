using System.Net;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Delivery;
using Gatepost.Delivery.Queue;
using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Policy.Auth;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Gatepost.Smtp.Server;
using Gatepost.Storage;
using Gatepost.Web;
using Gatepost.Web.Control;
using Gatepost.Web.Metrics;
using Prometheus;

namespace Gatepost;

/// <summary>The running server: which parts there are, who knows whom, and in which order they start and end.</summary>
internal sealed class Server : IServerControl, IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly TimeProvider time;
    private readonly Func<Settings> read;
    private readonly SemaphoreSlim oneReload = new(1);
    private readonly DateTimeOffset started;
    private volatile Settings settings;
    private volatile SmtpServerOptions smtpOptions;
    private volatile DeliveryOptions deliveryOptions;
    private readonly string certificateFile;
    private SelfSignedCertificateFile selfSigned;

    private readonly MailStore store;
    private readonly QuarantineStore quarantine;
    private readonly CounterLog counters;
    private readonly StateLog remembered;
    private readonly LoginThrottle guesses;
    private readonly ReloadableLogins passwords;
    private readonly DirectoryTables tables;
    private readonly JournalStore journal;
    private readonly EventLog log;
    private readonly JournalTee everything;
    private readonly ResolverWatch silence;
    private readonly ReloadableResolver dns;
    private readonly DirectoryParts directory;
    private readonly RuleEngine rules;
    private readonly Authenticator logins;
    private readonly SmtpServer smtp;
    private readonly DeliveryService delivery;
    private readonly LocalSubmission local;
    private readonly CollectorRegistry registry = Prometheus.Metrics.NewCustomRegistry();
    private WebServer? web;

    /// <param name="settings">Checked.</param>
    /// <param name="read">Reads the configuration again, for a reload; throws <see cref="ConfigurationException"/>.</param>
    /// <param name="log">Where the event log goes.</param>
    /// <exception cref="IOException">The data folder is in use or cannot be written.</exception>
    public Server(Settings settings, Func<Settings> read, Stream log, TimeProvider time)
    {
        (this.settings, this.read, this.time, started) = (settings, read, time, time.GetUtcNow());

        // What lasts
        store = MailStore.Open(RoomOptions.Store(settings), time);
        counters = CounterLog.Open(settings.Data, time);
        remembered = StateLog.Open(settings.Data, time);
        tables = DirectoryTables.Open(settings.Data);
        journal = JournalStore.Open(RoomOptions.Journal(settings), time);
        this.log = new EventLog(RoomOptions.Log(settings), log, time);
        everything = new JournalTee(settings.LogFormat == LogFormat.None ? [journal, new CountingJournal(registry)] : [journal, new CountingJournal(registry), this.log]);
        store.StateChanged += (state, why) => Tell($"store {state.ToString().ToLowerInvariant()}: {why}");

        quarantine = QuarantineStore.Open(settings.Data, time, size => store.Room(size) == StoreOutcome.Kept);
        quarantine.Dropped += (id, why) => everything.Record(new JournalEvent { Kind = JournalKind.QueueChanged, At = time.GetUtcNow(), QueueId = id, Detail = why });
        quarantine.Use(settings.Policy.Quarantine);

        // What decides
        var alarms = new Alarms(everything, time);
        deliveryOptions = RoomOptions.Delivery(settings, OwnEndPoints(settings));
        silence = new ResolverWatch(alarms);
        dns = new ReloadableResolver(new DnsResolver(RoomOptions.Dns(settings), time, silence.Heard));
        var parts = new PolicyServices(dns, time)
        {
            Quarantine = quarantine,
            Alarms = alarms,
            Counters = new SlidingCounters(counters, started),
            Greylist = new Greylist(remembered, started),
            TemporaryBlocks = new TemporaryBlocks(remembered, started),
            Callouts = new RecipientVerification(new NextHostProbe(new RecipientProbe(() => deliveryOptions, dns, new SocketConnector(), everything, time, Random.Shared), time), time),
        };
        directory = new DirectoryParts(tables, settings, parts.Counters, parts.MailboxSizes, time);
        rules = new RuleEngine(RoomOptions.Policy(settings), directory.Current, parts, Random.Shared);
        guesses = new LoginThrottle(settings.Logins.Guesses, time, parts.Counters, remembered);
        passwords = new ReloadableLogins(Logins(settings));
        logins = new Authenticator(passwords, guesses)
        {
            HasAccounts = () => this.settings.Logins.DovecotAuth is not null || directory.HasAddresses || this.settings.Accounts.Values.Any(account => account.Password is not null),
        };

        // What takes mail in
        certificateFile = Path.Combine(settings.Data, "tls", "self-signed.pem");
        selfSigned = SelfSigned(settings);
        smtpOptions = RoomOptions.Smtp(settings, Certificates(settings), selfSigned);
        smtp = new SmtpServer(smtpOptions, rules, store, everything, logins, time);
        local = new LocalSubmission(rules, store, everything, time);
        Quarantine = new QuarantineControl(quarantine, everything, time, new QuarantineRelease(store, () => directory.Current, () => smtpOptions.HostName, everything, time));

        // What carries it on
        delivery = new DeliveryService(deliveryOptions, store, dns, everything, time, Random.Shared)
        {
            Router = new DirectoryRouter(() => directory.Current),
        };
    }

    private ILogins Logins(Settings settings) => FilterAddress.TryParse(settings.Logins.DovecotAuth ?? "", out var dovecot)
        ? new DovecotLogins(dovecot!.ConnectAsync, time, () => directory.Current.DefaultDomain)
        : new DirectoryLogins(() => directory.Current, time, settings.Logins.Scram, StoredSecret.ReadOrMake(Path.Combine(settings.Data, "secrets", "unknown-users")));

    /// <summary>Where mail is taken.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => smtp.Endpoints;

    /// <summary>Ports first, so that clients are greeted while the rest still starts.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">A port for mail cannot be had.</exception>
    /// <exception cref="IOException">A port for health and metrics or a control socket cannot be had.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        await smtp.StartAsync(cancel);
        UseCatalogue(CatalogueFolder.Read(settings.Catalogue));
        await delivery.StartAsync(cancel);

        // What shows it
        StoreMetrics.Register(registry, store);
        QuarantineMetrics.Register(registry, quarantine);
        ServerGauges.Register(registry, store, journal, log, smtp, delivery);
        PolicyGauges.Register(registry, rules, counters, remembered);
        web = new WebServer(RoomOptions.Web(settings), this, store, journal, new MetricsPage(registry), time);
        await web.StartAsync(cancel);
        Tell($"started, version {Version}, configuration {settings.File ?? "built-in"}");
        PrepareTls();
    }

    public async ValueTask DisposeAsync()
    {
        Tell("stopping");
        await smtp.StopAsync(Grace);
        await delivery.StopAsync(Grace);
        if (web is not null)
            await web.DisposeAsync();
        await counters.DisposeAsync();
        await remembered.DisposeAsync();
        quarantine.Dispose();
        tables.Dispose();
        await store.DisposeAsync();
        Tell("stopped");
        await log.DisposeAsync();
        await journal.DisposeAsync();
    }

    public IJournal Journal => everything;

    public IQuarantineControl Quarantine { get; }

    public ServerStatus Status() => new()
    {
        Version = Version,
        Started = started,
        HostName = settings.HostName,
        Process = Environment.ProcessId,
        Listeners = [.. smtpOptions.Listeners.Zip(smtp.Endpoints, (listener, point) => new ServerListener(listener.Role.ToString().ToLowerInvariant(), point.ToString(), listener.ImplicitTls))],
        Configuration = settings.File,
        Blocked = [.. rules.Parts.TemporaryBlocks.List(time.GetUtcNow()).TakeLast(1_000).Select(block => new ServerBlock(block.Network.ToString(), block.Rule, block.Since, block.Until, block.Why))],
        Alarms = [.. rules.Parts.Alarms.On.Select(alarm => new ServerAlarm(alarm.Key, alarm.Since, alarm.Text))],
    };

    public async Task<int> ReleaseClientAsync(IPAddress client, CancellationToken cancel)
    {
        var lifted = await rules.ReleaseAsync(client, cancel);
        foreach (var block in lifted)
            Tell($"temporary block of {block.Network} by {block.Rule} lifted by the administrator");
        return lifted.Count;
    }

    public async Task<Reloaded> ReloadAsync(CancellationToken cancel)
    {
        await oneReload.WaitAsync(cancel);
        try
        {
            return Apply(read());
        }
        catch (ConfigurationException bad)
        {
            foreach (var fault in bad.Faults)
                Tell($"configuration: {fault}");
            return NotReloaded($"{bad.Faults.Count} fault{(bad.Faults.Count == 1 ? "" : "s")} in the configuration: nothing was changed, the old one stays in force", bad.Faults);
        }
        catch (Exception problem) when (problem is ArgumentException or System.Net.Sockets.SocketException or IOException or System.Security.Cryptography.CryptographicException)
        {
            return NotReloaded($"nothing was changed, the old configuration stays in force: {problem.Message}", []);
        }
        finally
        {
            oneReload.Release();
        }
    }

    public Task<int> BounceAsync(QueueFilter filter, CancellationToken cancel) =>
        delivery.BounceAsync(filter, "the administrator of this server gave the message back", cancel);

    public Task<Submitted> SubmitAsync(LocalMessage message, CancellationToken cancel) =>
        local.SubmitAsync(message, smtpOptions, directory.Current, cancel);

    public async Task<DirectoryAnswer> ChangeAsync(DirectoryChange change, CancellationToken cancel)
    {
        try
        {
            var answer = await directory.Book.ApplyAsync(change, cancel);
            if (answer.Done)
                Tell($"directory: {answer.Message} (by {change.By})");
            return answer;
        }
        catch (DirectoryUnavailableException broken)
        {
            Tell($"directory: {broken.Message}");
            return new DirectoryAnswer(false, broken.Message);
        }
    }

    public IAsyncEnumerable<DirectoryRow> ListAsync(DirectoryQuestion question, CancellationToken cancel) => directory.Listing.ListAsync(question, cancel);

    public async Task<Health> CheckAsync(CancellationToken cancel) =>
        await ServerHealth.CheckAsync(store, journal, settings.Data, rules.Parts.Alarms.On, cancel);

    private static string Version => typeof(Server).Assembly.GetName().Version!.ToString(3);

    /// <summary>All parts are made from the new settings before any is changed; the listeners come first, because only they can still fail.</summary>
    private Reloaded Apply(Settings changed)
    {
        var newDirectory = directory.With(changed);
        var newSelfSigned = changed.HostName == settings.HostName ? selfSigned : SelfSigned(changed);
        var newSmtp = RoomOptions.Smtp(changed, Certificates(changed), newSelfSigned);
        var newCatalogue = CatalogueFolder.Read(changed.Catalogue);
        var newDelivery = RoomOptions.Delivery(changed, OwnEndPoints(changed));
        bool needsRestart = changed.Fixed != settings.Fixed;

        smtp.Reload(newSmtp);
        smtpOptions = newSmtp;
        selfSigned = newSelfSigned;
        directory.Use(newDirectory);
        rules.Reload(RoomOptions.Policy(changed), newDirectory.Whole);
        quarantine.Use(changed.Policy.Quarantine);
        guesses.Reload(changed.Logins.Guesses);
        // Made anew only where it changed: the passwords it knows to be right are worth keeping.
        if (changed.Logins with { Guesses = settings.Logins.Guesses } != settings.Logins)
            passwords.Use(Logins(changed));
        delivery.Reload(newDelivery);
        deliveryOptions = newDelivery;
        dns.Use(new DnsResolver(RoomOptions.Dns(changed), time, silence.Heard));
        settings = changed;
        UseCatalogue(newCatalogue);
        PrepareTls();

        string message = "the configuration is in force" + (needsRestart ? "; data folder, control sockets, [http], [log] and [journal] change with the next start" : "");
        Tell("reloaded: " + message);
        return new Reloaded(true, message, []);
    }

    private Reloaded NotReloaded(string message, IReadOnlyList<ConfigError> faults)
    {
        Tell("not reloaded: " + message);
        return new Reloaded(false, message, [.. faults.Select(fault => fault.ToString())]);
    }

    private void Tell(string detail) => everything.Record(new JournalEvent { Kind = JournalKind.Server, At = time.GetUtcNow(), Detail = detail });

    /// <summary>Files that cannot be used are told of and left out; mail goes on with the rest.</summary>
    private void UseCatalogue(ReplyDatabase? own)
    {
        foreach (var problem in own?.Problems ?? [])
            Tell($"catalogue: {problem}");
        ReplyCatalogue.Use(own);
    }

    private SelfSignedCertificateFile SelfSigned(Settings from) => new(certificateFile, from.HostName, time, Tell);

    /// <summary>In the background: nobody who wants to be greeted shall wait for a key.</summary>
    private void PrepareTls()
    {
        var certificate = selfSigned;
        if (smtpOptions.Listeners.Any(listener => ReferenceEquals(listener.Certificates, certificate)))
            _ = Task.Run(certificate.Prepare);
    }

    private FileCertificates? Certificates(Settings from) =>
        from.Certificates.Count == 0 ? null : new FileCertificates([.. from.Certificates.Select(files => new CertificateFiles(files.File, files.Key))], time, Tell);

    private static List<IPEndPoint> OwnEndPoints(Settings from) =>
        [.. from.Listeners.Where(listener => listener.Role == ListenerRole.Mx).SelectMany(listener => listener.Addresses)];
}
