using Gatepost.Replies;

namespace Gatepost.Smtp.Message;

/// <summary>Remembers the first Message-ID of a header that streams past in pieces.</summary>
internal struct MessageIdReader
{
    /// <summary>Characters of the value, see <see cref="JournalEvent.MessageId"/>.</summary>
    private const int MaxLength = 250;

    private FieldStart first;

    /// <inheritdoc cref="FieldStart.Feed"/>
    public void Feed(in HeaderScanner scanner, ReadOnlySpan<byte> piece, long from) => first.Feed("message-id"u8, scanner, piece, from);

    /// <summary>What is between the angle brackets, or all of it where there are none; null if there is nothing.</summary>
    public readonly string? Value
    {
        get
        {
            var value = first.Value;
            int open = value.IndexOf((byte)'<');
            if (open >= 0)
                value = value[(open + 1)..];
            int close = value.IndexOf((byte)'>');
            if (close >= 0)
                value = value[..close];
            value = value.Trim(" \t\r\n"u8);
            return value.IsEmpty ? null : SafeText.Of(value, MaxLength).ToString();
        }
    }
}
