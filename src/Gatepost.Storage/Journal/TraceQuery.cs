using Gatepost.Smtp;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Journal;

/// <summary>
/// Gathers everything that belongs to a key: the transactions it appears in, the messages they made, their attempts and bounces.
/// </summary>
internal sealed class TraceQuery(IJournalSource source, int max)
{
    /// <summary>Session, its message, the message's attempts, its bounce, the bounce's attempts: further is another story.</summary>
    private const int MaxRounds = 5;

    /// <summary>Keys of facts whose value is the queue id of another message, as a bounce's is.</summary>
    private static readonly string[] Links = ["notice", "queue-id"];

    private readonly SortedDictionary<long, JournalEvent> told = [];
    private readonly HashSet<long> direct = [];
    private readonly HashSet<string> messages = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> wholeSessions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<JournalEvent>> sessions = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> read = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The story in order of time.</summary>
    public List<JournalEvent> Of(string key)
    {
        foreach (string form in JournalKeys.FormsOf(key))
        {
            foreach (var record in source.Find(form, max))
            {
                direct.Add(record.Position);
                Tell(record);
                bool byPeer = record.Peer is { } peer && JournalKeys.Of(peer).Equals(form, StringComparison.OrdinalIgnoreCase)
                    && !record.Outbound;
                if (record.Session is { } session && (byPeer || session.Equals(form, StringComparison.OrdinalIgnoreCase)))
                    wholeSessions.Add(session);
            }
        }

        for (int round = 0; round < MaxRounds && Widen(); round++)
        {
        }

        return [.. told.Values];
    }

    /// <summary>One step further out.</summary>
    /// <returns>Whether anything new was found.</returns>
    private bool Widen()
    {
        int before = told.Count;
        foreach (string session in told.Values.Select(record => record.Session).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList())
        {
            if (told.Count >= max)
                return false;
            TellSession(session);
        }

        foreach (string message in messages.ToList())
        {
            if (told.Count >= max)
                return false;
            if (!read.Add(message))
                continue;
            foreach (var record in source.Find(message, max))
            {
                if (message.Equals(record.QueueId, StringComparison.OrdinalIgnoreCase))
                    Tell(record);
            }
        }

        return told.Count > before;
    }

    private void TellSession(string id)
    {
        if (!sessions.TryGetValue(id, out var all))
            sessions[id] = all = [.. source.Find(id, max).Where(record => id.Equals(record.Session, StringComparison.OrdinalIgnoreCase))];

        int[] transactions = Transactions.Of(all);
        var wanted = new HashSet<int> { 0 };
        for (int i = 0; i < all.Count; i++)
        {
            if (wholeSessions.Contains(id) || direct.Contains(all[i].Position)
                || (all[i].QueueId is { } message && messages.Contains(message)))
                wanted.Add(transactions[i]);
        }

        for (int i = 0; i < all.Count; i++)
        {
            if (wanted.Contains(transactions[i]))
                Tell(all[i]);
        }
    }

    private void Tell(JournalEvent record)
    {
        if (!told.TryAdd(record.Position, record))
            return;
        if (record.QueueId is { } message)
            messages.Add(message);
        foreach (var fact in record.Facts)
        {
            if (Links.Contains(fact.Key) && fact.Value is string id && QueueIds.Read(id) is not null)
                messages.Add(id);
        }
    }
}

/// <summary>Finds events by one key.</summary>
internal interface IJournalSource
{
    /// <summary>The newest events with that key, in order of time.</summary>
    List<JournalEvent> Find(string key, int max);
}
