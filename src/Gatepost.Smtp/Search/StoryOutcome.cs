namespace Gatepost.Smtp.Search;

/// <summary>What became of a message, of one of its recipients, or of a session that led to no message.</summary>
/// <remarks>The journal's index keeps the names.</remarks>
public enum StoryOutcome
{
    /// <summary>Nothing was asked for, or nothing is known.</summary>
    None,

    /// <summary>Not accepted, by a rule, a limit or the protocol; with 4yz or 5yz.</summary>
    Refused,

    /// <summary>Accepted; no attempt has been made yet.</summary>
    Accepted,

    /// <summary>Tried and kept for the next attempt.</summary>
    Deferred,

    Delivered,

    /// <summary>Failed permanently; the sender has been notified unless they did not want it.</summary>
    Bounced,
}

/// <summary>The outcome that one event means.</summary>
public static class StoryOutcomes
{
    /// <summary><see cref="StoryOutcome.None"/> for an event that decides nothing.</summary>
    public static StoryOutcome Of(JournalEvent happened) => happened.Kind switch
    {
        JournalKind.Accepted => StoryOutcome.Accepted,
        JournalKind.Deferred => StoryOutcome.Deferred,
        JournalKind.Delivered => StoryOutcome.Delivered,
        JournalKind.Failed => StoryOutcome.Bounced,
        JournalKind.Verdict or JournalKind.Reply or JournalKind.Connected when !happened.Outbound && happened.Code >= 400 =>
            StoryOutcome.Refused,
        _ => StoryOutcome.None,
    };
}
