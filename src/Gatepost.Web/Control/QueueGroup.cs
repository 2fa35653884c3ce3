using Gatepost.Delivery.Queue;

namespace Gatepost.Web.Control;

/// <summary>Part of the queue by destination or by reason: where mail piles up, and why.</summary>
/// <param name="Group">The destination or the reason; empty if no attempt was made yet.</param>
/// <param name="Recipients">How many recipients wait in it.</param>
/// <param name="Held">How many of them are held.</param>
/// <param name="Oldest">When the oldest of their messages arrived.</param>
/// <param name="Example">The latest last reply of one of them; null if none was tried.</param>
/// <param name="Meaning">What it means, in the reader's language.</param>
public sealed record QueueGroup(string Group, int Recipients, int Held, DateTimeOffset Oldest, string? Example, string? Meaning)
{
    /// <summary>One pass over the queue; memory grows with the number of groups only.</summary>
    public static async Task<List<QueueGroup>> GatherAsync(
        IAsyncEnumerable<QueueItem> items, string by, ReplyExplainer meanings, CancellationToken cancel)
    {
        bool isByReason = by != "destination";
        var groups = new Dictionary<string, Gathered>();
        await foreach (var item in items.WithCancellation(cancel))
        {
            foreach (var recipient in item.Recipients)
            {
                // By destination only the example of each group is explained: the catalogue is not asked about every recipient.
                var last = isByReason && recipient.Last is { } reply ? meanings.WithMeaning(reply) : recipient.Last;
                string key = isByReason ? last?.Reason ?? last?.Entry ?? "" : recipient.Destination;
                if (!groups.TryGetValue(key, out var group))
                    groups[key] = group = new Gathered { Oldest = item.Arrived };
                group.Add(item, recipient, last);
            }
        }

        return [.. groups.Select(group => group.Value.Shown(group.Key, meanings)).OrderByDescending(group => group.Recipients)];
    }

    /// <summary>A group while the queue is read.</summary>
    private sealed class Gathered
    {
        private int recipients, held;
        private QueueItemReply? example;
        private DateTimeOffset latest;

        public required DateTimeOffset Oldest { get; set; }

        public void Add(QueueItem item, QueueItemRecipient recipient, QueueItemReply? last)
        {
            recipients++;
            if (recipient.State == RecipientState.Held)
                held++;
            if (item.Arrived < Oldest)
                Oldest = item.Arrived;
            if (last is not null && (example is null || recipient.LastAttempt >= latest))
                (example, latest) = (last, recipient.LastAttempt ?? default);
        }

        public QueueGroup Shown(string name, ReplyExplainer meanings) => new(
            name, recipients, held, Oldest,
            example?.Host is { } host ? $"{host}: {example.Words}" : example?.Words,
            example is null ? null : meanings.WithMeaning(example).Meaning);
    }
}
