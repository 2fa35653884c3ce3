using System.Net.Sockets;
using System.Security.Cryptography;
using Gatepost.Configuration;
using Gatepost.Delivery;
using Gatepost.Delivery.Settings;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp.Server;
using Gatepost.Storage.Quarantine;
using Gatepost.Web.Control;

namespace Gatepost.Composition;

/// <summary>What is in force, and how a changed configuration takes its place: everything is built before anything is changed.</summary>
internal sealed class ServerReload(Settings first, Func<Settings> read, TimeProvider time, Action<Finding> report)
{
    private readonly SemaphoreSlim oneAtATime = new(1);
    private volatile Settings settings = first;
    private volatile SmtpServerOptions? smtp;
    private volatile DeliveryOptions? delivery;

    public required SmtpServer Server { get; init; }

    public required DirectoryParts Directory { get; init; }

    public required RuleEngine Rules { get; init; }

    public required QuarantineStore Quarantine { get; init; }

    public required LoginThrottle Throttle { get; init; }

    public required ReloadableLogins Logins { get; init; }

    public required DeliveryService DeliveryService { get; init; }

    public required ReloadableResolver Resolver { get; init; }

    /// <summary>Notes whether the resolver answers, and truthfully.</summary>
    public required ResolverWatch ResolverWatch { get; init; }

    /// <summary>The certificates in force.</summary>
    public required ServerCertificates Certificates { get; set; }

    /// <summary>The options in force.</summary>
    public required SmtpServerOptions Smtp
    {
        get => smtp!;
        set => smtp = value;
    }

    /// <summary>The options in force.</summary>
    public required DeliveryOptions Delivery
    {
        get => delivery!;
        set => delivery = value;
    }

    /// <summary>The configuration in force.</summary>
    public Settings Settings => settings;

    /// <summary>What is said to people in the server's own language.</summary>
    public Texts Texts =>
        Delivery.Replies.TextsIn(Delivery.Replies.FindLanguage(settings.Delivery.Bounces.Language) ?? Language.English);

    /// <summary>Whether any account could log in.</summary>
    public bool HasAccounts
    {
        get
        {
            var current = settings;
            return current.DovecotAuth is not null || Directory.HasAddresses
                || current.Accounts.Values.Any(account => account.Password is not null);
        }
    }

    /// <summary>The resolver, with its faults reported.</summary>
    public static IResolver MakeResolver(Settings settings, TimeProvider time, ResolverWatch watch, Action<Finding> report) =>
        new CheckedResolver(
            new DnsResolver(
                settings.Dns, time, watch.Note, fault => report(OurEvidence.DnsFault.Say(fault.ToString().ReplaceLineEndings(" ")))),
            settings.Dns.MustExist,
            time,
            lie => watch.Checked(lie, settings.Dns.MustExist));

    /// <summary>Who checks passwords.</summary>
    /// <exception cref="IOException">The secret for unknown users cannot be read or written.</exception>
    public static ILogins MakeLogins(Settings settings, DirectoryParts directory, TimeProvider time) =>
        FilterAddress.TryParse(settings.DovecotAuth ?? "", out var dovecot)
            ? new DovecotLogins(dovecot!.ConnectAsync, time, () => directory.Current.DefaultDomain)
            : new DirectoryLogins(
                () => directory.Current,
                time,
                settings.Scram,
                StoredSecret.ReadOrMake(Path.Combine(settings.Data, "secrets", "unknown-users")));

    /// <summary>Reads the configuration again and applies it. If anything fails, the old one stays in force as a whole.</summary>
    public async Task<Reloaded> RunAsync(CancellationToken cancel)
    {
        await oneAtATime.WaitAsync(cancel);
        try
        {
            return Apply(read());
        }
        catch (ConfigurationException bad)
        {
            foreach (var error in bad.Errors)
                report(OurEvidence.ConfigurationProblem.Say(error.Shown));
            return NotReloaded(OurEvidence.ErrorsInConfiguration.Say(bad.Errors.Count), bad.Errors);
        }
        catch (Exception problem) when (
            Disk.IsFailure(problem) || problem is ArgumentException or SocketException or CryptographicException)
        {
            return NotReloaded(OurEvidence.NothingChanged.Say(problem.Message), []);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <summary>Files of the catalogue that cannot be used are reported and left out; the rest is used.</summary>
    public void ReportCatalogue()
    {
        foreach (var problem in Delivery.Replies.Problems)
            report(OurEvidence.CatalogueProblem.Say(problem.ToString()));
    }

    /// <summary>Makes a missing certificate in the background, so that no client waits for its greeting.</summary>
    public void PrepareTls()
    {
        var certificate = Certificates.SelfSigned;
        if (Smtp.Listeners.Any(listener => ReferenceEquals(listener.Certificates, certificate)))
            _ = Task.Run(certificate.Prepare);
    }

    private Reloaded Apply(Settings changed)
    {
        // Everything that can fail. The ports come last: they are the one thing that is opened here and not only built.
        var newDirectory = Directory.With(changed);
        var newRules = Rules.Prepare(RoomOptions.Policy(changed), newDirectory.Whole);
        var newCertificates = Certificates.With(changed, time, ReportCertificate);
        var newSmtp = RoomOptions.Smtp(changed, newCertificates.Configured, newCertificates.SelfSigned);
        var newDelivery = RoomOptions.Delivery(changed, RoomOptions.OwnEndPoints(changed));
        if (newDelivery.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem);
        var newResolver = MakeResolver(changed, time, ResolverWatch, report);
        // Made again only if it changed: the passwords it knows to be right are worth keeping.
        bool sameLogins = changed.Scram == settings.Scram && changed.DovecotAuth == settings.DovecotAuth;
        var newLogins = sameLogins ? null : MakeLogins(changed, Directory, time);
        bool needsRestart = changed.Fixed != settings.Fixed;
        Server.Reload(newSmtp);

        // From here nothing fails.
        (Smtp, Certificates) = (newSmtp, newCertificates);
        Directory.Use(newDirectory);
        newRules();
        Quarantine.Use(changed.Policy.Quarantine);
        Throttle.Reload(changed.LoginThrottle);
        if (newLogins is not null)
            Logins.Use(newLogins);
        DeliveryService.Reload(newDelivery);
        Delivery = newDelivery;
        Resolver.Use(newResolver);
        settings = changed;
        ReportCatalogue();
        PrepareTls();

        var message = needsRestart ? OurEvidence.InForceAfterRestart.Say() : OurEvidence.InForce.Say();
        report(OurEvidence.Reloaded.Say(message));
        return new Reloaded(true, message, []);
    }

    private Reloaded NotReloaded(Finding message, IReadOnlyList<ConfigError> errors)
    {
        report(OurEvidence.NotReloaded.Say(message));
        return new Reloaded(
            false, message, [.. errors.Select(error => error.ToString())])
        { Errors = [.. errors.Select(error => error.Shown)] };
    }

    private void ReportCertificate(string problem) => report(OurEvidence.CertificateProblem.Say(problem));
}
