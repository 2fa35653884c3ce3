using Gatepost.Policy.Basics;

namespace Gatepost.Policy.Reputation;

/// <summary>Who was seen when: remembers first encounters (RFC 6647).</summary>
public interface IGreylist
{
    /// <summary>Notes an encounter and says when the same three were first met; <paramref name="now"/> for the first time.</summary>
    /// <param name="client">The client's network.</param>
    ValueTask<DateTimeOffset> MeetAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel);

    /// <summary>When the three were first met; null where they never were. Notes nothing.</summary>
    ValueTask<DateTimeOffset?> FindAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel);
}

/// <summary>A greylist that is only read: for trials.</summary>
internal sealed class ReadOnlyGreylist(IGreylist real) : IGreylist
{
    public async ValueTask<DateTimeOffset> MeetAsync(
        string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel) =>
        await real.FindAsync(client, sender, recipient, now, cancel) ?? now;

    public ValueTask<DateTimeOffset?> FindAsync(
        string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel) =>
        real.FindAsync(client, sender, recipient, now, cancel);
}

/// <summary>
/// A greylist in this process's memory, kept across restarts by a log: a client that has waited once need not wait again.
/// </summary>
/// <remarks>
/// Strangers choose what is met for the first time, so first encounters and those that came back are kept apart, each with its own
/// bound: a flood of new senders pushes out the oldest of those that never came back, and nobody who has waited.
/// </remarks>
public sealed class Greylist : IGreylist
{
    private const string Kind = "met";

    /// <summary>The text of a record whose client came back.</summary>
    private const string Proven = "came back";

    private static readonly TimeSpan RememberedFor = TimeSpan.FromDays(36);

    /// <summary>Only what comes back after this has shown that it retries.</summary>
    private static readonly TimeSpan ProvenAfter = TimeSpan.FromMinutes(1);

    private readonly ExpiringMap<string, DateTimeOffset> firstMet;
    private readonly ExpiringMap<string, (DateTimeOffset First, DateTimeOffset Until)> proven;
    private readonly IStateLog? log;

    /// <param name="log">Null forgets at restart.</param>
    /// <param name="now">For what the log remembers.</param>
    /// <param name="most">Encounters kept at most, of each of the two kinds.</param>
    public Greylist(IStateLog? log = null, DateTimeOffset now = default, int most = 250_000)
    {
        this.log = log;
        firstMet = new(most, StringComparer.Ordinal);
        proven = new(most, StringComparer.Ordinal);
        foreach (var kept in log?.Load(Kind, now) ?? [])
        {
            if (kept.Text == Proven)
                proven.Set(kept.Key, (kept.At, kept.Until), now, kept.Until);
            else
                firstMet.Set(kept.Key, kept.At, now, kept.Until);
        }
    }

    public async ValueTask<DateTimeOffset> MeetAsync(
        string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel)
    {
        string key = KeyOf(client, sender, recipient);
        if (proven.TryGet(key, now, out var before))
        {
            // What is in use stays; a day more or less is not worth a line of the log with each message.
            if (before.Until - now < RememberedFor - TimeSpan.FromDays(1))
                await ProveAsync(key, before.First, now);
            return before.First;
        }

        bool added = firstMet.TryAdd(key, now, now, now + RememberedFor, out var first);
        if (added)
        {
            await KeepAsync(key, first, now, "");
        }
        else if (now - first >= ProvenAfter)
        {
            await ProveAsync(key, first, now);
            firstMet.Remove(key);
        }

        return first;
    }

    public ValueTask<DateTimeOffset?> FindAsync(
        string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel)
    {
        string key = KeyOf(client, sender, recipient);
        return ValueTask.FromResult<DateTimeOffset?>(
            proven.TryGet(key, now, out var before) ? before.First : firstMet.TryGet(key, now, out var first) ? first : null);
    }

    private Task ProveAsync(string key, DateTimeOffset first, DateTimeOffset now)
    {
        proven.Set(key, (first, now + RememberedFor), now, now + RememberedFor);
        return KeepAsync(key, first, now, Proven);
    }

    private Task KeepAsync(string key, DateTimeOffset first, DateTimeOffset now, string text) =>
        log?.KeepAsync(new StateRecord(Kind, key, first, now + RememberedFor, text)) ?? Task.CompletedTask;

    /// <summary>No address holds a control character, so none can be mistaken for three.</summary>
    private static string KeyOf(string client, string sender, string recipient) =>
        $"{client}\n{sender.ToLowerInvariant()}\n{recipient.ToLowerInvariant()}";
}
