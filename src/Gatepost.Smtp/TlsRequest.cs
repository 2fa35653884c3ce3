namespace Gatepost.Smtp;

/// <summary>What a sender asks of TLS on the whole way of one message (RFC 8689).</summary>
public enum TlsRequest
{
    /// <summary>Nothing: what the domains on the way and the configuration say.</summary>
    None,

    /// <summary>REQUIRETLS: TLS with a verified server at each step, or the message comes back.</summary>
    Required,

    /// <summary>The header field <c>TLS-Required: No</c>: to arrive matters more than DANE and MTA-STS of the recipient's domain.</summary>
    Optional,
}
