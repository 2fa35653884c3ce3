namespace Gatepost.Smtp.Message;

/// <summary>The header of a message that is in memory, or of which the beginning is. Nothing is copied; each use reads it once.</summary>
/// <param name="message">The message from its first octet on.</param>
public readonly struct MessageHeader(ReadOnlyMemory<byte> message)
{
    private readonly ReadOnlyMemory<byte> message = message;

    /// <summary>All fields with their line ends; without the empty line.</summary>
    public ReadOnlyMemory<byte> Octets
    {
        get
        {
            var fields = GetEnumerator();
            int end = 0;
            while (fields.MoveNext())
                end += fields.Current.Raw.Length;
            return message[..end];
        }
    }

    /// <summary>The fields in their order.</summary>
    public Enumerator GetEnumerator() => new(message);

    /// <summary>How many fields have this name.</summary>
    /// <param name="name">Without the colon; case does not matter.</param>
    public int Count(ReadOnlySpan<byte> name)
    {
        int count = 0;
        foreach (var field in this)
            count += field.Is(name) ? 1 : 0;
        return count;
    }

    /// <summary>The first field of this name; null when there is none.</summary>
    /// <param name="name">Without the colon; case does not matter.</param>
    public HeaderField? Find(ReadOnlySpan<byte> name)
    {
        foreach (var field in this)
        {
            if (field.Is(name))
                return field;
        }

        return null;
    }

    public struct Enumerator(ReadOnlyMemory<byte> message)
    {
        private readonly ReadOnlyMemory<byte> message = message;
        private HeaderScanner scanner;

        public HeaderField Current { get; private set; }

        public bool MoveNext()
        {
            if (!scanner.Read(message.Span[(int)scanner.Position..], out _) && !scanner.Finish())
                return false;
            var raw = message[(int)scanner.FieldStart..(int)scanner.FieldEnd];
            Current = new HeaderField(raw, scanner.NameLength, scanner.ColonAt);
            return true;
        }
    }
}
