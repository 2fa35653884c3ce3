using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using Gatepost.Configuration;
using Gatepost.Delivery.Settings;
using Gatepost.Policy;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Storage.Journal;
using Gatepost.Storage.Settings;
using Gatepost.Web;
using Gatepost.Web.Autoconfig;

namespace Gatepost.Composition;

/// <summary>What a room's options need beyond the keys bound to them: other sections, certificates, the machine's addresses.</summary>
internal static class RoomOptions
{
    /// <param name="certificates">The configured ones; null if there are none.</param>
    /// <param name="selfSigned">For listeners that offer TLS without any.</param>
    public static SmtpServerOptions Smtp(Settings settings, ICertificateSource? certificates, ICertificateSource selfSigned) =>
        settings.Smtp with
        {
            Listeners = [
            .. settings.Listeners.SelectMany(listener => listener.Addresses.Select(address => Listener(listener, address, selfSigned)))],
            Certificates = certificates,
            HelpUrl = settings.HelpUrl ?? settings.Smtp.HelpUrl,
        };

    public static PolicyOptions Policy(Settings settings) => settings.Policy with
    {
        // Listeners may allow more or fewer than [limits]; the session keeps to their own number, this is the ceiling.
        MaxRecipients = Most(settings, settings.Smtp.Limits.MaxRecipients, submission: false),
        MaxRecipientsOnSubmission = Most(settings, settings.Policy.MaxRecipientsOnSubmission, submission: true),
        TrustedNetworks = [.. settings.Policy.TrustedNetworks, .. settings.Listeners.SelectMany(listener => listener.Trusted)],
        OwnAddresses = OwnAddresses(),
        ReturnDomain = settings.Forward.Domain,
        ExplainUrl = settings.HelpUrl is { } url ? new Uri(url.EndsWith('/') ? url : url + "/") : null,
    };

    /// <summary>What the machine's interfaces have, so that it need not be configured.</summary>
    internal static IReadOnlyList<IPAddress> OwnAddresses()
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
        .Select(listener => listener.Limits.MaxRecipients)
        .Append(general)
        .Max();

    public static DeliveryOptions Delivery(Settings settings, IReadOnlyList<IPEndPoint> ownEndPoints)
    {
        var (shaping, retry) = (settings.Delivery.Shaping, settings.Delivery.Retry);
        return settings.Delivery with
        {
            OwnEndPoints = ownEndPoints,
            Replies = CatalogueFolder.Read(settings.Catalogue),
            Shaping = shaping with
            {
                StartConcurrency = Math.Min(shaping.StartConcurrency, shaping.MaxConcurrency),
                // A destination that is down is probed at least as often as its messages are to be tried.
                FirstProbe = Min(shaping.FirstProbe, retry.First),
                LongestProbe = Min(shaping.LongestProbe, retry.Longest),
            },
            Bounces = settings.Delivery.Bounces with
            {
                LanguageOfDomain = settings.Domains.ToDictionary(domain => domain.Name, domain => domain.Language),
            },
        };
    }

    /// <summary>Where mail servers reach us; a mail host of a domain found there is ourselves.</summary>
    public static IReadOnlyList<IPEndPoint> OwnEndPoints(Settings settings) =>
        [.. settings.Listeners.Where(listener => listener.Role == ListenerRole.Mx).SelectMany(listener => listener.Addresses)];

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    public static StoreOptions Store(Settings settings) => new() { Folder = settings.Data };

    /// <summary>Octets; below them the store takes no new message.</summary>
    public static long MinimumFree => new StoreOptions { Folder = "" }.MinimumFree;

    /// <summary>journald adds time and level itself; it says by JOURNAL_STREAM that it reads us (systemd.exec(5)).</summary>
    public static EventLogOptions Log(Settings settings) => new()
    {
        Json = settings.LogFormat == LogFormat.Json,
        Journald = settings.LogFormat == LogFormat.Text && Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null,
    };

    /// <param name="certificate">The certificate for a name.</param>
    /// <param name="stsPolicy">The MTA-STS policy of a domain; null for none.</param>
    /// <param name="mailPrograms">What mail programs are answered about a domain; null for nothing.</param>
    /// <param name="challengeAnswer">What an authority that we order from must read for a token; null for none.</param>
    public static WebOptions Web(
        Settings settings, Func<string?, SslStreamCertificateContext?> certificate,
        Func<string, CancellationToken, ValueTask<string?>> stsPolicy,
        Func<string, CancellationToken, ValueTask<MailProgramSettings?>> mailPrograms, Func<string, string?> challengeAnswer) => new()
        {
            Addresses = settings.Http,
            SecureAddresses = settings.Https,
            Certificate = certificate,
            StsPolicy = stsPolicy,
            MailPrograms = mailPrograms,
            ChallengeAddresses = settings.Acme.ListensAt,
            ChallengeAnswer = challengeAnswer,
            ControlSocket = settings.ControlSocket,
            SubmitSocket = settings.SubmitSocket,
        };

    /// <summary>What comes before a hosted domain in the names that the web server answers over HTTPS.</summary>
    public static IReadOnlyList<string> WebNames(Settings settings) =>
        settings.Https.Count == 0 ? [] :
        [
            .. settings.StsPublishing.Mode is not null ? ["mta-sts."] : Array.Empty<string>(),
            .. MailPrograms.IsAnswered(settings) ? ["autoconfig.", "autodiscover."] : Array.Empty<string>(),
        ];

    private static ListenerOptions Listener(ListenerSettings listener, IPEndPoint address, ICertificateSource selfSigned) => new()
    {
        Role = listener.Role,
        EndPoint = address,
        ImplicitTls = listener.Tls == TlsUse.Implicit,
        RequireTls = listener.RequireTls,
        Certificates = listener.Tls switch
        {
            // A listener without TLS must not offer what the server's certificates would make possible.
            TlsUse.None => NoCertificates.Instance,
            TlsUse.SelfSigned => selfSigned,
            _ => null,
        },
        ProxyFrom = listener.ProxyFrom,
        XclientFrom = listener.XclientFrom,
        NormalisesLineEnds = listener.BareLineEnds == BareLineEnds.Normalise
            || (listener.BareLineEnds == BareLineEnds.ByRole && listener.Role == ListenerRole.Internal),
        Limits = listener.Limits,
    };
}
