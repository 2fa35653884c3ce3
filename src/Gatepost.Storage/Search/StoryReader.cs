using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Storage.Journal;

namespace Gatepost.Storage.Search;

/// <summary>Which message, or which session without one, an event belongs to.</summary>
internal readonly record struct StoryKey(string Id, bool IsMessage);

/// <summary>Gathers what belongs to one story. What it has read of sessions is kept for one page.</summary>
internal sealed class StoryReader(IJournalSource source)
{
    /// <summary>Events of one message or session that are read; older ones of the same are left out.</summary>
    private const int MaxEvents = 5000;

    /// <summary>Sessions kept; about as many as are in the blocks that are kept.</summary>
    private const int MaxSessions = 1000;

    private readonly Dictionary<string, SessionEvents> sessions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The stories of an event: one, or every one of its session where it concerns the whole session.</summary>
    public IReadOnlyList<StoryKey> StoriesOf(JournalEvent happened)
    {
        if (happened.QueueId is { } message)
            return [new StoryKey(message, true)];
        return happened.Session is { } id ? SessionOf(id).StoriesOf(happened) : [];
    }

    /// <summary>All events of a story, in order of time.</summary>
    public Story Read(StoryKey story)
    {
        if (!story.IsMessage)
            return new Story(story.Id, false, SessionOf(story.Id).EventsOf(null));

        var events = new SortedDictionary<long, JournalEvent>();
        foreach (var record in source.Find(story.Id, MaxEvents))
        {
            if (story.Id.Equals(record.QueueId, StringComparison.OrdinalIgnoreCase))
                events[record.Position] = record;
        }

        var inbound = events.Values.Where(one => !one.Outbound).Select(one => one.Session).OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var record in inbound.SelectMany(session => SessionOf(session).EventsOf(story.Id)))
            events[record.Position] = record;
        return new Story(story.Id, true, [.. events.Values]);
    }

    private SessionEvents SessionOf(string id)
    {
        if (!sessions.TryGetValue(id, out var found))
        {
            if (sessions.Count == MaxSessions)
                sessions.Clear();
            sessions[id] = found = new SessionEvents(
                id, [.. source.Find(id, MaxEvents).Where(record => id.Equals(record.Session, StringComparison.OrdinalIgnoreCase))]);
        }

        return found;
    }

    /// <summary>A session divided into its messages and the rest.</summary>
    private sealed class SessionEvents
    {
        private readonly string id;
        private readonly List<JournalEvent> all;
        private readonly int[] transactions;
        private readonly string?[] messages;
        private readonly List<StoryKey> stories;
        private readonly Dictionary<long, int> places;

        public SessionEvents(string id, List<JournalEvent> all)
        {
            this.id = id;
            this.all = all;
            transactions = Transactions.Of(all);
            messages = new string?[transactions.DefaultIfEmpty().Max() + 1];
            places = new Dictionary<long, int>(all.Count);
            for (int i = 0; i < all.Count; i++)
            {
                places.TryAdd(all[i].Position, i);
                if (transactions[i] > 0)
                    messages[transactions[i]] ??= all[i].QueueId;
            }

            // What was refused beside the messages is a story of its own; a quiet end is not.
            bool hasRest = !messages.Any(message => message is not null)
                || all.Where((one, i) => messages[transactions[i]] is null && StoryOutcomes.Of(one) == StoryOutcome.Refused).Any();
            stories = [.. messages.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Select(one => new StoryKey(one, true))];
            if (hasRest)
                stories.Add(new StoryKey(id, false));
        }

        public List<StoryKey> StoriesOf(JournalEvent happened)
        {
            if (!places.TryGetValue(happened.Position, out int at))
                return [new StoryKey(id, false)];
            var own = messages[transactions[at]] is { } message ? new StoryKey(message, true) : new StoryKey(id, false);
            return transactions[at] == 0 || !stories.Contains(own) ? stories : [own];
        }

        /// <param name="message">Null for what led to no message.</param>
        public IReadOnlyList<JournalEvent> EventsOf(string? message) =>
            [.. all.Where((_, i) => transactions[i] == 0
                || (message is null ? messages[transactions[i]] is null
                    : message.Equals(messages[transactions[i]], StringComparison.OrdinalIgnoreCase)))];
    }
}
