using System.Buffers;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>Reads from an observation what became of the message: who has it now, and whether it is over.</summary>
internal static class OutcomeReader
{
    private static readonly SearchValues<string> Final = WordSearch.Any(
    [
        "will not be retried", "will not be tried again", "not going to try again", "retrying will not succeed", "no further attempt",
            "no further delivery attempt", "giving up", "gave up", "given up", "retry time exceeded",
        "retry timeout exceeded", "returned to sender", "message bounced", "will be deleted from queue", "больше не будет",
            "попытки прекращены",
    ]);

    private static readonly SearchValues<string> Queued = WordSearch.Any(
    [
        "will be retried", "will retry", "still being retried", "will keep trying", "will continue to try", "continue to try",
            "delivery attempts will continue", "deferred:", "(deferred", "has been delayed", "temporarily deferred",
        "retry time not reached", "rescheduled", "nextretry", "temp fail", "hasn't been delivered yet", "not yet been delivered",
    ]);

    private static readonly SearchValues<string> Taken =
        WordSearch.Any("queued as", "queued for delivery", "message accepted", "accepted for delivery", "accepted message",
            "message queued", "mail accepted", "ok id=", "2.6.0", "saved");

    /// <param name="observation">What the document says.</param>
    /// <param name="action">What it says happened.</param>
    /// <param name="reason">Why.</param>
    /// <param name="code">The reply code, if any.</param>
    /// <param name="status">The enhanced status, if any.</param>
    public static MessageOutcome Of(Observation observation, DeliveryAction action, Reason reason, int? code, EnhancedStatus? status)
    {
        if (reason == Reason.Accepted)
            return MessageOutcome.Accepted;
        if (reason == Reason.Delivered)
            return observation.Action == DeliveryAction.Unknown ? MessageOutcome.Accepted : MessageOutcome.Delivered;
        if (reason.Permanence == Permanence.None)
            return MessageOutcome.Unknown;
        if (observation.IsProgram || (observation.Action == DeliveryAction.Unknown && Holds(observation, ProgramFrame.Recognises)))
            return MessageOutcome.NotSent;
        var told = Advice.OfReply(code, status);
        switch (action)
        {
            case DeliveryAction.Delayed when observation.Action == DeliveryAction.Delayed:
                return MessageOutcome.StillTrying;
            case DeliveryAction.Failed when observation.Action == DeliveryAction.Failed:
                return told == MessageOutcome.Refused ? told : reason == Reason.DeliveryExpired || told == MessageOutcome.StillTrying
                    ? MessageOutcome.GivenUp : MessageOutcome.Refused;
        }

        if (Holds(observation, text => text.ContainsAny(Final)))
            return told == MessageOutcome.Refused ? told : MessageOutcome.GivenUp;
        return told != MessageOutcome.Unknown ? told : Holds(observation, text => text.ContainsAny(Queued)) ? MessageOutcome.StillTrying
            : told;
    }

    /// <summary>A 250 that says it took a message, rather than a command.</summary>
    public static bool TookTheMessage(Observation observation) => Holds(observation, text => text.ContainsAny(Taken));

    private delegate bool Test(ReadOnlySpan<char> text);

    private static bool Holds(Observation observation, Test test)
    {
        foreach (var candidate in observation.Candidates)
            if (candidate.Nearness < Nearness.Subject && test(candidate.Words.Text))
                return true;
        return false;
    }
}
