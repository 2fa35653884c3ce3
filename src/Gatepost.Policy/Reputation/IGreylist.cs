using System.Collections.Concurrent;

namespace Gatepost.Policy.Reputation;

/// <summary>Who was seen when: remembers first encounters (RFC 6647).</summary>
public interface IGreylist
{
    /// <summary>Notes an encounter and says when the same three were first met; <paramref name="now"/> for the first time.</summary>
    /// <param name="client">The client's network.</param>
    ValueTask<DateTimeOffset> MeetAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel);

    /// <summary>When the three were first met; null where they never were. Notes nothing.</summary>
    ValueTask<DateTimeOffset?> FindAsync(string client, string sender, string recipient, CancellationToken cancel);
}

/// <summary>A greylist that is only read: for trials.</summary>
internal sealed class ReadOnlyGreylist(IGreylist real) : IGreylist
{
    public async ValueTask<DateTimeOffset> MeetAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel) =>
        await real.FindAsync(client, sender, recipient, cancel) ?? now;

    public ValueTask<DateTimeOffset?> FindAsync(string client, string sender, string recipient, CancellationToken cancel) => real.FindAsync(client, sender, recipient, cancel);
}

/// <summary>A greylist in this process's memory, kept across restarts by a log: who has waited once need not wait again.</summary>
public sealed class Greylist : IGreylist
{
    private const string Kind = "met";

    private const int Most = 500_000;

    private static readonly TimeSpan RememberedFor = TimeSpan.FromDays(36);

    private readonly ConcurrentDictionary<string, DateTimeOffset> met = new(StringComparer.Ordinal);
    private readonly IStateLog? log;

    /// <param name="log">Null forgets at restart.</param>
    /// <param name="now">For what the log remembers.</param>
    public Greylist(IStateLog? log = null, DateTimeOffset now = default)
    {
        this.log = log;
        foreach (var kept in log?.Load(Kind, now) ?? [])
        {
            if (met.Count < Most)
                met[kept.Key] = kept.At;
        }
    }

    public async ValueTask<DateTimeOffset> MeetAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel)
    {
        if (met.Count >= Most)
            Forget(now);
        string key = KeyOf(client, sender, recipient);
        if (met.TryGetValue(key, out var before))
            return before;
        var first = met.GetOrAdd(key, now);
        if (first == now && log is not null)
            await log.KeepAsync(new StateRecord(Kind, key, now, now + RememberedFor, ""));
        return first;
    }

    public ValueTask<DateTimeOffset?> FindAsync(string client, string sender, string recipient, CancellationToken cancel) =>
        ValueTask.FromResult<DateTimeOffset?>(met.TryGetValue(KeyOf(client, sender, recipient), out var first) ? first : null);

    /// <summary>No address holds a control character, so none can be mistaken for three.</summary>
    private static string KeyOf(string client, string sender, string recipient) => $"{client}\n{sender.ToLowerInvariant()}\n{recipient.ToLowerInvariant()}";

    /// <summary>Lets the long past go; where that is not enough, everything: delays are cheaper than memory without end.</summary>
    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, first) in met)
        {
            if (now - first > RememberedFor)
                met.TryRemove(key, out _);
        }

        if (met.Count >= Most)
            met.Clear();
    }
}
