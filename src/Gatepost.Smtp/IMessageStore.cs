namespace Gatepost.Smtp;

/// <summary>How keeping a message ended.</summary>
public enum StoreOutcome
{
    /// <summary>Durable: a kill -9 or a power cut loses it no more. Only now may 250 be said.</summary>
    Kept,

    /// <summary>No room: 452 4.3.1.</summary>
    Full,

    /// <summary>The store is broken or stopping: 451 4.3.0.</summary>
    Broken,
}

/// <param name="Outcome">Whether it is ours now.</param>
/// <param name="QueueId">Set where kept: the id in the reply, the Received field and the queue.</param>
/// <param name="Cause">For the journal, where not kept.</param>
public readonly record struct StoreResult(StoreOutcome Outcome, string? QueueId, string? Cause = null);

/// <summary>"Store this; report when it is safe."</summary>
public interface IMessageStore
{
    /// <summary>Whether a message of that size could be taken now; asked at MAIL, cheap (no system call a message).</summary>
    /// <param name="size">Octets as declared by SIZE; 0 where unknown.</param>
    StoreOutcome Room(long size);

    /// <summary>Begins a message. Never waits for the disk.</summary>
    IMessageDraft Begin();
}

/// <summary>
/// A message while it arrives. Small ones stay in pooled memory, large ones stream into a file; disposed uncommitted it leaves nothing
/// behind.
/// </summary>
/// <remarks>One owner at a time. Octets are kept exactly as written.</remarks>
public interface IMessageDraft : IAsyncDisposable
{
    /// <summary>The queue id it will have; known from the start because the Received field names it.</summary>
    string QueueId { get; }

    /// <summary>Octets written so far, without the head.</summary>
    long Length { get; }

    /// <summary>
    /// Adds octets of the message, dots already unstuffed. Completes immediately unless memory has to be spilled to a file.
    /// </summary>
    /// <returns>
    /// False once the store can take no more; the caller reads on to the end of data and then reports what <see cref="CommitAsync"/>
    /// says.
    /// </returns>
    ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel);

    /// <summary>Says that the last octet is written, before anything reads the message.</summary>
    /// <returns><see cref="StoreOutcome.Kept"/> where the draft holds all of it, which is no promise of durability yet.</returns>
    ValueTask<StoreResult> EndAsync(CancellationToken cancel) => ValueTask.FromResult(new StoreResult(StoreOutcome.Kept, null));

    /// <summary>The octets written so far, without the head, from the start.</summary>
    Stream OpenRead();

    /// <summary>Makes it durable in one commit shared with other sessions.</summary>
    /// <param name="head">Trace fields that go before the message (Return-Path excluded): complete header lines with CRLF.</param>
    /// <param name="envelope">With routes on every recipient; those without routes are dropped silently, so there must be none.</param>
    /// <param name="session">For arrival facts: client, HELO, user, TLS; null for mail of our own (bounces).</param>
    ValueTask<StoreResult> CommitAsync(ReadOnlyMemory<byte> head, Envelope envelope, Session? session, CancellationToken cancel);
}
