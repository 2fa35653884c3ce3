using System.Globalization;
using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp.Search;

/// <summary>Whether an event or a story has a word: the comparison that the index's hashes save for nearly all events.</summary>
/// <remarks>What the word says is read once, because a page compares it with tens of thousands of events.</remarks>
public sealed class WordMatch
{
    private readonly Func<JournalEvent, bool>[] keys;

    public WordMatch(SearchWord word)
    {
        Word = word;
        keys = [.. word.Keys.Select(Of)];
    }

    public SearchWord Word { get; }

    public bool Has(JournalEvent happened)
    {
        foreach (var key in keys)
        {
            if (key(happened))
                return true;
        }

        return false;
    }

    /// <summary>What a message was for some time is no outcome of it: only the last counts.</summary>
    /// <param name="story">For its outcome.</param>
    /// <param name="events">Those of its events in which the word may be.</param>
    public bool IsIn(Story story, IReadOnlyList<JournalEvent> events) => Word.Keys.All(key => key.Kind == SearchKind.Outcome)
        ? Word.Keys.Any(key => Is(story.Outcome.ToString(), key.Value)
            || story.Recipients.Any(one => Is(one.Outcome.ToString(), key.Value)))
        : events.Any(Has);

    private static Func<JournalEvent, bool> Of(SearchKey key)
    {
        string value = key.Value;
        switch (key.Kind)
        {
            case SearchKind.Id:
                return one => Is(one.QueueId, value) || Is(one.Session, value) || Is(one.VerdictId, value);
            case SearchKind.Address:
                return one => Sides(one, key, static (address, wanted) => Is(address, wanted));
            case SearchKind.Domain:
                return one => Sides(one, key, static (address, wanted) => IsIn(address, wanted));
            case SearchKind.Ip:
                var peer = IPAddress.TryParse(value, out var parsed) ? parsed.Plain() : null;
                return one => one.Peer is { } its && its.Plain().Equals(peer);
            case SearchKind.Network:
                bool isNetwork = IPNetwork.TryParse(value, out var network);
                return one => isNetwork && one.Peer is { } its && network.Contains(its.Plain());
            case SearchKind.Host:
                return one => IsHost(one.PeerName, value) || IsHost(one.ReverseName, value);
            case SearchKind.Login:
                return one => Is(one.Login, value) || (one.Stage == Stage.Authenticate && Is(one.Sender, value));
            case SearchKind.MessageId:
                return one => Is(one.MessageId, value);
            case SearchKind.Rule:
                return one => Is(one.Rule, value);
            case SearchKind.Entry:
                return one => Is(one.Entry, value);
            case SearchKind.Reason:
                return one => Is(one.Reason, value);
            case SearchKind.Code:
                int? code = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
                return one => code is not null && one.Code == code;
            case SearchKind.Status:
                return one => Is(one.Status, value);
            case SearchKind.Outcome:
                bool isOutcome = Enum.TryParse(value, ignoreCase: true, out StoryOutcome outcome);
                return one => isOutcome && StoryOutcomes.Of(one) == outcome;
            default:
                return one => Holds(one, value);
        }
    }

    private static bool Sides(JournalEvent happened, SearchKey key, Func<string?, string, bool> matches) =>
        (key.Side != SearchSide.Recipient && matches(happened.Sender, key.Value))
        || (key.Side != SearchSide.Sender && matches(happened.Recipient, key.Value));

    private static bool Is(string? value, string wanted) => wanted.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static bool IsIn(string? address, string domain) =>
        address?.LastIndexOf('@') is > 0 and var at
        && address.AsSpan(at + 1).Equals(domain, StringComparison.OrdinalIgnoreCase);

    private static bool IsHost(string? name, string wanted)
    {
        if (name is null)
            return false;
        var own = name.AsSpan().TrimEnd('.');
        var domain = wanted.AsSpan().TrimEnd('.');
        return own.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
            && (own.Length == domain.Length || own[own.Length - domain.Length - 1] == '.');
    }

    private static bool Holds(JournalEvent happened, string text) =>
        Holds(happened.PeerName, text) || Holds(happened.ReverseName, text) || Holds(happened.Login, text)
        || Holds(happened.Sender, text) || Holds(happened.Recipient, text) || Holds(happened.MessageId, text)
        || Holds(happened.Text, text);

    private static bool Holds(string? value, string text) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
