using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;

namespace Gatepost.Tests.Policy;

/// <summary>A filter in memory: keeps what it was told and answers as the test says.</summary>
/// <param name="answers">For each packet but macros, QUIT and ABORT: what to send back; null says nothing, an empty answer hangs
/// up.</param>
internal sealed class ScriptedMilter(Func<char, byte[], byte[]?> answers)
{
    /// <summary>Letter and data of each packet, as Latin-1 with NUL as <c>|</c>.</summary>
    public List<string> Received { get; } = [];

    /// <summary>Done when the server has hung up.</summary>
    public Task Serving { get; private set; } = Task.CompletedTask;

    /// <summary>Whether it hangs up behind its next answer.</summary>
    public bool HangsUp { get; set; }

    public MemoryStream Body { get; } = new();

    public ValueTask<Stream> ConnectAsync(CancellationToken cancel)
    {
        Pipe there = new(), back = new();
        Serving = ServeAsync(new Duplex(there.Reader, back.Writer), back.Writer);
        return ValueTask.FromResult<Stream>(new Duplex(back.Reader, there.Writer));
    }

    /// <summary>Agrees to that, and lets everything pass.</summary>
    public static byte[] Agree(uint steps, uint actions = 0x21, uint version = 6)
    {
        byte[] data = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(data, version);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4), actions);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(8), steps);
        return Packet('O', data);
    }

    public static byte[] Packet(char letter, params byte[] data)
    {
        byte[] packet = new byte[data.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(packet, data.Length + 1);
        packet[4] = (byte)letter;
        data.CopyTo(packet, 5);
        return packet;
    }

    public static byte[] Packet(char letter, string text) => Packet(letter, Encoding.Latin1.GetBytes(text.Replace('|', '\0')));

    private async Task ServeAsync(Stream stream, PipeWriter answer)
    {
        try
        {
            while (await ReadAsync(stream) is { } packet)
            {
                char letter = (char)packet[0];
                if (letter == 'B')
                    Body.Write(packet.AsSpan(1));
                Received.Add(letter == 'B' ? $"B {packet.Length - 1}" : Encoding.Latin1.GetString(packet).Replace('\0', '|'));
                if (letter is 'D' or 'Q' or 'A' || answers(letter, packet[1..]) is not { } said)
                    continue;
                if (said.Length == 0)
                    break;
                await answer.WriteAsync(said);
                if (HangsUp)
                    break;
            }
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
        }

        await answer.CompleteAsync();
    }

    private static async Task<byte[]?> ReadAsync(Stream stream)
    {
        byte[] head = new byte[4];
        if (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false) < 4)
            return null;
        byte[] packet = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await stream.ReadExactlyAsync(packet);
        return packet;
    }
}
