using System.Collections.Concurrent;

namespace Gatepost.Policy.Reputation;

/// <summary>Who was seen when: remembers first encounters (RFC 6647).</summary>
public interface IGreylist
{
    /// <summary>Notes an encounter and says when the same three were first met; <paramref name="now"/> for the first time.</summary>
    /// <param name="client">The client's network.</param>
    ValueTask<DateTimeOffset> MeetAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel);
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
