using System.Globalization;
using System.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Smtp.Client;

/// <summary>The command whose reply is awaited, for the journal.</summary>
/// <param name="Text">As sent; null for the greeting.</param>
internal readonly record struct PendingCommand(Stage Stage, string? Text, string? Sender = null, string? Recipient = null);

/// <summary>What came is no reply.</summary>
/// <param name="words">Its beginning, harmless.</param>
internal sealed class NotAReplyException(string words) : FormatException(words)
{
    public string Words { get; } = words;
}

/// <summary>
/// Reads the replies of another server (RFC 5321 §4.2) and hands each one to the journal: there is no other way a reply comes in.
/// </summary>
/// <remarks>
/// The peer is hostile: a line has at most 2,048 octets (RFC 5321 §4.5.3.1.5 knows 512), a reply at most 100 lines and 16,384 octets.
/// A line feed alone ends a line too. Not thread-safe; each connection owns one.
/// </remarks>
internal sealed class ReplyReader(Stream stream, AttemptJournal journal, ReplyDatabase replies, string host)
{
    public const int MaxLine = 2048;
    public const int MaxLines = 100;
    public const int MaxReply = 16_384;

    private const int Remembered = 8;

    private readonly byte[] buffer = new byte[4096];
    private readonly (byte[] Line, Reply Reply)[] memory = new (byte[], Reply)[Remembered];
    private int remember;
    private int start, end;

    /// <summary>Texts that are taken out of what is read: secrets that the other side may repeat.</summary>
    public IReadOnlyList<string> Hidden { get; set; } = [];

    /// <summary>Octets that came but were not read: after the reply to STARTTLS there must be none.</summary>
    public int Buffered => end - start;

    /// <summary>Throws away what was buffered. RFC 3207 §4.2: nothing said in clear may count after STARTTLS.</summary>
    public void DropBuffered() => start = end = 0;

    /// <summary>Waits for one reply.</summary>
    /// <exception cref="EndOfStreamException">The peer closed before a whole reply had come.</exception>
    /// <exception cref="NotAReplyException">What came is none; nothing more may be read.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<Reply> ReadAsync(PendingCommand command, CancellationToken cancel)
    {
        var line = await LineAsync(cancel);
        var reply = Known(line.Span) ?? await ReadOnAsync(line, cancel);
        journal.Reply(command, reply);
        return reply;
    }

    /// <summary>Servers repeat the same few lines: those are recognised once a connection.</summary>
    private Reply? Known(ReadOnlySpan<byte> line)
    {
        foreach (var (known, reply) in memory)
        {
            if (known is not null && line.SequenceEqual(known))
                return reply;
        }

        return null;
    }

    private async ValueTask<Reply> ReadOnAsync(ReadOnlyMemory<byte> line, CancellationToken cancel)
    {
        int code = Code(line.Span, out bool last);
        if (last)
        {
            var only = replies.Recognise(code, Words(line.Span), host);
            if (line.Length <= 64 && Hidden.Count == 0)
            {
                memory[remember] = (line.ToArray(), only);
                remember = (remember + 1) % Remembered;
            }

            return only;
        }

        var text = new StringBuilder(Words(line.Span));
        int octets = line.Length;
        for (int lines = 1; !last; lines++)
        {
            line = await LineAsync(cancel);
            octets += line.Length;
            if (lines >= MaxLines || octets > MaxReply)
                throw new NotAReplyException(string.Create(CultureInfo.InvariantCulture, $"a reply without end ({lines} lines so far)"));
            // Some servers change the code half-way; the last line is the one that counts.
            code = Code(line.Span, out last);
            text.Append('\n').Append(Words(line.Span));
        }

        return replies.Recognise(code, text.ToString(), host);
    }

    private static int Code(ReadOnlySpan<byte> line, out bool last)
    {
        last = line.Length == 3 || (line.Length > 3 && line[3] != '-');
        bool good = line.Length >= 3
            && line[0] is >= (byte)'2' and <= (byte)'5'
            && char.IsAsciiDigit((char)line[1])
            && char.IsAsciiDigit((char)line[2])
            && (line.Length == 3 || line[3] is (byte)' ' or (byte)'-');
        if (!good)
            throw new NotAReplyException(SafeText.Of(line, 80));
        return ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0';
    }

    private string Words(ReadOnlySpan<byte> line)
    {
        string words = line.Length <= 4 ? "" : SafeText.Of(line[4..], MaxLine);
        foreach (string secret in Hidden)
            words = words.Replace(secret, "...", StringComparison.Ordinal);
        return words;
    }

    /// <summary>The next line without its end; valid until the next call.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> LineAsync(CancellationToken cancel)
    {
        int searched = 0;
        while (true)
        {
            int feed = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                int length = searched + feed;
                var line = buffer.AsMemory(start, length > 0 && buffer[start + length - 1] == '\r' ? length - 1 : length);
                start += length + 1;
                return line;
            }

            searched = end - start;
            if (searched >= MaxLine)
                throw new NotAReplyException(SafeText.Of(buffer.AsSpan(start, 80), 80) + "... (a line without end)");
            if (start > 0)
            {
                buffer.AsSpan(start, searched).CopyTo(buffer);
                start = 0;
                end = searched;
            }

            int read = await stream.ReadAsync(buffer.AsMemory(end), cancel);
            if (read == 0)
                throw new EndOfStreamException();
            end += read;
        }
    }
}
