namespace Gatepost.Smtp.Client;

/// <summary>One recipient to offer.</summary>
/// <param name="Address">Where to.</param>
/// <param name="Notify">Passed on where the peer speaks DSN.</param>
/// <param name="OriginalRecipient">ORCPT in xtext as it came; passed on likewise.</param>
public sealed record OutgoingRecipient(Mailbox Address, DsnNotify Notify = DsnNotify.Unspecified, string? OriginalRecipient = null);

/// <summary>The octets to send: in memory, or opened from the store as often as needed.</summary>
public sealed class OutgoingBody
{
    private readonly Func<CancellationToken, ValueTask<Stream>>? open;

    private OutgoingBody(ReadOnlyMemory<byte>? inMemory, long size, Func<CancellationToken, ValueTask<Stream>>? open)
    {
        InMemory = inMemory;
        Size = size;
        this.open = open;
    }

    public static OutgoingBody Of(ReadOnlyMemory<byte> octets) => new(octets, octets.Length, null);

    public static OutgoingBody From(long size, Func<CancellationToken, ValueTask<Stream>> open) => new(null, size, open);

    public ReadOnlyMemory<byte>? InMemory { get; }

    /// <summary>Octets, before dots are stuffed.</summary>
    public long Size { get; }

    /// <exception cref="IOException">The store cannot give it.</exception>
    public ValueTask<Stream> OpenAsync(CancellationToken cancel) =>
        InMemory is { } octets ? new(new MemoryBody(octets)) : open!(cancel);

    private sealed class MemoryBody(ReadOnlyMemory<byte> octets) : ReadOnlyStream
    {
        private int at;

        public override long Length => octets.Length;

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, octets.Length - at);
            octets.Span.Slice(at, count).CopyTo(buffer);
            at += count;
            return count;
        }
    }
}

/// <summary>One message with the recipients one peer shall get it for.</summary>
public sealed record OutgoingMail
{
    /// <summary>For the journal.</summary>
    public string? QueueId { get; init; }

    /// <summary>The attempt's id, for the journal.</summary>
    public required string Attempt { get; init; }

    /// <summary>Null is the null sender.</summary>
    public required Mailbox? Sender { get; init; }

    public required IReadOnlyList<OutgoingRecipient> Recipients { get; init; }

    public required OutgoingBody Body { get; init; }

    public BodyType BodyType { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    public string? EnvelopeId { get; init; }
}
