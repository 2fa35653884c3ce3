using Gatepost.Smtp;

namespace Gatepost.Delivery.Queue;

/// <summary>A message as the queue holds it. The body is read apart, by <see cref="IQueue.OpenBody"/>.</summary>
public sealed record QueuedMessage
{
    public required string QueueId { get; init; }

    /// <summary>Null is the null sender: no bounce is ever written for it.</summary>
    public required Mailbox? Sender { get; init; }

    public required DateTimeOffset Arrived { get; init; }

    /// <summary>Octets, head included.</summary>
    public required long Size { get; init; }

    public BodyType Body { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    public string? EnvelopeId { get; init; }

    /// <summary>What the sender asks of TLS on the way.</summary>
    public TlsRequest Tls { get; init; }

    /// <summary>The session it arrived in; null for mail of our own.</summary>
    public string? Session { get; init; }

    /// <summary>The login that submitted it; null if none.</summary>
    public string? User { get; init; }

    /// <summary>The client's address; null for mail of our own.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The recipients this lease is for: all with one destination, all due.</summary>
    public required IReadOnlyList<QueuedRecipient> Recipients { get; init; }

    /// <summary>Head and body together where they are still in memory after arrival; null otherwise. Saves the hot path a read.</summary>
    public ReadOnlyMemory<byte>? InMemory { get; init; }
}
