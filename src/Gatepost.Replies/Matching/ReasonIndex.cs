namespace Gatepost.Replies.Matching;

/// <summary>Where a reason's vote is counted; the last place is for what is no refusal.</summary>
internal static class ReasonIndex
{
    private static readonly Dictionary<Reason, int> Places = Reason.All.Select((reason, index) => (reason, index))
        .ToDictionary(pair => pair.reason, pair => pair.index);

    public static int Of(Reason? reason) => reason is null ? Reason.All.Count : Places[reason];
}
