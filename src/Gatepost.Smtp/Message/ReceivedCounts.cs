namespace Gatepost.Smtp.Message;

/// <summary>What the server must know of a header while the message streams past: hops, and which of the required fields are
/// there.</summary>
internal struct ReceivedCounts
{
    private HeaderScanner scanner;
    private MessageIdReader messageId;
    private TlsRequiredReader tlsRequired;

    /// <summary>Received fields (RFC 5321 §6.3).</summary>
    public int Received { get; private set; }

    public bool HasMessageId { get; private set; }

    /// <summary>The first Message-ID; see <see cref="JournalEvent.MessageId"/>.</summary>
    public readonly string? MessageId => messageId.Value;

    public bool HasDate { get; private set; }

    /// <summary>Whether the sender asks by <c>TLS-Required: No</c> that policies about TLS do not stop the message (RFC 8689 §5).</summary>
    public readonly bool IsTlsOptional => tlsRequired.SaysNo;

    /// <summary>Whether the message begins with its text: nothing in it is a header field.</summary>
    public readonly bool IsMissing => scanner.IsMissing;

    public void Feed(ReadOnlySpan<byte> octets)
    {
        bool complete;
        do
        {
            long from = scanner.Position;
            complete = scanner.Read(octets, out int used);
            if (complete || scanner.IsInField)
            {
                messageId.Feed(scanner, octets[..used], from);
                tlsRequired.Feed(scanner, octets[..used], from);
            }

            if (complete)
                Note();
            octets = octets[used..];
        }
        while (complete);
    }

    /// <summary>The message has ended.</summary>
    public void Finish()
    {
        if (scanner.Finish())
            Note();
    }

    private void Note()
    {
        if (scanner.IsNamed("received"u8))
            Received++;
        HasMessageId |= scanner.IsNamed("message-id"u8);
        HasDate |= scanner.IsNamed("date"u8);
    }
}
