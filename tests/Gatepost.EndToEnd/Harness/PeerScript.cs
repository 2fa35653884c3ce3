namespace Gatepost.EndToEnd.Harness;

/// <summary>The instants at which a scripted peer can break the connection.</summary>
public enum PeerDeath
{
    Never,
    OnConnect,
    AfterGreeting,
    AfterEhlo,
    AfterMail,
    AfterRcpt,

    /// <summary>DATA was heard, 354 is not said.</summary>
    BeforeGoAhead,

    /// <summary>354 was said and some of the message has come.</summary>
    InsideData,

    /// <summary>The whole message was received, the reply is not given: nobody can know whether it was kept.</summary>
    BeforeFinalReply,

    /// <summary>250 was said, then the connection breaks before QUIT.</summary>
    AfterFinalReply,
}

/// <summary>How a scripted peer behaves; every part has a good default.</summary>
public sealed record PeerScript
{
    public string Greeting { get; init; } = "220 peer.test ESMTP";

    /// <summary>Reply lines to EHLO; null refuses EHLO with 502, so that only HELO is left.</summary>
    public IReadOnlyList<string>? Ehlo { get; init; } = [
        "peer.test", "PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8"];

    /// <summary>Replies by command line; null if the default (250) is right.</summary>
    public Func<string, string?> Answer { get; init; } = _ => null;

    /// <summary>Reply to the end of data, by number of the message on this peer, from 0.</summary>
    public Func<int, string> FinalReply { get; init; } = _ => "250 2.0.0 Ok";

    /// <summary>Where connection <c>n</c> (from 0) breaks.</summary>
    public Func<int, PeerDeath> Dies { get; init; } = _ => PeerDeath.Never;

    /// <summary>Offers STARTTLS with this certificate.</summary>
    public Certificates? Tls { get; init; }

    /// <summary>Octets sent in clear right behind "220 Ready" of STARTTLS, before the handshake: an injection.</summary>
    public string InjectedBehindStartTls { get; init; } = "";

    /// <summary>Breaks off with RST instead of FIN.</summary>
    public bool Rudely { get; init; }

    /// <summary>Speaks LMTP: LHLO, and one final reply a recipient.</summary>
    public bool Lmtp { get; init; }
}

/// <summary>One message a scripted peer took.</summary>
/// <param name="From">The argument of MAIL, with its parameters.</param>
/// <param name="Recipients">The arguments of accepted RCPTs, with their parameters.</param>
/// <param name="Octets">Dots unstuffed.</param>
/// <param name="OverTls">Whether the connection was protected.</param>
public sealed record PeerMessage(string From, IReadOnlyList<string> Recipients, byte[] Octets, bool OverTls);
