using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>What TLS with one host must fulfil, and which policy says so.</summary>
/// <param name="Tls">Whether mail may go in clear.</param>
/// <param name="By">The policy, for replies: <c>DANE</c>, <c>MTA-STS of example.org</c>.</param>
/// <param name="Why">The same for people, with what it was chosen by.</param>
public sealed record TlsDemand(ClientTls Tls, string By, Finding Why)
{
    /// <summary>The name to ask for in the handshake (SNI); null for the host's.</summary>
    public string? ServerName { get; init; }

    /// <summary>Checks the certificate instead of the usual rules; null for those.</summary>
    public ICertificateJudge? Judge { get; init; }

    /// <summary>
    /// Whether a session that fulfils it is with the right server, by DNSSEC or a policy of the domain, as REQUIRETLS wants it
    /// (RFC 8689 §4.2.1).
    /// </summary>
    public bool IsAuthenticated { get; init; }

    /// <summary>
    /// Whether the message asks for it, past the policies of the domain (REQUIRETLS, <c>TLS-Required: No</c>): no session for ordinary
    /// mail.
    /// </summary>
    public bool IsOfMessage { get; init; }
}

/// <summary>Says whether a server's certificate fulfils a policy.</summary>
public interface ICertificateJudge
{
    /// <param name="target">Who shows it.</param>
    /// <param name="certificate">The server's own; null if it showed none.</param>
    /// <param name="chain">As it was built from what the server sent.</param>
    /// <param name="errors">What the usual rules find wrong with it.</param>
    CertificateVerdict Judge(PeerTarget target, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors);
}

/// <summary>What became of a certificate.</summary>
/// <param name="Finding">For the journal.</param>
/// <param name="Refusal">Why nothing may be sent; null if it may.</param>
public sealed record CertificateVerdict(Finding Finding, Reply? Refusal);
