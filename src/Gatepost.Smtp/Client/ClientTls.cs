namespace Gatepost.Smtp.Client;

/// <summary>What we do about encryption.</summary>
public enum ClientTls
{
    /// <summary>Never STARTTLS.</summary>
    Never,

    /// <summary>STARTTLS where it is offered, any certificate; in clear where it fails (RFC 7435).</summary>
    Opportunistic,

    /// <summary>Nothing is sent without TLS; any certificate, unless a <see cref="TlsDemand"/> has it checked.</summary>
    Encrypted,

    /// <summary>Nothing is sent without TLS and a certificate that is valid for the host's name.</summary>
    Verified,
}
