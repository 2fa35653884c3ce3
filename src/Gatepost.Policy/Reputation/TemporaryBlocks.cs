using System.Net;
using System.Net.Sockets;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Reputation;

/// <summary>A client that is kept out for a while.</summary>
/// <param name="Network">The address, or for IPv6 its /64.</param>
/// <param name="Rule">The rule that keeps it out; each has its own.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Why">What was counted.</param>
public sealed record TemporaryBlock(IPNetwork Network, string Rule, DateTimeOffset Since, DateTimeOffset Until, Finding Why)
{
    /// <summary>
    /// Whether it keeps the client out now. A clock set back behind its beginning ends it: a block never lasts longer than configured.
    /// </summary>
    public bool Holds(DateTimeOffset now) => now < Until && now >= Since - TimeSpan.FromMinutes(1);

    /// <summary>Why a client is refused while it holds.</summary>
    public Finding Refusal => OurEvidence.BlockedUntil.Say(Network.ToString(), Until, Why);

    /// <summary>What a refusal shows of it.</summary>
    public IReadOnlyList<Fact> Facts =>
    [
        OurFacts.Blocked.Is(Network.ToString()),
        OurFacts.BlockedFrom.Is(Since),
        OurFacts.BlockedUntil.Is(Until),
        OurFacts.Reason.Is(Why),
        OurFacts.WouldPass.Is(OurEvidence.PassAfterOrLifted.Say(Until)),
    ];
}

/// <summary>Clients that are kept out for a while because they sent or connected too much.</summary>
public sealed class TemporaryBlocks
{
    private const string Kind = "block";

    /// <summary>Enough for a wide attack; beyond it the oldest make room.</summary>
    private const int Most = 100_000;

    private readonly ExpiringMap<(IPNetwork Network, string Rule), TemporaryBlock> blocks = new(Most);
    private readonly TemporaryBlocks? below;
    private readonly IStateLog? log;

    /// <param name="log">Keeps them across restarts; null forgets.</param>
    /// <param name="now">For what the log remembers.</param>
    public TemporaryBlocks(IStateLog? log = null, DateTimeOffset now = default)
    {
        this.log = log;
        foreach (var kept in log?.Load(Kind, now) ?? [])
        {
            if (kept.Key.Split(' ') is [var where, var rule] && IPNetwork.TryParse(where, out var network))
                blocks.Set(
                    (network, rule), new TemporaryBlock(network, rule, kept.At, kept.Until, Finding.Read(kept.Text)), now, kept.Until);
        }
    }

    /// <param name="below">Others that hold too but are not changed through these.</param>
    public TemporaryBlocks(TemporaryBlocks below) => this.below = below;

    public IReadOnlyList<TemporaryBlock> List(DateTimeOffset now) =>
        [.. blocks.Values(now).Where(block => block.Holds(now)).OrderBy(block => block.Since)];

    public TemporaryBlock? Find(IPAddress client, string rule, DateTimeOffset now) =>
        blocks.Count > 0 && blocks.TryGet((NetworkOf(client), rule), now, out var block) && block.Holds(now) ? block
            : below?.Find(client, rule, now);

    /// <returns>The block, once a restart can no longer forget it.</returns>
    public async ValueTask<TemporaryBlock> AddAsync(IPAddress client, string rule, DateTimeOffset now, DateTimeOffset until, Finding why)
    {
        var block = new TemporaryBlock(NetworkOf(client), rule, now, until, why);
        blocks.Set((block.Network, rule), block, now, until);
        if (log is not null)
            await log.KeepAsync(new StateRecord(Kind, $"{block.Network} {rule}", now, until, why.ToRecord()));
        return block;
    }

    /// <summary>Ends all blocks of a client before their time.</summary>
    /// <returns>Those that held.</returns>
    public async ValueTask<IReadOnlyList<TemporaryBlock>> LiftAsync(IPAddress client, DateTimeOffset now)
    {
        var network = NetworkOf(client);
        var lifted = new List<TemporaryBlock>();
        foreach (var block in List(now).Where(block => block.Network.Equals(network)))
        {
            if (!blocks.Remove((network, block.Rule)))
                continue;
            lifted.Add(block);
            if (log is not null)
                await log.KeepAsync(new StateRecord(Kind, $"{network} {block.Rule}", block.Since, block.Since, ""));
        }

        return lifted;
    }

    /// <summary>
    /// The network a client's address belongs to: itself, or its /64, within which one machine has all addresses it wants.
    /// </summary>
    public static IPNetwork NetworkOf(IPAddress client)
    {
        client = client.Plain();
        if (client.AddressFamily == AddressFamily.InterNetwork)
            return new IPNetwork(client, 32);

        Span<byte> octets = stackalloc byte[16];
        client.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPNetwork(new IPAddress(octets), 64);
    }
}
