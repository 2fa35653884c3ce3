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
        var groups = new Dictionary<string, QueueGroup>();
        var latest = new Dictionary<string, DateTimeOffset>();
        await foreach (var item in items.WithCancellation(cancel))
        {
            foreach (var recipient in item.Recipients)
            {
                var last = recipient.Last is { } word ? meanings.WithMeaning(word) : null;
                string key = by == "destination" ? recipient.Destination : last?.Reason ?? last?.Entry ?? "";
                var group = groups.GetValueOrDefault(key) ?? new QueueGroup(key, 0, 0, item.Arrived, null, null);
                group = group with
                {
                    Recipients = group.Recipients + 1,
                    Held = group.Held + (recipient.State == RecipientState.Held ? 1 : 0),
                    Oldest = item.Arrived < group.Oldest ? item.Arrived : group.Oldest,
                };
                if (last is not null && (!latest.TryGetValue(key, out var before) || recipient.LastAttempt >= before))
                {
                    latest[key] = recipient.LastAttempt ?? default;
                    group = group with { Example = last.Host is null ? last.Words : $"{last.Host}: {last.Words}", Meaning = last.Meaning };
                }

                groups[key] = group;
            }
        }

        return [.. groups.Values.OrderByDescending(group => group.Recipients)];
    }
}
