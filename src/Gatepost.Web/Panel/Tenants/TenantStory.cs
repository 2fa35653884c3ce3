using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;
using Gatepost.Web.Panel.Access;

namespace Gatepost.Web.Panel.Tenants;

/// <summary>What of a story or a queued message is a viewer's.</summary>
/// <remarks>
/// A message is its recipients' and its author's. Author is who logged in: an envelope sender can be forged. An author sees the recipients
/// they named, not where those lead; a recipient sees no other recipient, and of the session nothing about its other messages.
/// </remarks>
internal static class TenantStory
{
    /// <summary>Null where nothing is.</summary>
    public static QueueItem? Of(QueueItem item, Viewer viewer)
    {
        if (viewer.SeesAll)
            return item;
        if (viewer.Owns(item.User))
            return item with { Recipients = [.. item.Recipients.Select(one => AsNamed(one, viewer)).DistinctBy(one => one.Address)] };
        var own = item.Recipients.Where(one => viewer.Owns(one.Address)).ToList();
        return own.Count == 0 ? null : item with { Recipients = own, User = null };
    }

    /// <inheritdoc cref="Of(QueueItem, Viewer)"/>
    public static Story? Of(Story story, Viewer viewer)
    {
        if (viewer.SeesAll)
            return story;
        bool isAuthor = story.Events.Any(one => viewer.Owns(one.Login) && IsLoggedIn(one));
        var named = isAuthor ? story.Events.Where(one => one is { Outbound: false, Recipient: not null } && IsOfSession(one))
            .Select(one => one.Recipient!).ToHashSet(StringComparer.OrdinalIgnoreCase) : [];
        var own = story.Events.Where(one => IsOwn(one, story, viewer, isAuthor, named))
            .Select(one => viewer.Owns(one.Recipient) ? one : one with { Facts = [], Detail = null }).ToList();
        bool isTheirs = isAuthor || own.Any(one => viewer.Owns(one.Recipient) || viewer.Owns(one.Login));
        return isTheirs && own.Count > 0 ? new Story(story.Id, story.IsMessage, own) : null;
    }

    private static bool IsOwn(JournalEvent one, Story story, Viewer viewer, bool isAuthor, HashSet<string> named)
    {
        if (one.Recipient is { } recipient)
            return viewer.Owns(recipient) || named.Contains(recipient);
        if (one.Outbound)
            return false;
        // A failed log-in is its account's to know.
        if (isAuthor || (one.Stage == Stage.Authenticate && viewer.Owns(one.Login)))
            return true;
        return one.Kind is JournalKind.Connected or JournalKind.Tls or JournalKind.Closed || one.Stage is Stage.Connect or Stage.Hello
            || (story.IsMessage && one.QueueId == story.Id && one.Stage == Stage.Message);
    }

    private static bool IsLoggedIn(JournalEvent one) => one.Kind == JournalKind.Accepted
        || (one.Stage == Stage.Authenticate && (one.Code is 235 || one is { Kind: JournalKind.Verdict, Code: null }));

    private static bool IsOfSession(JournalEvent one) =>
        one.Kind is JournalKind.Accepted or JournalKind.Verdict or JournalKind.Reply;

    /// <summary>As RCPT said it: where an alias leads is not the sender's to know, and a reply may name it.</summary>
    private static QueueItemRecipient AsNamed(QueueItemRecipient one, Viewer viewer) =>
        one.Accepted is not { } accepted || viewer.Owns(accepted)
            ? one
            : one with { Address = accepted, Accepted = null, Destination = accepted[(accepted.LastIndexOf('@') + 1)..], Last = null };
}
