using System.Net;

namespace Gatepost.Smtp.Search;

/// <summary>What became of one recipient.</summary>
/// <param name="Address">As the journal has it.</param>
/// <param name="Outcome">The last that is known.</param>
/// <param name="Decided">The event that says so.</param>
public sealed record StoryRecipient(string Address, StoryOutcome Outcome, JournalEvent Decided);

/// <summary>One message with all its hops, or one session that led to no message.</summary>
public sealed class Story
{
    /// <param name="id">The queue id, or the session's id.</param>
    /// <param name="isMessage">Whether it is a queue id.</param>
    /// <param name="events">All that belongs to it, in order of time; at least one.</param>
    public Story(string id, bool isMessage, IReadOnlyList<JournalEvent> events)
    {
        Id = id;
        IsMessage = isMessage;
        Events = events;
        Recipients = StoryRecipients.Of(events);
        Decided = DecidedBy();
        Outcome = Decided is { } decided ? StoryOutcomes.Of(decided) : StoryOutcome.None;
    }

    public string Id { get; }

    public bool IsMessage { get; }

    public IReadOnlyList<JournalEvent> Events { get; }

    public DateTimeOffset First => Events[0].At;

    public DateTimeOffset Last => Events[^1].At;

    /// <summary>The worst of its recipients' outcomes; of a session the refusal, if there was one.</summary>
    public StoryOutcome Outcome { get; }

    /// <summary>The event that decided the outcome and has its reply; null for a session in which nothing was refused.</summary>
    public JournalEvent? Decided { get; }

    /// <summary>Empty for the null sender; null if none was named.</summary>
    public string? Sender =>
        Events.FirstOrDefault(one => one is { Sender: not null, Stage: not Replies.Stage.Authenticate })?.Sender;

    /// <summary>In the order they were named.</summary>
    public IReadOnlyList<StoryRecipient> Recipients { get; }

    /// <summary>The client that handed it over.</summary>
    public IPAddress? Client => Inbound(one => one.Peer);

    /// <summary>Its HELO name.</summary>
    public string? ClientName => Inbound(one => one.PeerName);

    public string? Session => Inbound(one => one.Session);

    public string? Login => Inbound(one => one.Login);

    public string? MessageId => Inbound(one => one.MessageId);

    /// <summary>The <c>G-...</c> of its refusals, in order of time.</summary>
    public IReadOnlyList<string> Verdicts => [.. Events.Select(one => one.VerdictId).OfType<string>().Distinct(StringComparer.Ordinal)];

    private T? Inbound<T>(Func<JournalEvent, T?> part)
        where T : class => Events.Where(one => !one.Outbound).Select(part).FirstOrDefault(found => found is not null);

    private JournalEvent? DecidedBy()
    {
        bool isOurs = Events.Any(one => one.Kind == JournalKind.Accepted);
        var worst = Recipients.Where(one => !isOurs || one.Outcome != StoryOutcome.Refused).Select(one => one.Decided)
            .MaxBy(one => StoryOutcomes.Of(one) switch
            {
                StoryOutcome.Bounced => 5,
                StoryOutcome.Deferred => 4,
                StoryOutcome.Refused => 3,
                StoryOutcome.Accepted => 2,
                _ => 1,
            });
        if (isOurs)
            return worst;
        // A session without a message was refused by the last that refused it; a rule's verdict says why, its reply does not.
        return Events.LastOrDefault(one => one.Kind == JournalKind.Verdict && StoryOutcomes.Of(one) == StoryOutcome.Refused)
            ?? Events.LastOrDefault(one => StoryOutcomes.Of(one) == StoryOutcome.Refused)
            ?? worst;
    }
}
