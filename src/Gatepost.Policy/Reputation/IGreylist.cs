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
internal sealed class UntouchedGreylist(IGreylist real) : IGreylist
{
    public async ValueTask<DateTimeOffset> MeetAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel) =>
        await real.FindAsync(client, sender, recipient, cancel) ?? now;

    public ValueTask<DateTimeOffset?> FindAsync(string client, string sender, string recipient, CancellationToken cancel) => real.FindAsync(client, sender, recipient, cancel);
}

/// <summary>A greylist in this process's memory; a restart makes everybody a stranger again, which costs them one delay.</summary>
public sealed class MemoryGreylist : IGreylist
{
    private const int Most = 500_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(36);

    private readonly ConcurrentDictionary<(string, string, string), DateTimeOffset> met = new();

    public ValueTask<DateTimeOffset> MeetAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel)
    {
        if (met.Count >= Most)
            Forget(now);
        return ValueTask.FromResult(met.GetOrAdd((client, sender.ToLowerInvariant(), recipient.ToLowerInvariant()), now));
    }

    public ValueTask<DateTimeOffset?> FindAsync(string client, string sender, string recipient, CancellationToken cancel) =>
        ValueTask.FromResult<DateTimeOffset?>(met.TryGetValue((client, sender.ToLowerInvariant(), recipient.ToLowerInvariant()), out var first) ? first : null);

    /// <summary>Lets the long past go; where that is not enough, everything: delays are cheaper than memory without end.</summary>
    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, first) in met)
        {
            if (now - first > Remembered)
                met.TryRemove(key, out _);
        }

        if (met.Count >= Most)
            met.Clear();
    }
}
