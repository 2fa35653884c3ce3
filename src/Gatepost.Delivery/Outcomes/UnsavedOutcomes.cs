using Gatepost.Delivery.Queue;

namespace Gatepost.Delivery.Outcomes;

/// <summary>Outcomes that the store could not keep. Their recipients are not tried again: the outcome is stored again instead.</summary>
/// <remarks>In memory and bounded; the oldest are dropped, and then an attempt is repeated, as after a crash.</remarks>
internal sealed class UnsavedOutcomes(TimeProvider time)
{
    private const int Most = 20_000;
    private const long MostOctets = 32 << 20;

    private readonly Lock sync = new();
    private readonly Dictionary<string, List<Attempt>> messages = [];
    private readonly Queue<string> order = [];
    private int count;
    private long octets;

    public bool Any
    {
        get
        {
            lock (sync)
                return count > 0;
        }
    }

    /// <summary>Keeps the outcomes of one attempt with the notices they cause.</summary>
    public void Keep(IEnumerable<DeliveryOutcome> outcomes, IReadOnlyList<Notice> notices)
    {
        var known = outcomes.Where(outcome => outcome.Outcome != Outcome.Untried).ToList();
        if (known.Count == 0)
            return;
        lock (sync)
        {
            Put(known, notices);
            while ((count > Most || octets > MostOctets) && order.TryDequeue(out string? oldest))
                Drop(oldest);
        }
    }

    /// <summary>Takes what is known about recipients of this lease, instead of an attempt.</summary>
    /// <returns>Null if nothing is known. A deferral whose time has come does not count: it is time for an attempt.</returns>
    public (IReadOnlyList<DeliveryOutcome> Outcomes, IReadOnlyList<Notice> Notices)? Take(QueuedMessage message)
    {
        lock (sync)
        {
            if (!messages.TryGetValue(message.QueueId, out var all))
                return null;
            Drop(message.QueueId);
            var now = time.GetUtcNow();
            var leased = message.Recipients.Select(recipient => recipient.Index).ToHashSet();
            var outcomes = new Dictionary<int, DeliveryOutcome>();
            var notices = new List<Notice>();
            foreach (var attempt in all)
            {
                var here = attempt.Outcomes.Where(outcome => leased.Contains(outcome.Index)).ToList();
                var valid = here.Where(outcome => outcome.Outcome != Outcome.Deferred || outcome.NextAttempt > now).ToList();
                foreach (var outcome in valid)
                    outcomes[outcome.Index] = outcome;
                if (valid.Count > 0)
                    notices.AddRange(attempt.Notices);
                // The others of that attempt come with a lease of their own; the notices go once.
                var rest = attempt.Outcomes.Except(here).ToList();
                if (rest.Count > 0)
                    Put(rest, valid.Count > 0 ? [] : attempt.Notices);
            }

            return outcomes.Count > 0 ? ([.. outcomes.Values], notices) : null;
        }
    }

    /// <summary>Forgets recipients about which something newer has been stored.</summary>
    public void Forget(IReadOnlyList<DeliveryOutcome> stored)
    {
        lock (sync)
        {
            if (count == 0)
                return;
            foreach (var outcome in stored)
            {
                if (outcome.Outcome == Outcome.Untried || !messages.TryGetValue(outcome.QueueId, out var all))
                    continue;
                foreach (var attempt in all)
                    count -= attempt.Outcomes.RemoveAll(old => old.Index == outcome.Index);
                if (all.TrueForAll(attempt => attempt.Outcomes.Count == 0))
                    Drop(outcome.QueueId);
            }
        }
    }

    private void Put(List<DeliveryOutcome> outcomes, IReadOnlyList<Notice> notices)
    {
        string id = outcomes[0].QueueId;
        if (!messages.TryGetValue(id, out var all))
        {
            messages[id] = all = [];
            order.Enqueue(id);
        }

        all.Add(new Attempt(outcomes, notices));
        count += outcomes.Count;
        octets += Size(notices);
    }

    private void Drop(string id)
    {
        if (!messages.Remove(id, out var all))
            return;
        foreach (var attempt in all)
        {
            count -= attempt.Outcomes.Count;
            octets -= Size(attempt.Notices);
        }

        // Ids of messages that are gone stay in the order until they outnumber the others.
        if (order.Count > (2 * messages.Count) + 100)
        {
            string[] names = [.. order.Where(messages.ContainsKey).Distinct()];
            order.Clear();
            foreach (string name in names)
                order.Enqueue(name);
        }
    }

    private static long Size(IReadOnlyList<Notice> notices) => notices.Sum(notice => (long)notice.Octets.Length);

    private sealed record Attempt(List<DeliveryOutcome> Outcomes, IReadOnlyList<Notice> Notices);
}
