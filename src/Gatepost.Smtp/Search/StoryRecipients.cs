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
            if (known.TryGetValue(address, out var before))
            {
                // A forward's refusal at the data concerns what was accepted; a reply of another server decides by its own event.
                if (!Replaces(before.Outcome, outcome))
                    continue;
            }
            else
            {
                order.Add(address);
            }

            known[address] = new StoryRecipient(address, outcome, happened);
        }

        return [.. order.Select(address => known[address])];
    }

    /// <summary>The verdict comes before its reply and says more, so it stays.</summary>
    private static bool Replaces(StoryOutcome before, StoryOutcome next) =>
        next != before || before is not StoryOutcome.Refused;

    private static StoryOutcome? OutcomeOf(JournalEvent happened) => happened switch
    {
        { Kind: JournalKind.Bounced } => null,
        { Outbound: false, Stage: Stage.RcptTo, Kind: JournalKind.Reply or JournalKind.Verdict } =>
            happened.Code is null or < 400 ? null : StoryOutcome.Refused,
        { Kind: JournalKind.Accepted or JournalKind.Deferred or JournalKind.Delivered or JournalKind.Failed } => StoryOutcomes.Of(happened),
        _ => null,
    };
}
