using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Replies.Matching;

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
        var words = WordsOf(observation);
        if (observation.IsProgram || (observation.Action == DeliveryAction.Unknown && IsOfProgram(observation)))
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

        if (words.Exists(final.IsIn))
            return told == MessageOutcome.Refused ? told : MessageOutcome.GivenUp;
        return told != MessageOutcome.Unknown ? told : words.Exists(queued.IsIn) ? MessageOutcome.StillTrying
            : told;
    }

    /// <summary>A 250 that says it took a message, rather than a command.</summary>
    public bool TookTheMessage(Observation observation) => WordsOf(observation).Exists(taken.IsIn);

    /// <summary>What begins with a reply's code is a server's, whatever it has in common with the words of programs.</summary>
    private bool IsOfProgram(Observation observation) => Told(observation)
        .Where(candidate => candidate.Codes.CodeAt != 0 && candidate.Codes.StatusAt != 0)
        .Any(candidate => programs.IsIn(candidate.Words.Text) || ProgramFrame.NamesException(candidate.Words.Text));

    /// <summary>What the document itself says, in the spelling in which phrases are looked for; folded once for all of them.</summary>
    private static List<FoldedText> WordsOf(Observation observation) =>
        [.. Told(observation).Select(candidate => FoldedText.Of(candidate.Words.Text))];

    private static IEnumerable<Candidate> Told(Observation observation) =>
        observation.Candidates.Where(candidate => candidate.Nearness < Nearness.Subject);
}
