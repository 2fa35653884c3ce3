namespace Gatepost.Smtp.Client;

/// <summary>The longest waits of RFC 5321 §4.5.3.2, each for one answer.</summary>
public sealed record ClientTimeouts
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>§4.5.3.2.1</summary>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>EHLO, HELO, LHLO, STARTTLS, RSET and the TLS handshake; the standard names none, MAIL's is taken.</summary>
    public TimeSpan Hello { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>§4.5.3.2.2</summary>
    public TimeSpan Mail { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>§4.5.3.2.3</summary>
    public TimeSpan Rcpt { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>§4.5.3.2.4</summary>
    public TimeSpan DataStart { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>§4.5.3.2.5: until one block has left us.</summary>
    public TimeSpan DataBlock { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>§4.5.3.2.6</summary>
    public TimeSpan DataEnd { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>One transaction from MAIL to the last answer, beyond what its octets take at <see cref="LeastRate"/>.</summary>
    /// <remarks>Longer than the waits above for a single recipient; the standard names none.</remarks>
    public TimeSpan Transaction { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Octets a second that a peer must take at least.</summary>
    public int LeastRate { get; init; } = 4096;

    /// <summary>Connecting, greeting and encrypting in one attempt, all hosts together.</summary>
    public TimeSpan Reach { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For the answer to QUIT; nothing depends on it.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(5);
}
