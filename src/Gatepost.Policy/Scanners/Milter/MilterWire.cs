using System.Buffers;
using System.Buffers.Binary;
using Gatepost.Replies;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>Packets of the milter protocol: four octets of length, a letter, data. Bounded both ways.</summary>
internal sealed class MilterWire(Stream stream) : IDisposable
{
    /// <summary>Most data one packet may have: libmilter refuses more (MILTER_MAX_DATA_SIZE).</summary>
    public const int MaxData = 65_535;

    /// <summary>The longest packet of a filter that is read: a field of full length and its name.</summary>
    private const int MaxAnswer = 128 * 1024;

    private const int Head = 5;

    private byte[] outgoing = ArrayPool<byte>.Shared.Rent(Head + MaxData);
    private byte[] incoming = ArrayPool<byte>.Shared.Rent(1_024);
    private int filled;
    private int packet;

    /// <summary>Begins a packet; it goes out when it is full or an answer is waited for.</summary>
    /// <param name="room">Octets of data it will have at most; <see cref="MaxData"/> or less.</param>
    public async ValueTask BeginAsync(byte command, int room, CancellationToken cancel)
    {
        if (filled + Head + room > outgoing.Length)
            await SendAsync(cancel);
        packet = filled;
        outgoing[packet + 4] = command;
        filled += Head;
    }

    /// <summary>Adds data; what exceeds the packet's room is cut off.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        int length = Math.Min(data.Length, Math.Min(outgoing.Length - filled, Head + MaxData - (filled - packet)));
        data[..length].CopyTo(outgoing.AsSpan(filled));
        filled += length;
    }

    public void Add(byte octet) => Add([octet]);

    public void End() => BinaryPrimitives.WriteInt32BigEndian(outgoing.AsSpan(packet), filled - packet - 4);

    public async ValueTask SendAsync(CancellationToken cancel)
    {
        if (filled == 0)
            return;
        await stream.WriteAsync(outgoing.AsMemory(0, filled), cancel);
        await stream.FlushAsync(cancel);
        filled = 0;
    }

    /// <summary>The next packet of the filter. Its data is good until the next call.</summary>
    /// <exception cref="IOException">It hung up.</exception>
    /// <exception cref="FilterException">Its length makes no sense.</exception>
    public async ValueTask<(byte Answer, ReadOnlyMemory<byte> Data)> ReadAsync(CancellationToken cancel)
    {
        await SendAsync(cancel);
        await FillAsync(4, cancel);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(incoming);
        if (length is 0 or > MaxAnswer)
            throw new FilterException(OurEvidence.MilterOddPacket.Say(length));
        if (length > incoming.Length)
        {
            ArrayPool<byte>.Shared.Return(incoming);
            incoming = ArrayPool<byte>.Shared.Rent((int)length);
        }

        await FillAsync((int)length, cancel);
        return (incoming[0], incoming.AsMemory(1, (int)length - 1));
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(outgoing);
        ArrayPool<byte>.Shared.Return(incoming);
        outgoing = incoming = [];
    }

    private async ValueTask FillAsync(int length, CancellationToken cancel)
    {
        if (await stream.ReadAtLeastAsync(incoming.AsMemory(0, length), length, throwOnEndOfStream: false, cancel) < length)
            throw new MilterHungUpException();
    }
}
