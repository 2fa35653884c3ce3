using System.Threading.Channels;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;

namespace Gatepost.Tests.Delivery;

/// <summary>The queue's contract in memory, so that delivery can be tested without a store.</summary>
internal sealed class MemoryQueue(TimeProvider time) : IQueue
{
    private sealed class Row(QueuedMessage message, byte[] octets)
    {
        public QueuedMessage Message { get; } = message;

        public byte[] Octets { get; } = octets;

        public Dictionary<int, QueuedRecipient> Recipients { get; } = message.Recipients.ToDictionary(recipient => recipient.Index);

        public HashSet<int> Leased { get; } = [];
    }

    private readonly Lock door = new();
    private readonly Dictionary<string, Row> rows = [];
    private readonly Channel<QueuedMessage> arrivals = Channel.CreateBounded<QueuedMessage>(10_000);
    private TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int ids;

    public List<DeliveryOutcome> Settlements { get; } = [];

    public List<Notice> Notices { get; } = [];

    public int Settles { get; private set; }

    public Exception? SettleFails { get; set; }

    public Exception? BodyFails { get; set; }

    public ChannelReader<QueuedMessage> Arrivals => arrivals.Reader;

    public int Count
    {
        get
        {
            lock (door)
                return rows.Values.Sum(row => row.Recipients.Count);
        }
    }

    public QueuedRecipient? Find(string queueId, int index)
    {
        lock (door)
            return rows.GetValueOrDefault(queueId)?.Recipients.GetValueOrDefault(index);
    }

    public string NextId() => $"Q{Interlocked.Increment(ref ids)}";

    /// <summary>Puts a message in; hot ones arrive at once with their octets, others are found when due.</summary>
    public void Add(QueuedMessage message, byte[] octets, bool hot = true)
    {
        lock (door)
        {
            var row = new Row(message with { InMemory = null }, octets);
            rows[message.QueueId] = row;
            foreach (var group in message.Recipients.GroupBy(recipient => recipient.Destination))
            {
                var arrived = message with { Recipients = [.. group], InMemory = octets };
                if (hot && arrivals.Writer.TryWrite(arrived))
                    row.Leased.UnionWith(group.Select(recipient => recipient.Index));
            }
        }

        Wake();
    }

    public void Wake() =>
        Interlocked.Exchange(ref wake, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    public Task WokenAsync(CancellationToken cancel) => wake.Task.WaitAsync(cancel);

    public ValueTask<(IReadOnlyList<DueDestination> Due, DateTimeOffset? Next)> DueAsync(
        DateTimeOffset now, int max, CancellationToken cancel)
    {
        lock (door)
        {
            var free =
                rows.Values.SelectMany(row => row.Recipients.Values.Where(
                    recipient => !row.Leased.Contains(recipient.Index) && recipient.State == RecipientState.Queued)).ToList();
            var due = free.Where(recipient => recipient.NextAttempt <= now)
                .GroupBy(recipient => recipient.Destination)
                .Select(group => new DueDestination(group.Key, group.Min(recipient => recipient.NextAttempt)))
                .OrderBy(destination => destination.Earliest).Take(max).ToList();
            DateTimeOffset? next = free.Where(recipient => recipient.NextAttempt > now)
                .Select(recipient => (DateTimeOffset?)recipient.NextAttempt).Min();
            return new((due, next));
        }
    }

    public ValueTask<IReadOnlyList<QueuedMessage>> LeaseAsync(
        Destination destination, DateTimeOffset now, int maxMessages, CancellationToken cancel) =>
        Lease(maxMessages, (_, recipient) =>
            recipient.Destination == destination && recipient.State == RecipientState.Queued && recipient.NextAttempt <= now);

    public ValueTask<IReadOnlyList<QueuedMessage>> LeaseMatchingAsync(QueueFilter filter, int maxMessages, CancellationToken cancel) =>
        Lease(maxMessages, (message, recipient) => (filter.QueueId is null || filter.QueueId == message.QueueId)
            && (filter.Recipient is null || filter.Recipient == recipient.Address.ToString()));

    public Stream OpenBody(string queueId)
    {
        if (BodyFails is { } failure)
            throw failure;
        lock (door)
            return new MemoryStream(rows[queueId].Octets, writable: false);
    }

    public ValueTask<IReadOnlyList<string>> SettleAsync(
        IReadOnlyList<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices, CancellationToken cancel)
    {
        lock (door)
        {
            Settles++;
            foreach (var settlement in settlements)
                rows.GetValueOrDefault(settlement.QueueId)?.Leased.Remove(settlement.Index);
            if (SettleFails is { } failure)
                throw failure;
            foreach (var settlement in settlements)
            {
                Settlements.Add(settlement);
                Apply(settlement);
            }

            Notices.AddRange(notices);
        }

        return new([.. notices.Select(_ => NextId())]);
    }

    public async IAsyncEnumerable<QueuedMessage> ListAsync(
        QueueFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var row in rows.Values.ToList())
            yield return row.Message with { Recipients = [.. row.Recipients.Values] };
    }

    public ValueTask<int> HoldAsync(QueueFilter filter, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<int> ReleaseAsync(QueueFilter filter, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<int> RetryAsync(QueueFilter filter, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Whatever the filter says.</summary>
    public ValueTask<int> DropAsync(QueueFilter filter, CancellationToken cancel)
    {
        lock (door)
        {
            int dropped = 0;
            foreach (var row in rows.Values)
            {
                foreach (int index in row.Recipients.Keys.Where(index => !row.Leased.Contains(index)).ToList())
                    dropped += row.Recipients.Remove(index) ? 1 : 0;
            }

            return new(dropped);
        }
    }

    private ValueTask<IReadOnlyList<QueuedMessage>> Lease(int max, Func<QueuedMessage, QueuedRecipient, bool> wanted)
    {
        lock (door)
        {
            var leased = new List<QueuedMessage>();
            foreach (var row in rows.Values)
            {
                var here = row.Recipients.Values.Where(recipient => !row.Leased.Contains(recipient.Index) && wanted(row.Message, recipient))
                    .ToList();
                if (here.Count == 0 || leased.Count >= max)
                    continue;
                row.Leased.UnionWith(here.Select(recipient => recipient.Index));
                leased.Add(row.Message with { Recipients = here });
            }

            return new(leased);
        }
    }

    private void Apply(DeliveryOutcome settlement)
    {
        if (!rows.TryGetValue(settlement.QueueId, out var row) || !row.Recipients.TryGetValue(settlement.Index, out var recipient))
            return;
        if (settlement.Outcome is Outcome.Delivered or Outcome.Failed)
            row.Recipients.Remove(settlement.Index);
        else if (settlement.Outcome == Outcome.Deferred)
            row.Recipients[settlement.Index] =
                recipient with
                {
                    Attempts = recipient.Attempts + 1,
                    NextAttempt = settlement.NextAttempt,
                    LastAttempt = time.GetUtcNow(),
                    DelayNotified = settlement.DelayNotified,
                    Last = settlement.Last
                };
        if (row.Recipients.Count == 0)
            rows.Remove(settlement.QueueId);
    }
}
