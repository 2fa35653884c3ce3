using System.Buffers;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Message;

/// <summary>One pass over a message: its header, then its body for all the hashes that were asked for in between.</summary>
internal sealed class MessagePass : IDisposable
{
    private const int Chunk = 32 * 1024;

    /// <summary>A longer body is not read again to find out what was changed in it: that hashes it some twenty times.</summary>
    public const int MaxAgain = 512 * 1024;

    private readonly Stream message;
    private readonly HeaderReader reader;
    private readonly long start;
    private Task<ReadOnlyMemory<byte>?>? again;

    private MessagePass(Stream message, HeaderReader reader, long start)
    {
        (this.message, this.reader, this.start) = (message, reader, start);
    }

    public MessageFields Fields { get; private set; } = null!;

    /// <summary>How the header ended.</summary>
    public HeaderEnd End => reader.End;

    /// <summary>Hashes are asked for before <see cref="ReadBodyAsync"/>.</summary>
    public BodyHashes Bodies { get; } = new();

    public static async ValueTask<MessagePass> ReadHeaderAsync(Stream message, CancellationToken cancel)
    {
        var pass = new MessagePass(message, new HeaderReader(message, MessageFields.Limits), message.CanSeek ? message.Position : 0);
        pass.Fields = await MessageFields.ReadAsync(pass.reader, cancel).ConfigureAwait(false);
        return pass;
    }

    public async ValueTask ReadBodyAsync(CancellationToken cancel)
    {
        if (!Fields.IsOverLimit)
            await FeedAsync(reader, Bodies.Feed, cancel).ConfigureAwait(false);
        Bodies.Finish();
    }

    /// <summary>The same, for a message about to be signed.</summary>
    /// <returns>Whether the message has a bare CR or LF: some relay on the way will change it.</returns>
    public async ValueTask<bool> ReadBodyAndLineEndsAsync(CancellationToken cancel)
    {
        var lineEnds = new BareLfCheck();
        foreach (var field in Fields.All)
            lineEnds.Feed(field.Raw.Span);
        await FeedAsync(
            reader,
            octets =>
            {
                lineEnds.Feed(octets);
                Bodies.Feed(octets);
            },
            cancel).ConfigureAwait(false);
        lineEnds.Finish();
        Bodies.Finish();
        return lineEnds.SawBareLineEnd;
    }

    /// <summary>The body, read again from the message; null when that cannot be, or it is too long.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> BodyAgainAsync()
    {
        if (!message.CanSeek || Fields.IsOverLimit || Bodies.Octets > MaxAgain)
            return null;
        return await (again ??= ReadAgainAsync()).ConfigureAwait(false);
    }

    public void Dispose()
    {
        reader.Dispose();
        Bodies.Dispose();
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAgainAsync()
    {
        message.Position = start;
        using var second = new HeaderReader(message, MessageFields.Limits);
        while (await second.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            // The fields are known.
        }

        var body = new ArrayBufferWriter<byte>((int)Bodies.Octets + 1);
        await FeedAsync(second, octets => body.Write(octets), CancellationToken.None).ConfigureAwait(false);
        return body.WrittenMemory;
    }

    private static async ValueTask FeedAsync(HeaderReader reader, Action<ReadOnlySpan<byte>> to, CancellationToken cancel)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (int read; (read = await reader.ReadBodyAsync(chunk, cancel).ConfigureAwait(false)) > 0;)
                to(chunk.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
