namespace Gatepost.Smtp;

/// <summary>How a destination is reached.</summary>
public enum DestinationKind
{
    /// <summary>By the MX or address records of a domain; the name is the domain in lower case, or an address literal.</summary>
    Mx,

    /// <summary>One host and port by SMTP: <c>host:port</c>, <c>[ipv6]:port</c>.</summary>
    SmtpHost,

    /// <summary>By LMTP: <c>host:port</c> or <c>unix:/path</c>.</summary>
    Lmtp,

    /// <summary>Into a Maildir; the name is its folder.</summary>
    Maildir,
}
