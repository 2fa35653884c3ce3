namespace Gatepost.Commands.Answers;

/// <summary>Reads a file whole if it is of ordinary size, and a large mailbox in pieces that end between two messages.</summary>
internal sealed class FilePieces(Stream file, int size)
{
    private byte[] buffer = [];
    private int held;
    private bool ended;

    /// <summary>How many pieces were read.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The beginning of a file that is longer than that; empty if it is not. Afterwards <see cref="Next"/> reads from the start.
    /// </summary>
    public ReadOnlyMemory<byte> Head(int length)
    {
        if (!file.CanSeek || file.Length <= length)
            return default;
        byte[] head = new byte[length];
        int read = file.ReadAtLeast(head, length, throwOnEndOfStream: false);
        file.Position = 0;
        return head.AsMemory(0, read);
    }

    /// <summary>The next piece; empty at the end. It is good until the next call.</summary>
    /// <exception cref="IOException">The file cannot be read on.</exception>
    public ReadOnlyMemory<byte> Next()
    {
        if (Count > 0)
            DropPiece();
        if (buffer.Length == 0)
            buffer = new byte[Math.Clamp(file.Length - file.Position + 1, 1, size)];
        Fill();
        Count++;
        given = ended ? held : LastMessage();
        return buffer.AsMemory(0, given);
    }

    private int given;

    private void DropPiece()
    {
        buffer.AsSpan(given, held - given).CopyTo(buffer);
        held -= given;
    }

    private void Fill()
    {
        while (!ended && held < buffer.Length)
        {
            int read = file.Read(buffer, held, buffer.Length - held);
            if (read == 0)
                ended = true;
            held += read;
        }
    }

    /// <summary>Where the last message begins that may go on behind the piece; the whole piece where it is no mailbox.</summary>
    private int LastMessage()
    {
        var piece = buffer.AsSpan(0, held);
        if (!piece.StartsWith("From "u8))
            return held;
        int at = Math.Max(piece.LastIndexOf("\n\nFrom "u8) + 2, piece.LastIndexOf("\r\n\r\nFrom "u8) + 4);
        return at > 4 ? at : held;
    }
}
