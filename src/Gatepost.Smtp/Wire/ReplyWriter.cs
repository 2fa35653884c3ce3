using System.Buffers;
using System.Globalization;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Wire;

/// <summary>Collects the replies to a batch of pipelined commands, so that one write carries them all (RFC 2920 §3.2).</summary>
internal sealed class ReplyWriter : IDisposable
{
    private byte[] octets = [];
    private int length;

    public bool IsEmpty => length == 0;

    public int Length => length;

    public ReadOnlyMemory<byte> Written => octets.AsMemory(0, length);

    /// <param name="reply">What to say.</param>
    /// <param name="utf8">Whether the client may be shown UTF-8 (RFC 6531 §3.7.4.2); if not, such characters become <c>\x{...}</c>.</param>
    public void Add(Reply reply, bool utf8)
    {
        var wire = reply.Wire.Span;
        if (!utf8 && !Ascii.IsValid(wire))
            wire = Encoding.ASCII.GetBytes(Escape(Encoding.UTF8.GetString(wire)));
        Add(wire);
    }

    /// <summary>Everything was written; the memory goes back.</summary>
    public void Clear()
    {
        length = 0;
        if (octets.Length > 0)
            ArrayPool<byte>.Shared.Return(octets);
        octets = [];
    }

    public void Dispose() => Clear();

    private void Add(ReadOnlySpan<byte> wire)
    {
        if (octets.Length - length < wire.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(512, length + wire.Length));
            octets.AsSpan(0, length).CopyTo(larger);
            if (octets.Length > 0)
                ArrayPool<byte>.Shared.Return(octets);
            octets = larger;
        }

        wire.CopyTo(octets.AsSpan(length));
        length += wire.Length;
    }

    /// <summary>The form of RFC 6533 §3 (unitext in ASCII). Lines that grow over the limit of RFC 5321 §4.5.3.1.5 are cut.</summary>
    private static string Escape(string wire)
    {
        var escaped = new StringBuilder(wire.Length + 32);
        foreach (string line in wire.Split("\r\n"))
        {
            if (line.Length == 0)
                continue;
            int begin = escaped.Length;
            foreach (var rune in line.EnumerateRunes())
            {
                string one = rune.IsAscii ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
                if (escaped.Length - begin + one.Length > Reply.MaxLine - 2)
                    break;
                escaped.Append(one);
            }

            escaped.Append("\r\n");
        }

        return escaped.ToString();
    }
}
