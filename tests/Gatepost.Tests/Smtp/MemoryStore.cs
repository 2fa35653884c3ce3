using System.Text;
using Gatepost.Smtp;

namespace Gatepost.Tests.Smtp;

/// <summary>Keeps messages in memory, or refuses to.</summary>
public sealed class MemoryStore : IMessageStore
{
    private int number;

    public List<KeptMessage> Messages { get; } = [];

    /// <summary>What <see cref="Room"/> answers.</summary>
    public StoreOutcome AtMail { get; set; } = StoreOutcome.Kept;

    /// <summary>What a commit ends with.</summary>
    public StoreOutcome AtCommit { get; set; } = StoreOutcome.Kept;

    /// <summary>Thrown by a commit.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Thrown by a write.</summary>
    public Exception? WriteFailure { get; set; }

    /// <summary>Thrown instead of a draft.</summary>
    public Exception? BeginFailure { get; set; }

    /// <summary>Octets after which a draft takes no more.</summary>
    public long DraftRoom { get; set; } = long.MaxValue;

    /// <summary>Drafts begun and not disposed of.</summary>
    public int OpenDrafts { get; private set; }

    public StoreOutcome Room(long size) => AtMail;

    public IMessageDraft Begin()
    {
        if (BeginFailure is { } failure)
            throw failure;
        OpenDrafts++;
        return new Draft(this, $"Q{++number}");
    }

    private static StoreResult NoRoom { get; } = new(StoreOutcome.Full, null, "the draft had no room");

    private sealed class Draft(MemoryStore store, string queueId) : IMessageDraft
    {
        private readonly MemoryStream body = new();
        private bool disposed;
        private bool isCut;

        public string QueueId => queueId;

        public long Length => body.Length;

        public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
        {
            if (store.WriteFailure is { } failure)
                throw failure;
            isCut |= body.Length + octets.Length > store.DraftRoom;
            if (isCut)
                return new(false);
            body.Write(octets.Span);
            return new(true);
        }

        public ValueTask<StoreResult> EndAsync(CancellationToken cancel) =>
            new(isCut ? NoRoom : new StoreResult(StoreOutcome.Kept, null));

        public Stream OpenRead() => new MemoryStream(body.ToArray(), writable: false);

        public ValueTask<StoreResult> CommitAsync(ReadOnlyMemory<byte> head, Envelope envelope, Session? session, CancellationToken cancel)
        {
            if (store.Failure is { } failure)
                throw failure;
            if (isCut)
                return new(NoRoom);
            if (store.AtCommit == StoreOutcome.Kept)
                store.Messages.Add(new KeptMessage(queueId, Encoding.UTF8.GetString(head.Span), body.ToArray(), envelope));
            return new(new StoreResult(store.AtCommit, store.AtCommit == StoreOutcome.Kept ? queueId : null, "as the test wants it"));
        }

        public ValueTask DisposeAsync()
        {
            if (!disposed)
                store.OpenDrafts--;
            disposed = true;
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A message the store took.</summary>
public sealed record KeptMessage(string QueueId, string Head, byte[] Octets, Envelope Envelope)
{
    public string Text => Encoding.Latin1.GetString(Octets);
}
