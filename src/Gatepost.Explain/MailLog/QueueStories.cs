using Gatepost.Explain.Observations;

namespace Gatepost.Explain.MailLog;

/// <summary>Joins the lines of one message: of all that a log says about a recipient the last outcome counts, and the earlier lines
/// say why.</summary>
internal sealed class QueueStories
{
    /// <summary>Messages that are followed at the same time; older ones are reported line by line.</summary>
    private const int MostStories = 20_000;

    /// <summary>Earlier lines that are kept as possible causes.</summary>
    private const int MostCauses = 4;

    private readonly List<Observation> told = [];
    private readonly Dictionary<(string Id, string Recipient), int> places = [];
    private readonly Dictionary<string, List<Observation>> waiting = [];
    private readonly Dictionary<string, List<int>> placesOfId = [];

    /// <summary>One for each message and recipient, in the order in which they were first seen.</summary>
    public List<Observation> Told
    {
        get
        {
            var all = told.ToList();
            foreach (var left in waiting.Values)
                all.AddRange(left);
            return all;
        }
    }

    public int Count => told.Count + waiting.Count;

    /// <summary>Takes in what one line says.</summary>
    /// <param name="id">Queue id of the message, or null.</param>
    /// <param name="observation">What the line says.</param>
    public void Add(string? id, Observation observation)
    {
        observation.LogId = id;
        if (id is null || places.Count >= MostStories || observation is { Recipient: not null, Action: DeliveryAction.Unknown })
        {
            // Without an outcome it is no delivery: a refusal of one recipient, of which there may be many.
            told.Add(observation);
            return;
        }

        if (observation is { Recipient: null, Action: DeliveryAction.Failed })
        {
            End(id, observation);
            return;
        }

        if (observation.Recipient is not { } recipient)
        {
            // What a host said comes before the line that names the recipient it said it about.
            if (!waiting.TryGetValue(id, out var before))
                waiting[id] = before = [];
            if (before.Count < MostCauses)
                before.Add(observation);
            return;
        }

        if (waiting.Remove(id, out var causes))
            foreach (var cause in causes)
                Join(observation, cause);
        var key = (id, recipient.ToLowerInvariant());
        if (!places.TryGetValue(key, out int place))
        {
            places[key] = told.Count;
            if (!placesOfId.TryGetValue(id, out var open))
                placesOfId[id] = open = [];
            open.Add(told.Count);
            told.Add(observation);
            return;
        }

        Join(observation, told[place]);
        observation.FirstTime ??= told[place].FirstTime ?? told[place].Time;
        told[place] = observation;
    }

    /// <summary>The queue has given the message up: so it has for every recipient that it still waited for.</summary>
    private void End(string id, Observation expiry)
    {
        if (!placesOfId.TryGetValue(id, out var open))
        {
            told.Add(expiry);
            return;
        }

        foreach (int place in open)
            if (told[place].Action == DeliveryAction.Delayed)
            {
                told[place].Action = DeliveryAction.Failed;
                told[place].FirstTime ??= told[place].Time;
                told[place].Time = expiry.Time ?? told[place].Time;
                Join(told[place], expiry);
            }
    }

    /// <summary>The earlier words come after the later ones: they count where those do not say why.</summary>
    private static void Join(Observation later, Observation earlier)
    {
        later.RemoteHost ??= earlier.RemoteHost;
        foreach (var candidate in earlier.Candidates)
            if (later.Candidates.Count < MostCauses + 1 && !later.Candidates.Exists(known => known.Words.Text == candidate.Words.Text))
                later.Candidates.Add(candidate with { Nearness = Nearness.QuotedReply });
    }
}
