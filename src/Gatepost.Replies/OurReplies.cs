namespace Gatepost.Replies;

/// <summary>Everything our own server can say and every condition our own client can meet; one class per subject.</summary>
public static class OurReplies
{
    private static readonly Type[] Subjects =
    [
        typeof(ClientReplies), typeof(ConnectionReplies), typeof(DeliveryReplies), typeof(HelloReplies), typeof(LimitReplies),
            typeof(MessageReplies),
        typeof(OriginReplies),
        typeof(ProtocolReplies), typeof(RecipientReplies), typeof(SenderReplies), typeof(ServerReplies), typeof(SubmissionReplies),
    ];

    /// <summary>All of them, found by reflection once; ids are unique (a test).</summary>
    public static IReadOnlyList<ReplyEntry> All => field ??=
        [.. Subjects.SelectMany(subject => subject.GetProperties())
            .Where(property => property.PropertyType == typeof(ReplyEntry))
            .Select(property => (ReplyEntry)property.GetValue(null)!)];

    internal static ReplyEntry Entry(
        string id, int code, string? status, string text, Reason? reason = null, ReplyForm? modern = null, string? source = null) => new()
        {
            Id = id,
            Classic = new(code, status is null ? (EnhancedStatus?)null : (EnhancedStatus)status, text),
            Modern = modern!,
            Reason = reason,
            Source = source,
        };

    internal static ReplyEntry Condition(string id, int code, string status, string text, Reason reason, string? source = null,
        Actors? actors = null) => new()
        {
            Id = id,
            Kind = EntryKind.Condition,
            Classic = new(code, status, text),
            Reason = reason,
            ActorsOverride = actors,
            Source = source,
        };
}
