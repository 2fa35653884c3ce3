using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gatepost.Smtp.Server;

/// <summary>Connections open now, in all and by client. An IPv6 client is its /64: that is what one customer gets.</summary>
internal sealed class ClientCounts
{
    /// <summary>
    /// Connections beyond the limit that get 421 at the same time. Without a bound a burst takes all descriptors before the first has its
    /// 421, and then no client gets in though most of the limit is free.
    /// </summary>
    private const int MaxBeyond = 50;

    private readonly ConcurrentDictionary<UInt128, int> byClient = new();
    private int all;
    private int open;

    /// <summary>Whether no client may enter because the process has few descriptors left.</summary>
    public bool IsShort { get; set; }

    /// <summary>Whether one more may be accepted, to be served or rejected with 421.</summary>
    public bool HasRoom(int limit) => Volatile.Read(ref open) < limit + MaxBeyond;

    /// <summary>A connection was accepted, whatever becomes of it.</summary>
    public void Opened() => Interlocked.Increment(ref open);

    public void Closed() => Interlocked.Decrement(ref open);

    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref all) <= limit && !IsShort)
            return true;
        Interlocked.Decrement(ref all);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref all);

    public bool TryEnter(IPAddress client, int limit)
    {
        var key = KeyOf(client);
        while (true)
        {
            int count = byClient.GetOrAdd(key, 0);
            if (count >= limit)
                return false;
            if (byClient.TryUpdate(key, count + 1, count))
                return true;
        }
    }

    public void Leave(IPAddress client)
    {
        var key = KeyOf(client);
        while (byClient.TryGetValue(key, out int count))
        {
            bool done = count <= 1
                ? byClient.TryRemove(new KeyValuePair<UInt128, int>(key, count))
                : byClient.TryUpdate(key, count - 1, count);
            if (done)
                return;
        }
    }

    private static UInt128 KeyOf(IPAddress client)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        client = client.Plain();
        client.TryWriteBytes(octets, out _);
        if (client.AddressFamily == AddressFamily.InterNetworkV6)
            octets[8..].Clear();
        else
            octets[15] = 4;
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(octets);
    }
}
