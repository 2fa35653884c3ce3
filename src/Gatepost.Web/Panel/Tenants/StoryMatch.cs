using System.Globalization;
using System.Net;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;

namespace Gatepost.Web.Panel.Tenants;

/// <summary>Whether a word of a query is in what a viewer may see of a story.</summary>
internal static class StoryMatch
{
    public static bool Has(Story story, SearchWord word) => word.Keys.Any(key => Has(story, key));

    private static bool Has(Story story, SearchKey key) => key.Kind == SearchKind.Outcome
        ? Same(StoryJson.NameOf(story.Outcome), key.Value)
            || story.Recipients.Any(one => Same(StoryJson.NameOf(one.Outcome), key.Value))
        : story.Events.Any(one => Has(one, key)) || (key.Kind == SearchKind.Id && Same(story.Id, key.Value));

    private static bool Has(JournalEvent one, SearchKey key) => key.Kind switch
    {
        SearchKind.Id => Same(one.QueueId, key.Value) || Same(one.Session, key.Value) || Same(one.VerdictId, key.Value),
        SearchKind.Address => Sides(one, key.Side).Any(address => Same(address, key.Value)),
        SearchKind.Domain =>
            Sides(one, key.Side).Any(address => address?.EndsWith("@" + key.Value, StringComparison.OrdinalIgnoreCase) == true),
        SearchKind.Ip => Same(one.Peer?.ToString(), key.Value),
        SearchKind.Network => one.Peer is { } peer && IPNetwork.TryParse(key.Value, out var network) && network.Contains(peer),
        SearchKind.Host => IsHost(one.PeerName, key.Value) || IsHost(one.ReverseName, key.Value),
        SearchKind.Login => Same(one.Login, key.Value),
        SearchKind.MessageId => Same(one.MessageId, key.Value),
        SearchKind.Rule => Same(one.Rule, key.Value),
        SearchKind.Entry => Same(one.Entry, key.Value),
        SearchKind.Reason => Same(one.Reason, key.Value),
        SearchKind.Code => Same(one.Code?.ToString(CultureInfo.InvariantCulture), key.Value),
        SearchKind.Status => Same(one.Status, key.Value),
        _ => new[] { one.PeerName, one.ReverseName, one.Login, one.Sender, one.Recipient, one.MessageId, one.Text }
            .Any(text => text?.Contains(key.Value, StringComparison.OrdinalIgnoreCase) == true),
    };

    private static IEnumerable<string?> Sides(JournalEvent one, SearchSide side) => side switch
    {
        SearchSide.Sender => [one.Sender],
        SearchSide.Recipient => [one.Recipient],
        _ => [one.Sender, one.Recipient],
    };

    private static bool IsHost(string? name, string wanted) =>
        Same(name, wanted) || name?.EndsWith("." + wanted, StringComparison.OrdinalIgnoreCase) == true;

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
