using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Settings;

/// <summary>How one destination is spoken to, when it differs from the others: a provider's relay with log-in.</summary>
public sealed record NextHostOptions
{
    /// <summary><c>host:port</c> as in a smarthost or transport; or a domain found by MX, <c>.example.org</c> for all below.</summary>
    public string To { get; init; } = "";

    /// <summary>Null for what <see cref="To"/> and <see cref="Login"/> suggest.</summary>
    public NextHostTls? Tls { get; init; }

    public ClientLogin? Login { get; init; }

    /// <summary>Authorities that vouch for its certificate instead of the system's; null for those.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The certificate we show; null for none.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>Our name in EHLO; null for the general one.</summary>
    public string? Hello { get; init; }

    /// <summary>Addresses to speak from, one of each family; empty for the general ones.</summary>
    public IReadOnlyList<IPAddress> SourceAddresses { get; init; } = [];

    /// <summary>Null for the general ones.</summary>
    public AddressFamilies? Families { get; init; }

    /// <summary>Whether it is about a host of the configuration, instead of a domain found by MX.</summary>
    public bool IsHost => HostPort.Read(To, 0).Port > 0;

    /// <summary>TLS in force: from the first octet on port 465, demanded where a password is sent; null for the general choice.</summary>
    public NextHostTls? EffectiveTls =>
        Tls ?? (HostPort.Read(To, 0).Port == 465 ? NextHostTls.Implicit : Login is not null ? NextHostTls.Required : null);

    /// <summary>Whether these options are about that destination.</summary>
    public bool Fits(Destination destination)
    {
        if (destination.Kind == DestinationKind.Mx)
        {
            return To.StartsWith('.')
                ? destination.Name.EndsWith(To, StringComparison.OrdinalIgnoreCase)
                : destination.Name.Equals(To, StringComparison.OrdinalIgnoreCase);
        }

        var (host, port) = HostPort.Read(To, 0);
        var (itsHost, itsPort) = HostPort.Read(destination.Name, destination.Kind == DestinationKind.Lmtp ? 24 : 25);
        return destination.Kind is DestinationKind.SmtpHost or DestinationKind.Lmtp && port == itsPort
            && host.Equals(itsHost, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What is wrong with these values together, in the administrator's words; each begins with the key to change.</summary>
    public IEnumerable<string> Problems()
    {
        if (Login is not null && !IsHost)
            yield return $"to is \"{To}\": a log-in belongs to one host; write it with its port, for example \"{To.TrimStart('.')}:587\"";
        if (Login is { IsToken: true } && Login.Mechanisms is not null)
            yield return "mechanisms has no meaning beside token-file: a token is used with XOAUTH2 only; remove one of the two";
        bool clear = EffectiveTls is NextHostTls.None or NextHostTls.Opportunistic or NextHostTls.Encrypted;
        if (Login is not null && clear && !IsLoopback)
            yield return "tls must be \"required\" or \"implicit\" beside user: the password could be read on the way";
        if (Tls == NextHostTls.Implicit && !IsHost)
            yield return $"tls is \"implicit\", which no mail server of a domain expects: write \"required\", or to as \"host:465\"";
        if (DeliveryOptions.SourceProblem(SourceAddresses) is { } problem)
            yield return problem;
    }

    private bool IsLoopback => HostPort.Read(To, 0).Host is var host
        && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip)));
}

/// <summary>What TLS one destination is spoken to with.</summary>
public enum NextHostTls
{
    /// <summary>Never.</summary>
    None,

    /// <summary>STARTTLS where it is offered.</summary>
    Opportunistic,

    /// <summary>STARTTLS with any certificate, or nothing is sent.</summary>
    Encrypted,

    /// <summary>STARTTLS and a certificate valid for the host, or nothing is sent.</summary>
    Required,

    /// <summary>STARTTLS and a certificate that the host's TLSA records vouch for, or nothing is sent (RFC 7672).</summary>
    Dane,

    /// <summary>TLS from the first octet, with a valid certificate.</summary>
    Implicit,
}
