using System.Net;

namespace Gatepost.MailAuth.Spf;

/// <summary>What SPF judges: may this client send for this domain?</summary>
public sealed record SpfQuestion
{
    /// <summary>The name of a receiver that does not say its own (RFC 7208 §7.3).</summary>
    public const string UnknownReceiver = SpfMacroValues.Unknown;

    /// <summary>The client; an IPv4-mapped address counts as IPv4 (RFC 7208 §5).</summary>
    public required IPAddress Client { get; init; }

    /// <summary>The name the client greeted with.</summary>
    public required string Helo { get; init; }

    /// <summary>The sender of the envelope; empty for the null sender, for whom the HELO name is checked (RFC 7208 §2.4).</summary>
    public string Sender { get; init; } = "";

    /// <summary>The host that checks, for the macro <c>%{r}</c>.</summary>
    public string Receiver { get; init; } = UnknownReceiver;
}
