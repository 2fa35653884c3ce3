namespace Gatepost.Replies;

/// <summary>What to advise once it is known whether the matter is over. The only place where an outcome overrules an entry.</summary>
/// <remarks>
/// An entry knows a cause; whether to wait depends on who has the message now. A server's queue tries again by itself whatever the cause,
/// nothing tries again after a final refusal, and a mail program never does. Bounces, trace, queue and explain all ask here.
/// </remarks>
public static class Advice
{
    /// <summary>Every party there is, the sender first.</summary>
    public static IReadOnlyList<Actors> Parties { get; } =
        [Actors.Sender, Actors.SenderAdmin, Actors.AddressOwner, Actors.Recipient, Actors.RecipientAdmin];

    /// <summary>What a reply alone says about the outcome (RFC 5321 §4.2.1): the code's first digit, or the status's where there is no
    /// code.</summary>
    /// <remarks>Numbers below 200 come from mail programs in the place of a reply: they hold no queue.</remarks>
    public static MessageOutcome OfReply(int? code, EnhancedStatus? status) =>
        IsExpiry(code, status) ? MessageOutcome.GivenUp : (code < 200 ? status?.Class ?? 1 : code / 100 ?? status?.Class) switch
        {
            1 => MessageOutcome.NotSent,
            2 or 3 => MessageOutcome.Accepted,
            4 => MessageOutcome.StillTrying,
            5 => MessageOutcome.Refused,
            _ => MessageOutcome.Unknown,
        };

    /// <summary>4.4.7 and its form without dots: the time for delivery is over, whatever the first digit says (RFC 3463 §3.5).</summary>
    private static bool IsExpiry(int? code, EnhancedStatus? status) => code == 447 || status is { Subject: 4, Detail: 7 };

    /// <summary>True if nothing tries again by itself any more.</summary>
    public static bool IsOver(MessageOutcome outcome) =>
        outcome is MessageOutcome.GivenUp or MessageOutcome.Refused or MessageOutcome.NotSent;

    /// <summary>The outcome of a message whose queue is done with it: refused by the last reply, or given up although the reply asked
    /// to come back.</summary>
    public static MessageOutcome WhenOver(int? code, EnhancedStatus? status) =>
        OfReply(code, status) == MessageOutcome.Refused ? MessageOutcome.Refused : MessageOutcome.GivenUp;

    /// <param name="status">As written, such as 5.1.1; what is none counts as missing.</param>
    public static MessageOutcome WhenOver(int? code, string? status) =>
        WhenOver(code, EnhancedStatus.TryParse(status ?? "", out var read) ? read : (EnhancedStatus?)null);

    /// <summary>True for what needs no explanation of a refusal.</summary>
    public static bool IsGood(MessageOutcome outcome) => outcome is MessageOutcome.Accepted or MessageOutcome.Delivered;

    /// <summary>Whether sending again can help, given who has the message now.</summary>
    /// <param name="usual">What the entry says of its cause.</param>
    /// <param name="outcome">What became of the message.</param>
    public static Retry RetryFor(Retry usual, MessageOutcome outcome) => outcome switch
    {
        MessageOutcome.Accepted or MessageOutcome.Delivered => Retry.No,
        MessageOutcome.StillTrying => Retry.Automatic,
        _ when usual == Retry.Automatic && IsOver(outcome) => Retry.Later,
        _ => usual,
    };

    /// <summary>False for a cause that does not go away with time: a queue retries without success until it is repaired.</summary>
    public static bool TimeHelps(Retry usual) => usual is Retry.Automatic or Retry.Later;

    /// <summary>One sentence without codes; empty if there is none.</summary>
    /// <param name="words">The words of the entry.</param>
    /// <param name="outcome">What became of the message.</param>
    /// <param name="elsewhere">True if another server spoke, so that "here" would be wrong.</param>
    public static string Meaning(Words words, MessageOutcome outcome, bool elsewhere) =>
        (outcome == MessageOutcome.StillTrying ? words.MeaningQueued : null) ?? (elsewhere
            ? words.MeaningElsewhere : null) ?? words.Meaning ?? "";

    /// <summary>What to do: the steps of those who can act, then the sender's where all the sender can do is to pass it on.</summary>
    /// <param name="words">The words of the entry.</param>
    /// <param name="actors">Who can act.</param>
    /// <param name="usual">What the entry says about trying again.</param>
    /// <param name="outcome">What became of the message: chooses between the steps for a message in a queue and those for one that came
    /// back.</param>
    public static IReadOnlyList<Step> Steps(Words words, Actors actors, Retry usual, MessageOutcome outcome)
    {
        if (IsGood(outcome))
            return [];
        bool queued = outcome == MessageOutcome.StillTrying || (outcome == MessageOutcome.Unknown && usual == Retry.Automatic);
        var steps = new List<Step>();
        foreach (var party in Parties)
        {
            if (actors.HasFlag(party))
                steps.AddRange(words.For(party, queued).Select(step => new Step(party, step)));
        }

        if (!actors.HasFlag(Actors.Sender))
            steps.AddRange(words.For(Actors.Sender, queued).Select(step => new Step(Actors.Sender, step)));
        return steps;
    }
}
