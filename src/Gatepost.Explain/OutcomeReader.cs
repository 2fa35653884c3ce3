using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain;

/// <summary>Reads from an observation what became of the message: who has it now, and whether it is over.</summary>
internal sealed class OutcomeReader(PhraseLists phrases)
{
    private readonly PhraseList final = phrases["outcome-final"];
    private readonly PhraseList queued = phrases["outcome-queued"];
    private readonly PhraseList taken = phrases["outcome-taken"];
    private readonly PhraseList programs = phrases["program-frame"];

    /// <param name="observation">What the document says.</param>
    /// <param name="action">What it says happened.</param>
    /// <param name="reason">Why.</param>
    /// <param name="code">The reply code, if any.</param>
    /// <param name="status">The enhanced status, if any.</param>
    public MessageOutcome Of(Observation observation, DeliveryAction action, Reason reason, int? code, EnhancedStatus? status)
    {
        if (reason == Reason.Accepted)
            return MessageOutcome.Accepted;
        if (reason == Reason.Delivered)
            return observation.Action == DeliveryAction.Unknown ? MessageOutcome.Accepted : MessageOutcome.Delivered;
        if (reason.Permanence == Permanence.None)
            return MessageOutcome.Unknown;
        if (
            observation.IsProgram || (observation.Action == DeliveryAction.Unknown
                && Holds(observation, text => programs.IsIn(text) || ProgramFrame.NamesException(text))))
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

        if (Holds(observation, text => final.IsIn(text)))
            return told == MessageOutcome.Refused ? told : MessageOutcome.GivenUp;
        return told != MessageOutcome.Unknown ? told : Holds(observation, text => queued.IsIn(text)) ? MessageOutcome.StillTrying
            : told;
    }

    /// <summary>A 250 that says it took a message, rather than a command.</summary>
    public bool TookTheMessage(Observation observation) => Holds(observation, text => taken.IsIn(text));

    private delegate bool Test(ReadOnlySpan<char> text);

    private static bool Holds(Observation observation, Test test)
    {
        foreach (var candidate in observation.Candidates)
            if (candidate.Nearness < Nearness.Subject && test(candidate.Words.Text))
                return true;
        return false;
    }
}
