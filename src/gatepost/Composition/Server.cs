using System.Diagnostics.Metrics;
using System.Net;
using Gatepost.Acme;
using Gatepost.Acme.Challenges;
using Gatepost.Configuration;
using Gatepost.Delivery;
using Gatepost.Delivery.Settings;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Forwarding;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Srs;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Reporting;
using Gatepost.Signing;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Gatepost.Smtp.Server;
using Gatepost.Storage;
using Gatepost.Storage.Journal;
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
    private readonly ServerFiles files;
    private readonly SmtpServer smtp;
    private readonly DeliveryService delivery;
    private readonly HttpChallenges challenges = new();
    private readonly ServerReload reload;
    private readonly ServerControl control;
    private readonly MetricsText metrics = new(new Meter("Gatepost"));
    private readonly BackgroundWork background;
    private WebServer? web;

    /// <param name="settings">Checked.</param>
    /// <param name="read">Reads the configuration again, for a reload; throws <see cref="ConfigurationException"/>.</param>
    /// <param name="log">Where the event log goes.</param>
    /// <exception cref="IOException">The data folder is in use or cannot be written.</exception>
    public Server(Settings settings, Func<Settings> read, Stream log, TimeProvider time)
    {
        this.time = time;
        files = new ServerFiles(settings, log, metrics.Meter, time);
        var (state, alarms) = (files.State, files.Alarms);
        var signer = new DomainSigner(time, alarms);

        // What decides
        var silence = new ResolverWatch(alarms);
        var dns = new ReloadableResolver(ServerReload.MakeResolver(settings, time, silence, Report));
        var deliveryOptions = RoomOptions.Delivery(settings, RoomOptions.OwnEndPoints(settings));
        var probe = new NextHostProbe(
            new RecipientProbe(() => reload!.Delivery, dns, new SocketConnector(), Journal, time, Chance.Shared), time);
        var reports = new ReportParts(state, dns, time, () => reload!.Settings, () => Directory!.Current, Version);
        var mailboxes = new MailboxUsages(time);
        var srs = new SrsRewriter(new SrsSecretFile(settings.Data, Report), time);
        var parts = PolicyParts.Build(
            dns, time, state, state, alarms, files.Quarantine, probe, mailboxes, srs, reports.Dmarc, stopping.Token);
        Directory = new DirectoryParts(files.Tables, settings, parts.Counters, parts.MailboxSizes, time);
        Rules = new RuleEngine(RoomOptions.Policy(settings), Directory.Current, parts, Chance.Shared);
        var guesses = new LoginThrottle(settings.LoginThrottle, time, parts.Counters, state);
        var passwords = new ReloadableLogins(ServerReload.MakeLogins(settings, Directory, time));
        var logins = new Authenticator(passwords, guesses) { HasAccounts = () => reload!.HasAccounts };

        // What takes mail in
        var certificates = new ServerCertificates(settings, time, problem => Report(OurEvidence.CertificateProblem.Say(problem)));
        var smtpOptions = RoomOptions.Smtp(settings, certificates.Configured, certificates.SelfSigned);
        smtp = new SmtpServer(smtpOptions, Rules, Store, Journal, logins, time, signer);

        // What carries it on
        delivery = MakeDelivery(deliveryOptions, dns, srs, signer, mailboxes, reports);

        reload = new ServerReload(settings, read, time, Report)
        {
            Server = smtp,
            Directory = Directory,
            Rules = Rules,
            Quarantine = files.Quarantine,
            Throttle = guesses,
            Logins = passwords,
            DeliveryService = delivery,
            Resolver = dns,
            ResolverWatch = silence,
            Smtp = smtpOptions,
            Delivery = deliveryOptions,
            Certificates = certificates,
        };
        var keys = MakeKeyRotation(signer);
        var renewal = MakeRenewal(dns);
        var daily = reports.Make(delivery.Http, (message, cancel) => control!.SubmitAsync(message, cancel), () => reload!.Texts, Report);
        control = MakeControl(signer, keys, renewal, daily);
        var certificateWatch = new CertificateWatch(() => reload.Settings, HostedDomainsAsync, alarms, time);
        background = new BackgroundWork(
            new QueueCheck(Store, Records, alarms, time), keys, renewal, certificateWatch, MakeNotices(), daily, alarms, time);
        control.Panel = PanelParts.Build(reload, control, files, logins, Directory, time);
    }

    /// <summary>Where mail is taken.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => smtp.Endpoints;

    public MailStore Store => files.Store;

    /// <summary>What was recorded, for questions.</summary>
    public JournalStore Records => files.Records;

    /// <summary>A link by which an operator signs in to the panel once; null if there is no panel.</summary>
    public Uri? MakePanelLink() => control.MakePanelLink();

    /// <summary>Where every part records.</summary>
    public IJournal Journal => files.Journal;

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
            .. reload.Settings.Http.Concat(reload.Settings.Https).Concat(reload.Settings.Panel.Addresses)
            .Select(address => (address, "[http]")),
            .. reload.Settings.Acme.ListensAt.Select(address => (address, "[acme]")),
        ]);
        var started = time.GetUtcNow();
        await smtp.StartAsync(cancel);
        reload.ReportCatalogue();
        await delivery.StartAsync(cancel);

        // What shows it
        StoreMetrics.Register(metrics.Meter, Store);
        QuarantineMetrics.Register(metrics.Meter, files.Quarantine);
        ServerGauges.Register(metrics.Meter, Store, Records, files.Log, smtp, delivery);
        PolicyGauges.Register(metrics.Meter, Rules, files.State);
        background.Certificates.Register(metrics.Meter);
        web = new WebServer(
            RoomOptions.Web(reload.Settings, name =>
                reload.Certificates.Configured?.Find(name), StsPolicyOf, MailProgramsOf, challenges.Find), control,
                Store, Records,
                new MetricsPage(metrics), time);
        await web.StartAsync(cancel);
        if (control.Panel is { } panel)
            await panel.StartAsync(cancel);
        Report(OurEvidence.ServerStarted.Say(Version, reload.Settings.File ?? "built-in"));
        reload.PrepareTls();
        background.Start(started, stopping.Token);
        _ = Task.Run(() => files.Activity.ReadAsync(Records, started, stopping.Token), CancellationToken.None);
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
            background.DisposeAsync,
            async () => await smtp.StopAsync(Grace),
            async () => await stopping.CancelAsync(),
            async () => await delivery.StopAsync(Grace),
            () => control.Panel?.DisposeAsync() ?? default,
            () => web?.DisposeAsync() ?? default,
            async () => await background.FlushAsync(),
            files.State.DisposeAsync,
            () => Close(files.Quarantine),
            () => Close(files.Tables),
            () => Close(stopping),
            () => Close(metrics),
            Store.DisposeAsync,
        ];
        var failures = await Shutdown.RunAsync(steps);
        foreach (var failure in failures)
            Report(OurEvidence.StoppingFailed.Say(failure.Message));
        Report(OurEvidence.ServerIsDown.Say());
        failures.AddRange(await Shutdown.RunAsync([files.Log.DisposeAsync, Records.DisposeAsync]));
        if (failures.Count > 0)
            throw new AggregateException("parts of the server could not be closed", failures);

        static ValueTask Close(IDisposable part)
        {
            part.Dispose();
            return default;
        }
    }

    private DirectoryForwarder MakeForwarder(SrsRewriter srs, IResolver dns, DomainSigner signer) =>
        new(srs, new ArcSealer(dns, time), signer)
        {
            Options = () => reload.Settings.Forward,
            Directory = () => Directory.Current,
            HostName = () => reload.Smtp.HostName,
        };

    /// <summary>The MTA-STS policy of a hosted domain; null for another.</summary>
    private async ValueTask<string?> StsPolicyOf(string domain, CancellationToken cancel)
    {
        var publishing = reload.Settings.StsPublishing;
        return publishing.Mode is not null && await Directory.Current.FindDomainAsync(domain, cancel) is not null
            ? publishing.TextFor(reload.Settings.HostName) : null;
    }

    /// <summary>What mail programs are answered about a hosted domain; null about another.</summary>
    private async ValueTask<Web.Autoconfig.MailProgramSettings?> MailProgramsOf(string domain, CancellationToken cancel) =>
        await Directory.Current.FindDomainAsync(domain, cancel) is not null ? MailPrograms.Of(reload.Settings, domain) : null;

    private KeyRotation MakeKeyRotation(DomainSigner signer) => new(
        new SigningKeyFolder(reload.Settings.Data), signer, HostedDomainsAsync, reload.Resolver, () => reload.Settings.Dkim, time, Report);

    private CertificateRenewal MakeRenewal(IResolver dns) =>
        new(new CertificateFolder(reload.Settings.Data), dns, files.Alarms, time, Chance.Shared, Report)
        {
            Options = () => reload.Settings.Acme,
            Plan = PlannedCertificatesAsync,
            Switched = () =>
            {
                reload.Certificates.Configured?.Refresh();
                background!.Certificates.Look();
            },
            Http = challenges,
        };

    /// <summary>The server's own, and one for each domain with names that the web server answers.</summary>
    private async ValueTask<IReadOnlyList<PlannedCertificate>> PlannedCertificatesAsync(CancellationToken cancel)
    {
        var settings = reload.Settings;
        return PlannedCertificate.Of(
            settings.HostName, settings.Acme.Names, await HostedDomainsAsync(cancel), RoomOptions.WebNames(settings));
    }

    /// <summary>In A-labels; those of the configuration and those of the tables.</summary>
    private async ValueTask<IReadOnlyList<string>> HostedDomainsAsync(CancellationToken cancel)
    {
        var names = new List<string>();
        await foreach (var row in Directory.Listing.ListAsync(new DirectoryQuestion(DirectoryKind.Domain), cancel))
        {
            if (row.Kind == DomainKind.Hosted)
                names.Add(row.Name.ToLowerInvariant());
        }

        return names;
    }

    private ServerControl MakeControl(DomainSigner signer, KeyRotation keys, CertificateRenewal renewal, DailyReports daily)
    {
        var journal = new QuarantineJournal(Journal, time);
        var release = new QuarantineRelease(Store, () => Directory.Current, () => reload.Smtp.HostName, journal, time);
        var submission = new LocalSubmission(Rules, Store, Journal, time, signer);
        return new ServerControl(
            this, reload, smtp, delivery, submission, new QuarantineControl(files.Quarantine, journal, release), keys, renewal,
                daily, files.Activity, time);
    }

    private DeliveryService MakeDelivery(
        DeliveryOptions options, ReloadableResolver dns, SrsRewriter srs, DomainSigner signer, MailboxUsages mailboxes,
            ReportParts reports) =>
        new(options, Store, dns, Journal, time, Chance.Shared, files.Alarms)
        {
            Router = new DirectoryRouter(() => Directory.Current, srs, () => reload.Settings.Forward.Domain),
            Forwarder = MakeForwarder(srs, dns, signer),
            Mailboxes = mailboxes,
            Signer = signer,
            StsStore = new StoredStsPolicies(files.State, time),
            TlsResults = reports.Tls,
        };

    private AlarmNotices MakeNotices() => new(files.Alarms, time)
    {
        Settings = () => reload.Settings,
        Directory = () => Directory.Current,
        Texts = () => reload.Texts,
        SubmitAsync = control.SubmitAsync,
        Report = Report,
    };

    private void Report(Finding detail) => Journal.Report(time, detail);
}
