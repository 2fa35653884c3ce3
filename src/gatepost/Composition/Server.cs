using System.Diagnostics.Metrics;
using System.Net;
using Gatepost.Configuration;
using Gatepost.Delivery;
using Gatepost.Files;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Signing;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Gatepost.Smtp.Server;
using Gatepost.Storage;
using Gatepost.Storage.Addresses;
using Gatepost.Storage.Journal;
using Gatepost.Storage.Quarantine;
using Gatepost.Storage.State;
using Gatepost.Web;
using Gatepost.Web.Metrics;

namespace Gatepost.Composition;

/// <summary>The running server: which parts there are, who knows whom, and in which order they start and end.</summary>
/// <remarks>A reload is <see cref="ServerReload"/>, what the control socket asks for is <see cref="ServerControl"/>.</remarks>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopping = new();
    private readonly StateStore state;
    private readonly QuarantineStore quarantine;
    private readonly DirectoryTables tables;
    private readonly EventLog log;
    private readonly SmtpServer smtp;
    private readonly DeliveryService delivery;
    private readonly DomainSigner signer;
    private readonly ServerReload reload;
    private readonly ServerControl control;
    private readonly Meter meter = new("Gatepost");
    private readonly MetricsText metrics;
    private readonly CertificateWatch certificateWatch;
    private readonly AlarmNotices notices;
    private WebServer? web;

    /// <param name="settings">Checked.</param>
    /// <param name="read">Reads the configuration again, for a reload; throws <see cref="ConfigurationException"/>.</param>
    /// <param name="log">Where the event log goes.</param>
    /// <exception cref="IOException">The data folder is in use or cannot be written.</exception>
    public Server(Settings settings, Func<Settings> read, Stream log, TimeProvider time)
    {
        (this.time, signer) = (time, new DomainSigner(time));
        metrics = new MetricsText(meter);

        // What lasts
        Store = MailStore.Open(RoomOptions.Store(settings), time);
        tables = DirectoryTables.Open(settings.Data);
        Records = JournalStore.Open(settings.Journal, time);
        this.log = new EventLog(RoomOptions.Log(settings), log, time);
        var counting = new CountingJournal(meter);
        Journal = new JournalTee(settings.LogFormat == LogFormat.None ? [Records, counting] : [Records, counting, this.log]);
        var alarms = WatchFiles();
        state = StateStore.Open(settings.Data, time, alarms);
        quarantine = OpenQuarantine(settings);

        // What decides
        var silence = new ResolverWatch(alarms);
        var dns = new ReloadableResolver(ServerReload.MakeResolver(settings, time, silence, Report));
        var deliveryOptions = RoomOptions.Delivery(settings, RoomOptions.OwnEndPoints(settings));
        var probe = new NextHostProbe(
            new RecipientProbe(() => reload!.Delivery, dns, new SocketConnector(), Journal, time, Chance.Shared), time);
        var mailboxes = new MailboxUsages(time);
        var parts = PolicyParts.Build(dns, time, state, state, alarms, quarantine, probe, mailboxes, stopping.Token);
        Directory = new DirectoryParts(tables, settings, parts.Counters, parts.MailboxSizes, time);
        Rules = new RuleEngine(RoomOptions.Policy(settings), Directory.Current, parts, Chance.Shared);
        var guesses = new LoginThrottle(settings.LoginThrottle, time, parts.Counters, state);
        var passwords = new ReloadableLogins(ServerReload.MakeLogins(settings, Directory, time));
        var logins = new Authenticator(passwords, guesses) { HasAccounts = () => reload!.HasAccounts };

        // What takes mail in
        var certificates = new ServerCertificates(settings, time, problem => Report(OurEvidence.CertificateProblem.Say(problem)));
        var smtpOptions = RoomOptions.Smtp(settings, certificates.Configured, certificates.SelfSigned);
        smtp = new SmtpServer(smtpOptions, Rules, Store, Journal, logins, time, signer);

        // What carries it on
        delivery = new DeliveryService(deliveryOptions, Store, dns, Journal, time, Chance.Shared, alarms)
        {
            Router = new DirectoryRouter(() => Directory.Current),
            Mailboxes = mailboxes,
            Signer = signer,
        };

        reload = new ServerReload(settings, read, time, Report)
        {
            Server = smtp,
            Directory = Directory,
            Rules = Rules,
            Quarantine = quarantine,
            Throttle = guesses,
            Logins = passwords,
            DeliveryService = delivery,
            Resolver = dns,
            ResolverWatch = silence,
            Smtp = smtpOptions,
            Delivery = deliveryOptions,
            Certificates = certificates,
        };
        certificateWatch = new CertificateWatch(() => reload.Settings, alarms, time);
        control = MakeControl();
        notices = new AlarmNotices(alarms, time)
        {
            Settings = () => reload.Settings,
            Directory = () => Directory.Current,
            Texts = () => reload.Texts,
            SubmitAsync = control.SubmitAsync,
            Report = Report,
        };
    }

    /// <summary>Where mail is taken.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => smtp.Endpoints;

    public MailStore Store { get; }

    /// <summary>What was recorded, for questions.</summary>
    public JournalStore Records { get; }

    /// <summary>Where every part records.</summary>
    public IJournal Journal { get; }

    public DirectoryParts Directory { get; }

    public RuleEngine Rules { get; }

    public static string Version => typeof(Server).Assembly.GetName().Version!.ToString(3);

    /// <summary>Ports first, so that clients are greeted while the rest still starts.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">A port for mail cannot be opened.</exception>
    /// <exception cref="IOException">A port for health and metrics or a control socket cannot be opened.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        // Every port that is taken is known before the first client is greeted; Kestrel opens its ports last.
        PortCheck.Run(
        [
            .. reload.Settings.Listeners.SelectMany(listener => listener.Addresses, (_, address) => (address, "[[listener]]")),
            .. reload.Settings.Http.Select(address => (address, "[http]")),
        ]);
        var started = time.GetUtcNow();
        await smtp.StartAsync(cancel);
        reload.ReportCatalogue();
        await delivery.StartAsync(cancel);

        // What shows it
        StoreMetrics.Register(meter, Store);
        QuarantineMetrics.Register(meter, quarantine);
        ServerGauges.Register(meter, Store, Records, log, smtp, delivery);
        PolicyGauges.Register(meter, Rules, state);
        web = new WebServer(RoomOptions.Web(reload.Settings), control, Store, Records, new MetricsPage(metrics), time);
        await web.StartAsync(cancel);
        Report(OurEvidence.ServerStarted.Say(Version, reload.Settings.File ?? "built-in"));
        reload.PrepareTls();
        var check = new QueueCheck(Store, Records, Rules.Parts.Alarms, time);
        _ = Task.Run(() => check.RunAsync(started, stopping.Token), CancellationToken.None);
        _ = Task.Run(() => MakeKeyRotation().RunAsync(stopping.Token), CancellationToken.None);
        certificateWatch.Start();
        notices.Start();
        foreach (var risk in ConfigurationRisks.Of(reload.Settings, MachineCheck.HasDirectory(reload.Settings)))
            Report(OurEvidence.ConfigurationProblem.Say(risk.Message));
    }

    /// <summary>Reads the configuration again and applies it.</summary>
    public Task<Web.Control.Reloaded> ReloadAsync(CancellationToken cancel) => reload.RunAsync(cancel);

    /// <summary>Stops what takes mail, then what sends it, then closes the files; a step that fails stops none of the others.</summary>
    public async ValueTask DisposeAsync()
    {
        Report(OurEvidence.ServerStopping.Say());
        Func<ValueTask>[] steps =
        [
            notices.DisposeAsync,
            async () => await smtp.StopAsync(Grace),
            async () => await stopping.CancelAsync(),
            async () => await delivery.StopAsync(Grace),
            () => web?.DisposeAsync() ?? default,
            state.DisposeAsync,
            () => Close(quarantine),
            () => Close(tables),
            () => Close(certificateWatch),
            () => Close(stopping),
            () => Close(metrics),
            () => Close(meter),
            Store.DisposeAsync,
        ];
        var failures = await Shutdown.RunAsync(steps);
        foreach (var failure in failures)
            Report(OurEvidence.StoppingFailed.Say(failure.Message));
        Report(OurEvidence.ServerIsDown.Say());
        failures.AddRange(await Shutdown.RunAsync([log.DisposeAsync, Records.DisposeAsync]));
        if (failures.Count > 0)
            throw new AggregateException("parts of the server could not be closed", failures);

        static ValueTask Close(IDisposable part)
        {
            part.Dispose();
            return default;
        }
    }

    private QuarantineStore OpenQuarantine(Settings settings)
    {
        var opened = QuarantineStore.Open(settings.Data, time, size => Store.Room(size) == StoreOutcome.Kept);
        opened.Dropped += (id, why) =>
            Journal.QueueChanged(time, id, why);
        opened.Use(settings.Policy.Quarantine);
        return opened;
    }

    private KeyRotation MakeKeyRotation() => new(
        new SigningKeyFolder(reload.Settings.Data), signer, HostedDomainsAsync, reload.Resolver, () => reload.Settings.Dkim, time, Report);

    /// <summary>In A-labels; those of the configuration and those of the tables.</summary>
    private async ValueTask<IReadOnlyList<string>> HostedDomainsAsync(CancellationToken cancel)
    {
        var names = new List<string>();
        await foreach (var row in Directory.Listing.ListAsync(new DirectoryQuestion(DirectoryKind.Domain), cancel))
        {
            if (row.Kind == Policy.Directory.DomainKind.Hosted)
                names.Add(row.Name.ToLowerInvariant());
        }

        return names;
    }

    private ServerControl MakeControl()
    {
        var release = new QuarantineRelease(Store, () => Directory.Current, () => reload.Smtp.HostName, Journal, time);
        var submission = new LocalSubmission(Rules, Store, Journal, time, signer);
        return new ServerControl(this, reload, smtp, delivery, submission, new QuarantineControl(quarantine, Journal, time, release), time);
    }

    /// <summary>Reports what goes wrong with the queue's files and the journal's.</summary>
    private Alarms WatchFiles()
    {
        const string key = "journal";
        var alarms = new Alarms(Journal, time);
        Store.StateChanged += (now, why) => Report(OurEvidence.StoreState.Say(now.ToString().ToLowerInvariant(), why));
        Records.Watch(why =>
        {
            if (why is null)
                alarms.Clear(key);
            else
                alarms.Raise(key, OurEvidence.JournalNotWritten.Say(why));
        });
        return alarms;
    }

    private void Report(Finding detail) => Journal.Report(time, detail);
}
