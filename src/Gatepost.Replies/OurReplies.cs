namespace Gatepost.Replies;

/// <summary>Everything our own server can say and every condition our own client can meet; one file per subject.</summary>
public static partial class OurReplies
{
    /// <summary>All of them, found by reflection once; ids are unique (a test).</summary>
    public static IReadOnlyList<ReplyEntry> All => field ??=
        [.. typeof(OurReplies).GetProperties()
            .Where(property => property.PropertyType == typeof(ReplyEntry))
            .Select(property => (ReplyEntry)property.GetValue(null)!)];

    private static ReplyEntry Entry(
        string id, int code, string? status, string text, Reason? reason = null, ReplyForm? modern = null, string? source = null) => new()
        {
            Id = id,
            Classic = new(code, status is null ? (EnhancedStatus?)null : (EnhancedStatus)status, text),
            Modern = modern!,
            Reason = reason,
            Source = source,
        };

    private static ReplyEntry Condition(string id, int code, string status, string text, Reason reason, string? source = null) => new()
    {
        Id = id,
        Kind = EntryKind.Condition,
        Classic = new(code, status, text),
        Reason = reason,
        Source = source,
    };
}
