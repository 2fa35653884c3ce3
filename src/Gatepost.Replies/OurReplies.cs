using System.Diagnostics.CodeAnalysis;

namespace Gatepost.Replies;

/// <summary>Everything our own server can say and every condition our own client can meet; one class per subject.</summary>
public static class OurReplies
{
    /// <summary>All of them, found by reflection once; ids are unique (a test).</summary>
    public static IReadOnlyList<ReplyEntry> All => field ??=
    [
        .. In(typeof(ClientReplies)), .. In(typeof(ConnectionReplies)), .. In(typeof(DeliveryReplies)), .. In(typeof(HelloReplies)),
        .. In(typeof(LimitReplies)), .. In(typeof(MessageReplies)), .. In(typeof(OriginReplies)), .. In(typeof(ProtocolReplies)),
        .. In(typeof(RecipientReplies)), .. In(typeof(SenderReplies)), .. In(typeof(ServerReplies)), .. In(typeof(SubmissionReplies)),
    ];

    /// <summary>The entries of one class. The attribute keeps its properties where the program is compiled to machine code.</summary>
    private static IEnumerable<ReplyEntry> In([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type subject) =>
        subject.GetProperties().Where(property => property.PropertyType == typeof(ReplyEntry))
            .Select(property => (ReplyEntry)property.GetValue(null)!);

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
