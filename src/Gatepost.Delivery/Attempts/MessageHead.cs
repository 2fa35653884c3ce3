using System.Text;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Attempts;

/// <summary>Looks into the header of a message without taking it apart: hostile, possibly huge, never changed.</summary>
internal static class MessageHead
{
    /// <summary>The header, its last line end included; the whole where no empty line ends it.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("\r\n"u8))
            return [];
        int end = message.IndexOf("\r\n\r\n"u8);
        return end < 0 ? message : message[..(end + 2)];
    }

    /// <summary>How many fields of that name there are.</summary>
    /// <param name="name">With its colon, for example <c>Received:</c>.</param>
    public static int Count(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        int count = 0;
        foreach (var line in new Lines(Of(message)))
        {
            if (line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                count++;
        }

        return count;
    }

    /// <summary>The value of the first field of that name, unfolded, trimmed, 1,000 octets at most; null where there is none.</summary>
    public static string? Find(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        StringBuilder? value = null;
        foreach (var line in new Lines(Of(message)))
        {
            if (value is not null)
            {
                if (line.IsEmpty || line[0] is not ((byte)' ' or (byte)'\t') || value.Length > 1000)
                    break;
                value.Append(' ').Append(Encoding.UTF8.GetString(line.Trim(" \t"u8)));
            }
            else if (line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                value = new StringBuilder(Encoding.UTF8.GetString(line[name.Length..].Trim(" \t"u8)));
            }
        }

        return value?.ToString(0, Math.Min(value.Length, 1000));
    }

    /// <summary>Whether a Delivered-To field (RFC 9228) names the address already: then the message has been here before.</summary>
    public static bool WasDeliveredTo(ReadOnlySpan<byte> message, Mailbox address)
    {
        ReadOnlySpan<byte> name = "Delivered-To:"u8;
        byte[]? wanted = null;
        foreach (var line in new Lines(Of(message)))
        {
            if (line.Length < name.Length || !Ascii.EqualsIgnoreCase(line[..name.Length], name))
                continue;
            wanted ??= Encoding.UTF8.GetBytes(address.ToString());
            var value = line[name.Length..].Trim(" \t"u8);
            bool same = value.SequenceEqual(wanted) || (Ascii.IsValid(value) && Ascii.IsValid(wanted) && Ascii.EqualsIgnoreCase(value, wanted));
            if (same)
                return true;
        }

        return false;
    }

    /// <summary>Lines without their ends.</summary>
    internal ref struct Lines(ReadOnlySpan<byte> octets)
    {
        private ReadOnlySpan<byte> rest = octets;
        private bool done = octets.IsEmpty;

        public ReadOnlySpan<byte> Current { get; private set; }

        public readonly Lines GetEnumerator() => this;

        public bool MoveNext()
        {
            if (done)
                return false;
            int feed = rest.IndexOf((byte)'\n');
            var line = feed < 0 ? rest : rest[..feed];
            Current = line.EndsWith("\r"u8) ? line[..^1] : line;
            rest = feed < 0 ? [] : rest[(feed + 1)..];
            done = rest.IsEmpty;
            return true;
        }
    }
}
