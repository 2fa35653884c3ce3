using Gatepost.Delivery.Queue;

namespace Gatepost.Delivery;

/// <summary>Outcomes that the store refused to keep. Whoever they are about is not tried again meanwhile: the outcome is stored again instead.</summary>
/// <remarks>In memory and bounded; the oldest give way, and then a try is repeated, as after a crash.</remarks>
internal sealed class UnsavedOutcomes(TimeProvider time)
{
    private const int Most = 20_000;
    private const long MostOctets = 32 << 20;

    private readonly Lock door = new();
    private readonly Dictionary<string, List<Kept>> messages = [];
    private readonly Queue<string> order = [];
    private int count;
    private long octets;

    public bool Any
    {
        get
        {
            lock (door)
                return count > 0;
        }
    }

    /// <summary>Keeps the outcome of one attempt with what the sender is to be told.</summary>
    public void Keep(IEnumerable<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices)
    {
        var known = settlements.Where(settlement => settlement.Outcome != Outcome.Untried).ToList();
        if (known.Count == 0)
            return;
        lock (door)
        {
            Put(known, notices);
            while ((count > Most || octets > MostOctets) && order.TryDequeue(out string? oldest))
                Drop(oldest);
        }
    }

    /// <summary>What is known about recipients of this lease and takes their try's place; null where nothing is. A deferral whose time has come does not: then it is time for a try.</summary>
    public (IReadOnlyList<DeliveryOutcome> Settlements, IReadOnlyList<Notice> Notices)? Take(QueuedMessage message)
    {
        lock (door)
        {
            if (!messages.TryGetValue(message.QueueId, out var all))
                return null;
            Drop(message.QueueId);
            var now = time.GetUtcNow();
            var leased = message.Recipients.Select(recipient => recipient.Index).ToHashSet();
            var settlements = new Dictionary<int, DeliveryOutcome>();
            var notices = new List<Notice>();
            foreach (var kept in all)
            {
                var here = kept.Settlements.Where(settlement => leased.Contains(settlement.Index)).ToList();
                var valid = here.Where(settlement => settlement.Outcome != Outcome.Deferred || settlement.NextAttempt > now).ToList();
                foreach (var settlement in valid)
                    settlements[settlement.Index] = settlement;
                if (valid.Count > 0)
                    notices.AddRange(kept.Notices);
                // The others of that attempt come with a lease of their own; what the sender is told goes once.
                var rest = kept.Settlements.Except(here).ToList();
                if (rest.Count > 0)
                    Put(rest, valid.Count > 0 ? [] : kept.Notices);
            }

            return settlements.Count > 0 ? ([.. settlements.Values], notices) : null;
        }
    }

    /// <summary>Something newer about them is stored.</summary>
    public void Forget(IReadOnlyList<DeliveryOutcome> stored)
    {
        lock (door)
        {
            if (count == 0)
                return;
            foreach (var settlement in stored)
            {
                if (settlement.Outcome == Outcome.Untried || !messages.TryGetValue(settlement.QueueId, out var all))
                    continue;
                foreach (var kept in all)
                    count -= kept.Settlements.RemoveAll(old => old.Index == settlement.Index);
                if (all.TrueForAll(kept => kept.Settlements.Count == 0))
                    Drop(settlement.QueueId);
            }
        }
    }

    private void Put(List<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices)
    {
        string id = settlements[0].QueueId;
        if (!messages.TryGetValue(id, out var all))
        {
            messages[id] = all = [];
            order.Enqueue(id);
        }

        all.Add(new Kept(settlements, notices));
        count += settlements.Count;
        octets += Size(notices);
    }

    private void Drop(string id)
    {
        if (!messages.Remove(id, out var all))
            return;
        foreach (var kept in all)
        {
            count -= kept.Settlements.Count;
            octets -= Size(kept.Notices);
        }

        // Names of messages that are gone stay in the order only until they are more than what they order.
        if (order.Count > (2 * messages.Count) + 100)
        {
            string[] names = [.. order.Where(messages.ContainsKey).Distinct()];
            order.Clear();
            foreach (string name in names)
                order.Enqueue(name);
        }
    }

    private static long Size(IReadOnlyList<Notice> notices) => notices.Sum(notice => (long)notice.Octets.Length);

    private sealed record Kept(List<DeliveryOutcome> Settlements, IReadOnlyList<Notice> Notices);
}
