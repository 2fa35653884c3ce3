using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gatepost.Policy.Reputation;

/// <summary>A client that is kept out for a while.</summary>
/// <param name="Network">The address, or for IPv6 its /64.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Why">In English, for admins.</param>
public sealed record TemporaryBlock(IPNetwork Network, DateTimeOffset Since, DateTimeOffset Until, string Why);

/// <summary>Clients that are kept out for a while because they sent or connected too much.</summary>
public sealed class TemporaryBlocks
{
    private const string Kind = "block";

    /// <summary>Enough for a wide attack; beyond it the oldest that have ended make room, else further ones are not kept.</summary>
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<IPNetwork, TemporaryBlock> blocks = new();
    private readonly TemporaryBlocks? below;
    private readonly IRememberedLog? log;

    /// <param name="log">Keeps them across restarts; null forgets.</param>
    /// <param name="now">For what the log remembers.</param>
    public TemporaryBlocks(IRememberedLog? log = null, DateTimeOffset now = default)
    {
        this.log = log;
        foreach (var kept in log?.Load(Kind, now) ?? [])
        {
            if (IPNetwork.TryParse(kept.Key, out var network) && blocks.Count < Most)
                blocks[network] = new TemporaryBlock(network, kept.At, kept.Until, kept.Text);
        }
    }

    /// <param name="below">Others that hold too but are not changed through these.</param>
    public TemporaryBlocks(TemporaryBlocks below) => this.below = below;

    public IReadOnlyList<TemporaryBlock> List(DateTimeOffset now) => [.. blocks.Values.Where(block => now < block.Until).OrderBy(block => block.Since)];

    public TemporaryBlock? Find(IPAddress client, DateTimeOffset now)
    {
        if (blocks.IsEmpty || !blocks.TryGetValue(NetworkOf(client), out var block))
            return below?.Find(client, now);
        if (now < block.Until)
            return block;
        blocks.TryRemove(new(block.Network, block));
        return below?.Find(client, now);
    }

    /// <returns>The block, once a restart can no longer forget it.</returns>
    public async ValueTask<TemporaryBlock> AddAsync(IPAddress client, DateTimeOffset now, DateTimeOffset until, string why)
    {
        var block = new TemporaryBlock(NetworkOf(client), now, until, why);
        if (blocks.Count >= Most)
            Forget(now);
        if (blocks.Count < Most)
            blocks[block.Network] = block;
        if (log is not null)
            await log.KeepAsync(new Remembered(Kind, block.Network.ToString(), now, until, why));
        return block;
    }

    /// <summary>Ends a block before its time.</summary>
    public bool Lift(IPAddress client)
    {
        if (!blocks.TryRemove(NetworkOf(client), out var block))
            return false;
        _ = log?.KeepAsync(new Remembered(Kind, block.Network.ToString(), block.Since, block.Since, ""));
        return true;
    }

    /// <summary>Whom a client's address stands for: itself, or its /64, within which one machine has all addresses it wants.</summary>
    public static IPNetwork NetworkOf(IPAddress client)
    {
        if (client.IsIPv4MappedToIPv6)
            client = client.MapToIPv4();
        if (client.AddressFamily == AddressFamily.InterNetwork)
            return new IPNetwork(client, 32);

        Span<byte> octets = stackalloc byte[16];
        client.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPNetwork(new IPAddress(octets), 64);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (network, block) in blocks)
        {
            if (block.Until <= now)
                blocks.TryRemove(network, out _);
        }
    }
}
