using Gatepost.Replies;

namespace Gatepost.Smtp.Search;

/// <summary>Reads from the events of a story what became of each recipient.</summary>
internal static class StoryRecipients
{
    public static IReadOnlyList<StoryRecipient> Of(IReadOnlyList<JournalEvent> events)
    {
        var order = new List<string>();
        var known = new Dictionary<string, StoryRecipient>(StringComparer.OrdinalIgnoreCase);
        foreach (var happened in events)
        {
            if (happened.Recipient is not { Length: > 0 } address || OutcomeOf(happened) is not { } outcome)
                continue;
            if (!known.TryGetValue(address, out var before))
                order.Add(address);
            else if (before.Outcome == StoryOutcome.Refused && outcome == StoryOutcome.Refused)
                continue; // The verdict comes before its reply and says more.

            known[address] = new StoryRecipient(address, outcome, happened);
        }

        return [.. order.Select(address => known[address])];
    }

    private static StoryOutcome? OutcomeOf(JournalEvent happened) => StoryOutcomes.Of(happened) switch
    {
        StoryOutcome.None => null,
        StoryOutcome.Refused when happened.Stage != Stage.RcptTo => null,
        var outcome => outcome,
    };
}
