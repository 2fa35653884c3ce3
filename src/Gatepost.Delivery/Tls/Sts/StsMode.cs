namespace Gatepost.Delivery.Tls.Sts;

/// <summary>What a domain asks for by MTA-STS (RFC 8461 §3.2).</summary>
public enum StsMode
{
    /// <summary>Nothing: an earlier policy ends.</summary>
    None,

    /// <summary>Failures are reported, and mail is sent anyway.</summary>
    Testing,

    /// <summary>Nothing is sent to a server that does not fulfil the policy.</summary>
    Enforce,
}
