namespace Gatepost.Dns;

/// <summary>
/// Answers until their TTL has passed, bounded in number. Two generations: when the young one is full it becomes the old one and the
/// old one goes.
/// </summary>
/// <remarks>Thread-safe; the lock is held for a dictionary access only.</remarks>
internal sealed class AnswerCache(int capacity, TimeProvider time)
{
    private readonly Lock sync = new();
    private readonly int generation = Math.Max(1, capacity / 2);
    private Dictionary<(string Name, string Type), (object Answer, DateTimeOffset Until)> young = [];
    private Dictionary<(string Name, string Type), (object Answer, DateTimeOffset Until)> old = [];

    public DnsAnswer<T>? Find<T>(string name, string type)
    {
        lock (sync)
        {
            if (!young.TryGetValue((name, type), out var found) && !old.TryGetValue((name, type), out found))
                return null;
            return found.Until > time.GetUtcNow() ? (DnsAnswer<T>)found.Answer : null;
        }
    }

    public void Keep<T>(string name, string type, DnsAnswer<T> answer, TimeSpan ttl)
    {
        if (capacity <= 0 || ttl <= TimeSpan.Zero)
            return;

        lock (sync)
        {
            if (young.Count >= generation)
            {
                old = young;
                young = [];
            }

            young[(name, type)] = (answer, time.GetUtcNow() + ttl);
        }
    }
}
