using System.Net;
using System.Net.Sockets;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;

namespace Gatepost.Policy.DryRuns;

/// <summary>An imagined session: would this be accepted?</summary>
public sealed record DryRunQuestion
{
    /// <summary>The server's options: name, limits, style of replies.</summary>
    public required SmtpServerOptions Server { get; init; }

    /// <summary>The listener it would come in on; null for one of <see cref="Role"/> with the server's own limits.</summary>
    public ListenerOptions? Listener { get; init; }

    public ListenerRole Role { get; init; } = ListenerRole.Mx;

    public required IPAddress Client { get; init; }

    /// <summary>Our address it would come in on.</summary>
    public IPAddress Local { get; init; } = IPAddress.Loopback;

    /// <summary>The name it would introduce itself by; null for its address literal.</summary>
    public string? Helo { get; init; }

    /// <summary>False for HELO.</summary>
    public bool IsEsmtp { get; init; } = true;

    /// <summary>As it would be in MAIL FROM; empty is the null sender.</summary>
    public string Sender { get; init; } = "";

    /// <summary>As they would be in RCPT TO.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>The login, as if its password had been right; null for none.</summary>
    public string? User { get; init; }

    public bool Tls { get; init; }

    /// <summary>The message as it would cross the wire, dots unstuffed; null to stop before it.</summary>
    public ReadOnlyMemory<byte>? Message { get; init; }

    /// <summary>The client's command lines where they are not to be made from the rest; all of them are executed, refused or not.</summary>
    public IReadOnlyList<string>? Commands { get; init; }

    /// <summary>Judges AUTH in <see cref="Commands"/>; null offers none.</summary>
    public IAuthenticator? Authenticator { get; init; }

    /// <summary>Whether the store has room for so many octets.</summary>
    public Func<long, StoreOutcome> Room { get; init; } = static _ => StoreOutcome.Kept;

    /// <summary>What EHLO is given: the name, or the address literal of a client without one (RFC 5321 §4.1.3).</summary>
    internal string HeloName => Helo ?? (Client.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{Client}]" : $"[{Client}]");

    /// <summary>MAIL with the parameters a client would add.</summary>
    internal string MailLine
    {
        get
        {
            bool utf8 = !IsAscii(Sender) || Recipients.Any(recipient => !IsAscii(recipient));
            string size = Message is { } message && IsEsmtp ? $" SIZE={message.Length}" : "";
            return $"MAIL FROM:<{Sender}>{size}{(utf8 && IsEsmtp ? " SMTPUTF8" : "")}";
        }
    }

    private static bool IsAscii(string text) => text.All(char.IsAscii);
}

/// <summary>What the server says at one step of it.</summary>
/// <param name="Stage">The stage; null for commands that belong to none.</param>
/// <param name="Asked">The command, for people.</param>
/// <param name="Verdict">The verdict with its evidence.</param>
public sealed record DryRunStep(Stage? Stage, Finding Asked, Verdict Verdict);
