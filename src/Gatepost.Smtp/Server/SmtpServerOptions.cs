using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>How the SMTP server is set up. Immutable; a reload puts another in its place.</summary>
public sealed record SmtpServerOptions
{
    /// <summary>Our name in greetings and Received fields; should be the reverse name of our address.</summary>
    public required string HostName { get; init; }

    public IReadOnlyList<ListenerOptions> Listeners { get; init; } = [];

    public SessionLimits Limits { get; init; } = new();

    /// <summary>Which of an entry's two forms we speak.</summary>
    public ReplyStyle Style { get; init; } = ReplyStyle.Classic;

    /// <summary>Null: TLS is not offered.</summary>
    public ICertificateSource? Certificates { get; init; }

    /// <summary>Where HELP sends people who want a reply explained.</summary>
    public string HelpUrl { get; init; } = "gatepost explain \"CODE TEXT\"";

    /// <summary>Whether HELP is answered as a status, 211, instead of as help, 214 (RFC 5321 §4.2.2 knows both).</summary>
    public bool HelpIsStatus { get; init; }

    /// <summary>
    /// Connections at a time, all listeners together; further ones get 421 4.3.2. One costs 4 to 9 KB. Fewer if the process may not have so
    /// many descriptors (<see cref="Descriptors.Connections"/>).
    /// </summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Connections at a time from one IPv4 address or one IPv6 /64; further ones get 421 4.7.0.</summary>
    public int MaxConnectionsPerClient { get; init; } = 100;

    /// <summary>Everything wrong with these values together; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (HostName.Length is < 1 or > 255 || HostName.AsSpan().ContainsAnyExceptInRange('!', '~'))
            yield return $"hostname is \"{HostName}\": it must be a name of 1 to 255 printable characters, for example \"mx.example.org\"";
        foreach (var listener in Listeners)
        {
            if (listener.ImplicitTls && (listener.Certificates ?? Certificates) is null)
                yield return $"the listener at {listener.EndPoint} wants TLS from the start, but there is no certificate";
            if (listener.RequireTls && (listener.Certificates ?? Certificates) is null)
                yield return $"the listener at {listener.EndPoint} demands TLS, but there is no certificate";
            foreach (string problem in listener.Limits?.Problems() ?? [])
                yield return $"listener at {listener.EndPoint}: {problem}";
        }

        foreach (string problem in Limits.Problems())
            yield return problem;
    }
}
