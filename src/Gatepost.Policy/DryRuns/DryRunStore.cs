using Gatepost.Smtp;

namespace Gatepost.Policy.DryRuns;

/// <summary>A store that keeps nothing: it takes a message, shows it to the filters, and forgets it.</summary>
internal sealed class DryRunStore(Func<long, StoreOutcome> room) : IMessageStore
{
    public StoreOutcome Room(long size) => room(size);

    public IMessageDraft Begin() => new Draft();

    private sealed class Draft : IMessageDraft
    {
        private readonly MemoryStream octets = new();

        public string QueueId => "DRYRUN";

        public long Length => octets.Length;

        public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
        {
            this.octets.Write(octets.Span);
            return ValueTask.FromResult(true);
        }

        public Stream OpenRead() => new MemoryStream(octets.GetBuffer(), 0, (int)octets.Length, writable: false);

        public ValueTask<StoreResult> CommitAsync(
            ReadOnlyMemory<byte> head, Envelope envelope, Session? session, CancellationToken cancel) =>
            ValueTask.FromResult(new StoreResult(StoreOutcome.Kept, QueueId));

        public ValueTask DisposeAsync() => octets.DisposeAsync();
    }
}
