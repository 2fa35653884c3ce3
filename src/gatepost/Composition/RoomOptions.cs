using System.Net;
using System.Net.NetworkInformation;
using Gatepost.Configuration;
using Gatepost.Delivery;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Shaping;
using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Gatepost.Smtp.Server;
using Gatepost.Storage;
using Gatepost.Web;

namespace Gatepost.Composition;

/// <summary>What the settings mean to each room, in the room's own words.</summary>
internal static class RoomOptions
{
    /// <param name="certificates">The configured ones; null where there are none.</param>
    /// <param name="selfSigned">For listeners that offer TLS without any.</param>
    public static SmtpServerOptions Smtp(Settings settings, ICertificateSource? certificates, ICertificateSource selfSigned) => new()
    {
        HostName = settings.HostName,
        Listeners = [.. settings.Listeners.SelectMany(listener => listener.Addresses.Select(address => Listener(listener, address, selfSigned)))],
        Limits = Limits(settings.Limits),
        Style = settings.Replies,
        Certificates = certificates,
        HelpUrl = settings.HelpUrl ?? "gatepost explain \"CODE TEXT\"",
        HelpIsStatus = settings.HelpIsStatus,
        MaxConnections = settings.Limits.Connections,
        MaxConnectionsPerClient = settings.Limits.ConnectionsPerAddress,
    };

    public static PolicyOptions Policy(Settings settings) => settings.Policy with
    {
        Replies = settings.Replies,
        DiscloseForward = settings.DiscloseForward,
        // Listeners may allow more or fewer than [limits]; the dialogue holds them to their own number, this is the ceiling.
        MaxRecipients = Most(settings, settings.Limits.Recipients, submission: false),
        MaxRecipientsOnSubmission = Most(settings, settings.Limits.SubmissionRecipients, submission: true),
        TrustedNetworks = [.. settings.Policy.TrustedNetworks, .. settings.Listeners.SelectMany(listener => listener.Trusted)],
        OwnAddresses = OwnAddresses(),
        ExplainUrl = settings.HelpUrl is { } url ? new Uri(url.EndsWith('/') ? url : url + "/") : null,
    };

    /// <summary>What the machine's interfaces have, so that nobody has to type it.</summary>
    private static IReadOnlyList<IPAddress> OwnAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(entry => entry.Address)
                .Where(address => !IPAddress.IsLoopback(address))];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    private static int Most(Settings settings, int general, bool submission) => settings.Listeners
        .Where(listener => listener.Role == ListenerRole.Submission == submission)
        .Select(listener => listener.Limits.Recipients)
        .Append(general)
        .Max();

    public static DeliveryOptions Delivery(Settings settings, IReadOnlyList<IPEndPoint> ownEndPoints) => new()
    {
        HostName = settings.HostName,
        OwnEndPoints = ownEndPoints,
        Paused = settings.Delivery.Paused,
        SmtpPort = settings.Delivery.Port,
        AllowedNetworks = settings.Delivery.AllowNetworks,
        Tls = settings.Delivery.Tls switch
        {
            OutboundTls.None => ClientTls.Never,
            OutboundTls.Required => ClientTls.Verified,
            _ => ClientTls.Opportunistic,
        },
        Retry = new RetrySchedule
        {
            First = settings.Queue.RetryFirst,
            Longest = settings.Queue.RetryLongest,
            GiveUpAfter = settings.Queue.Expire,
            DelayNoticeAfter = settings.Queue.DelayNotice,
        },
        Shaping = new ShapingOptions
        {
            MaxAttempts = settings.Delivery.Connections,
            MaxConcurrency = settings.Delivery.ConnectionsPerDestination,
            StartConcurrency = Math.Min(new ShapingOptions().StartConcurrency, settings.Delivery.ConnectionsPerDestination),
            // A destination that is down is looked after no less often than its messages are to be tried.
            FirstProbe = Sooner(new ShapingOptions().FirstProbe, settings.Queue.RetryFirst),
            LongestProbe = Sooner(new ShapingOptions().LongestProbe, settings.Queue.RetryLongest),
        },
        Bounces = new BounceOptions
        {
            DiscloseForward = settings.DiscloseForward,
            Language = settings.Language,
            LanguageOfDomain = settings.Domains.ToDictionary(domain => domain.Name, domain => domain.Language),
        },
    };

    private static TimeSpan Sooner(TimeSpan one, TimeSpan other) => one < other ? one : other;

    public static DnsOptions Dns(Settings settings) => new() { Servers = settings.Dns.Servers, Timeout = settings.Dns.Timeout };

    public static StoreOptions Store(Settings settings) => new() { Folder = settings.Data };

    /// <summary>Octets; below them the store takes no new message.</summary>
    public static long MinimumFree => new StoreOptions { Folder = "" }.MinimumFree;

    public static JournalOptions Journal(Settings settings) => new()
    {
        Folder = settings.Data,
        Keep = settings.Journal.Keep,
        Buffer = settings.Journal.Buffer,
    };

    /// <summary>journald adds time and level itself; it says by JOURNAL_STREAM that it reads us (systemd.exec(5)).</summary>
    public static EventLogOptions Log(Settings settings) => new()
    {
        Json = settings.LogFormat == LogFormat.Json,
        Journald = settings.LogFormat == LogFormat.Text && Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null,
    };

    public static WebOptions Web(Settings settings) => new()
    {
        Addresses = settings.Http,
        ControlSocket = settings.ControlSocket,
        SubmitSocket = settings.SubmitSocket,
    };

    private static ListenerOptions Listener(ListenerSettings listener, IPEndPoint address, ICertificateSource selfSigned) => new()
    {
        Role = listener.Role,
        EndPoint = address,
        ImplicitTls = listener.Tls == TlsUse.Implicit,
        Certificates = listener.Tls switch
        {
            // A listener without TLS must not offer what the server's certificates would make possible.
            TlsUse.None => NoCertificates.Instance,
            TlsUse.SelfSigned => selfSigned,
            _ => null,
        },
        ProxyFrom = listener.ProxyFrom,
        XclientFrom = listener.XclientFrom,
        Limits = Limits(listener.Limits),
    };

    private static SessionLimits Limits(LimitSettings limits) => new()
    {
        MaxMessage = limits.MessageSize,
        MaxRecipients = limits.Recipients,
        MaxErrors = limits.Errors,
        MaxRefusals = limits.Refusals,
        CommandTimeout = limits.CommandTimeout,
        DataTimeout = limits.DataTimeout,
    };
}
