using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatepost.Policy.Basics;

namespace Gatepost.Policy.Reputation;

/// <summary>Who was seen when: remembers first encounters (RFC 6647).</summary>
public interface IGreylist
{
    /// <summary>Notes an encounter and says when the same three were first met; <paramref name="now"/> for the first time.</summary>
    /// <param name="client">The client's network.</param>
    ValueTask<DateTimeOffset> FirstSeenAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel);

    /// <summary>When the three were first met; null if they never were. Notes nothing.</summary>
    ValueTask<DateTimeOffset?> FindAsync(string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel);

    /// <summary>How many pairs of sender and recipient that client came back for, as real servers do.</summary>
    ValueTask<int> ReturnsAsync(string client, DateTimeOffset now, CancellationToken cancel);
}

/// <summary>A greylist that is only read: for dry runs.</summary>
internal sealed class ReadOnlyGreylist(IGreylist real) : IGreylist
{
    public async ValueTask<DateTimeOffset> FirstSeenAsync(
        string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel) =>
        await real.FindAsync(client, sender, recipient, now, cancel) ?? now;

    public ValueTask<DateTimeOffset?> FindAsync(
        string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel) =>
        real.FindAsync(client, sender, recipient, now, cancel);

    public ValueTask<int> ReturnsAsync(string client, DateTimeOffset now, CancellationToken cancel) =>
        real.ReturnsAsync(client, now, cancel);
}

/// <summary>
/// A greylist in this process's memory, kept across restarts by a log: a client that has waited once need not wait again.
/// </summary>
/// <remarks>
/// Unknown clients choose what is seen for the first time, so first attempts and those that came back are kept apart, each with its own
/// bound: a flood of new senders pushes out the oldest of those that never came back, and no client that has waited.
/// </remarks>
public sealed class Greylist : IGreylist
{
    /// <summary>The most returns of a client that are counted.</summary>
    public const int MostReturns = 1_000;

    private const string Kind = "met";

    /// <summary>The text of a record whose client came back.</summary>
    private const string Proven = "came back";

    /// <summary>Records of clients: how many times they came back.</summary>
    private const string ClientKind = "came-back";

    private static readonly TimeSpan RememberedFor = TimeSpan.FromDays(36);

    /// <summary>Only what comes back after this has shown that it retries.</summary>
    private static readonly TimeSpan ProvenAfter = TimeSpan.FromMinutes(1);

    private readonly ExpiringMap<string, DateTimeOffset> firstMet;
    private readonly ExpiringMap<string, (DateTimeOffset First, DateTimeOffset Until)> proven;
    private readonly ExpiringMap<string, int> returns;
    private readonly IStateLog? log;

    /// <param name="log">Null forgets at restart.</param>
    /// <param name="now">For what the log remembers.</param>
    /// <param name="most">Encounters kept at most, of each of the two kinds.</param>
    public Greylist(IStateLog? log = null, DateTimeOffset now = default, int most = 250_000)
    {
        this.log = log;
        firstMet = new(most, StringComparer.Ordinal);
        proven = new(most, StringComparer.Ordinal);
        returns = new(most, StringComparer.Ordinal);
        foreach (var kept in log?.Load(ClientKind, now) ?? [])
        {
            if (int.TryParse(kept.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
                returns.Set(kept.Key, count, now, kept.Until);
        }

        foreach (var kept in log?.Load(Kind, now) ?? [])
        {
            if (kept.Text == Proven)
                proven.Set(kept.Key, (kept.At, kept.Until), now, kept.Until);
            else
                firstMet.Set(kept.Key, kept.At, now, kept.Until);
        }
    }

    public async ValueTask<DateTimeOffset> FirstSeenAsync(
        string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel)
    {
        string key = KeyOf(client, sender, recipient);
        if (proven.TryGet(key, now, out var before))
        {
            // What is in use stays; a day more or less is not worth a line of the log with each message.
            if (before.Until - now < RememberedFor - TimeSpan.FromDays(1))
                await ProveAsync(key, before.First, now);
            return before.First;
        }

        bool added = firstMet.TryAdd(key, now, now, now + RememberedFor, out var first);
        if (added)
        {
            await KeepAsync(key, first, now, "");
        }
        else if (now - first >= ProvenAfter)
        {
            await ProveAsync(key, first, now);
            firstMet.Remove(key);
            await CountReturnAsync(client, now);
        }

        return first;
    }

    public ValueTask<DateTimeOffset?> FindAsync(
        string client, string sender, string recipient, DateTimeOffset now, CancellationToken cancel)
    {
        string key = KeyOf(client, sender, recipient);
        return ValueTask.FromResult<DateTimeOffset?>(
            proven.TryGet(key, now, out var before) ? before.First : firstMet.TryGet(key, now, out var first) ? first : null);
    }

    public ValueTask<int> ReturnsAsync(string client, DateTimeOffset now, CancellationToken cancel) =>
        ValueTask.FromResult(returns.TryGet(client, now, out int count) ? count : 0);

    /// <summary>Counted up to the most that anybody asks for; a client in use stays known.</summary>
    private Task CountReturnAsync(string client, DateTimeOffset now)
    {
        returns.TryGet(client, now, out int before);
        int count = Math.Min(before + 1, MostReturns);
        returns.Set(client, count, now, now + RememberedFor);
        string text = count.ToString(CultureInfo.InvariantCulture);
        return log?.KeepAsync(new StateRecord(ClientKind, client, now, now + RememberedFor, text)) ?? Task.CompletedTask;
    }

    private Task ProveAsync(string key, DateTimeOffset first, DateTimeOffset now)
    {
        proven.Set(key, (first, now + RememberedFor), now, now + RememberedFor);
        return KeepAsync(key, first, now, Proven);
    }

    private Task KeepAsync(string key, DateTimeOffset first, DateTimeOffset now, string text) =>
        log?.KeepAsync(new StateRecord(Kind, key, first, now + RememberedFor, text)) ?? Task.CompletedTask;

    /// <summary>
    /// The network a client belongs to: its /24 of IPv4, its /64 of IPv6. The servers of one provider share their queue, and the next try
    /// comes from a neighbour's address (RFC 6647 §5).
    /// </summary>
    public static IPNetwork NetworkOf(IPAddress client)
    {
        var network = TemporaryBlocks.NetworkOf(client);
        if (network.BaseAddress.AddressFamily != AddressFamily.InterNetwork)
            return network;
        Span<byte> octets = stackalloc byte[4];
        network.BaseAddress.TryWriteBytes(octets, out _);
        octets[3] = 0;
        return new IPNetwork(new IPAddress(octets), 24);
    }

    /// <summary>No address holds a control character, so none can be mistaken for three.</summary>
    private static string KeyOf(string client, string sender, string recipient) =>
        $"{client}\n{sender.ToLowerInvariant()}\n{recipient.ToLowerInvariant()}";
}
