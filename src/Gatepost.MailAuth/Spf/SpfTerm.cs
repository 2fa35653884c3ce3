using System.Net;

namespace Gatepost.MailAuth.Spf;

/// <summary>The mechanisms of RFC 7208 §5.</summary>
internal enum SpfMechanism
{
    All,
    Include,
    A,
    Mx,
    Ptr,
    Ip4,
    Ip6,
    Exists,
}

/// <summary>One directive of a record: qualifier and mechanism.</summary>
/// <param name="Text">As published, for people.</param>
/// <param name="Result">What a match means: pass, fail, softfail or neutral.</param>
/// <param name="Mechanism">What is compared.</param>
internal sealed record SpfTerm(string Text, AuthResult Result, SpfMechanism Mechanism)
{
    /// <summary>Behind the colon; null if the domain itself is meant.</summary>
    public SpfMacroString? Domain { get; init; }

    /// <summary>For ip4 and ip6.</summary>
    public IPAddress? Network { get; init; }

    /// <summary>Leading bits of an IPv4 address that must be equal.</summary>
    public int Prefix4 { get; init; } = 32;

    /// <summary>Leading bits of an IPv6 address that must be equal.</summary>
    public int Prefix6 { get; init; } = 128;
}
