using System.Globalization;
using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Storage.Journal;

namespace Gatepost.Storage.Search;

/// <summary>Whether an event has a key: the comparison that the index's hashes save for nearly all events.</summary>
internal static class EventMatch
{
    public static bool Has(JournalEvent happened, SearchWord word)
    {
        for (int i = 0; i < word.Keys.Count; i++)
        {
            if (Has(happened, word.Keys[i]))
                return true;
        }

        return false;
    }

    private static bool Has(JournalEvent happened, SearchKey key) => key.Kind switch
    {
        SearchKind.Id => Is(happened.QueueId, key.Value) || Is(happened.Session, key.Value) || Is(happened.VerdictId, key.Value),
        SearchKind.Address => Sides(happened, key, static (address, value) => Is(address, value)),
        SearchKind.Domain => Sides(happened, key, static (address, value) => IsIn(address, value)),
        SearchKind.Ip => happened.Peer is { } peer && IPAddress.TryParse(key.Value, out var wanted) && peer.Plain().Equals(wanted.Plain()),
        SearchKind.Network => happened.Peer is { } peer && IPNetwork.TryParse(key.Value, out var network) && network.Contains(peer.Plain()),
        SearchKind.Host => IsHost(happened.PeerName, key.Value) || IsHost(happened.ReverseName, key.Value),
        SearchKind.Login => Is(happened.Login, key.Value) || (happened.Stage == Stage.Authenticate && Is(happened.Sender, key.Value)),
        SearchKind.MessageId => Is(happened.MessageId, key.Value),
        SearchKind.Rule => Is(happened.Rule, key.Value),
        SearchKind.Entry => Is(happened.Entry, key.Value),
        SearchKind.Reason => Is(happened.Reason, key.Value),
        SearchKind.Code => happened.Code is { } code && Is(code.ToString(CultureInfo.InvariantCulture), key.Value),
        SearchKind.Status => Is(happened.Status, key.Value),
        SearchKind.Outcome => Is(StoryOutcomes.Of(happened).ToString(), key.Value),
        _ => Holds(happened, key.Value),
    };

    private static bool Sides(JournalEvent happened, SearchKey key, Func<string?, string, bool> matches) =>
        (key.Side != SearchSide.Recipient && matches(happened.Sender, key.Value))
        || (key.Side != SearchSide.Sender && matches(happened.Recipient, key.Value));

    private static bool Is(string? value, string wanted) => wanted.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static bool IsIn(string? address, string domain) =>
        address is not null && JournalKeys.DomainOf(address) is { IsEmpty: false } own
        && own[1..].Equals(domain, StringComparison.OrdinalIgnoreCase);

    private static bool IsHost(string? name, string wanted)
    {
        if (name is null)
            return false;
        var own = JournalKeys.Host(name);
        var domain = JournalKeys.Host(wanted);
        return own.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
            && (own.Length == domain.Length || own[own.Length - domain.Length - 1] == '.');
    }

    private static bool Holds(JournalEvent happened, string text) =>
        Holds(happened.PeerName, text) || Holds(happened.ReverseName, text) || Holds(happened.Login, text)
        || Holds(happened.Sender, text) || Holds(happened.Recipient, text) || Holds(happened.MessageId, text)
        || Holds(happened.Text, text);

    private static bool Holds(string? value, string text) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
