using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>Signs mail of this server's users, and the server's own, before it is stored.</summary>
public interface IMessageSigner
{
    /// <summary>The fields that sign a message.</summary>
    /// <param name="message">From its first octet, as it will be sent; trace fields that go above it are not in it.</param>
    /// <param name="cancel">Gives up.</param>
    ValueTask<MessageSignature> SignAsync(Stream message, CancellationToken cancel);
}

/// <summary>What signing gave.</summary>
/// <param name="Fields">Complete lines with CRLF; empty when nothing signs for the author's domain, or with a fault.</param>
/// <param name="Fault">Why the message could not be signed; null when it was, or when nothing signs for that domain.</param>
public readonly record struct MessageSignature(ReadOnlyMemory<byte> Fields, Finding? Fault)
{
    /// <summary>Whether the fault is the message's own, so that no retry helps; otherwise it is a key's, or this server's.</summary>
    public bool IsOfMessage { get; init; }
}
