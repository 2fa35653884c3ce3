using System.Net;
using Gatepost.MailAuth.Spf;

namespace Gatepost.MailAuth.Verification;

/// <summary>Who handed a message over, as far as it is known.</summary>
public sealed record MessageQuestion
{
    /// <summary>Null if it is not known: then neither SPF nor iprev can be checked.</summary>
    public IPAddress? Client { get; init; }

    /// <summary>The name the client greeted with.</summary>
    public string Helo { get; init; } = "";

    /// <summary>The sender of the envelope; empty for the null sender.</summary>
    public string Sender { get; init; } = "";

    /// <summary>The host that checks: the authserv-id, and the macro <c>%{r}</c> of SPF.</summary>
    public string Receiver { get; init; } = SpfQuestion.UnknownReceiver;
}
