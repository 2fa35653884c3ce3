using System.Buffers;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>Sends the octets of one message, by DATA with dots stuffed or by BDAT as they are.</summary>
internal sealed class MessageBody(ClientConnection connection, ClientTimeouts timeouts, OutgoingMail mail)
{
    private const int BlockSize = 64 * 1024;

    /// <summary>Whether the header has octets beyond ASCII.</summary>
    /// <exception cref="IOException">The store cannot give the body.</exception>
    public static async ValueTask<bool> HasUtf8HeaderAsync(OutgoingBody body, CancellationToken cancel)
    {
        byte[] head = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            await using var stream = await body.OpenAsync(cancel);
            int length = await stream.ReadAtLeastAsync(head, BlockSize, throwOnEndOfStream: false, cancel);
            int end = head.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            return !Ascii.IsValid(head.AsSpan(0, end < 0 ? length : end));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    /// <summary>The message and the final dot.</summary>
    /// <exception cref="SmtpClientException">The connection broke, the peer cut us off, or the message cannot be sent as it is.</exception>
    public async ValueTask SendAsync(CancellationToken cancel)
    {
        byte[] source = ArrayPool<byte>.Shared.Rent(BlockSize);
        byte[] block = ArrayPool<byte>.Shared.Rent((2 * BlockSize) + 8);
        try
        {
            await SendStuffedAsync(source, block, cancel);
        }
        catch (SmtpClientException failure)
        {
            throw await ReadPendingReplyAsync(failure, cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(source);
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Only the final dot.</summary>
    public async ValueTask SendNothingAsync(CancellationToken cancel)
    {
        try
        {
            await WriteAsync(".\r\n"u8.ToArray(), cancel);
        }
        catch (SmtpClientException failure)
        {
            throw await ReadPendingReplyAsync(failure, cancel);
        }
    }

    /// <summary>BDAT (RFC 3030 §2), for BINARYMIME: one chunk, its size before it.</summary>
    /// <exception cref="SmtpClientException">As <see cref="SendAsync"/>.</exception>
    public async ValueTask SendChunkAsync(CancellationToken cancel)
    {
        byte[] source = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            await SendChunkAsync(source, cancel);
        }
        catch (SmtpClientException failure)
        {
            throw await ReadPendingReplyAsync(failure, cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(source);
        }
    }

    private async ValueTask SendStuffedAsync(byte[] source, byte[] block, CancellationToken cancel)
    {
        var stuffer = default(DotStuffer);
        int used = 0;
        if (mail.Body.InMemory is { } octets)
        {
            for (int at = 0; at < octets.Length; at += BlockSize)
            {
                if (used > 0)
                    await WriteAsync(block.AsMemory(0, used), cancel);
                used = stuffer.Pass(octets.Span[at..Math.Min(octets.Length, at + BlockSize)], block);
            }
        }
        else
        {
            await using var body = await OpenAsync(cancel);
            int read;
            while ((read = await ReadAsync(body, source, cancel)) > 0)
            {
                if (used > 0)
                    await WriteAsync(block.AsMemory(0, used), cancel);
                used = stuffer.Pass(source.AsSpan(0, read), block);
                if (stuffer.FoundBareLineEnd)
                    throw connection.Fail(ClientReplies.BareLineEnd.Say(), Stage.Data);
            }
        }

        stuffer.Finish();
        if (stuffer.FoundBareLineEnd)
            throw connection.Fail(ClientReplies.BareLineEnd.Say(), Stage.Data);
        ReadOnlySpan<byte> end = stuffer.EndsLine ? ".\r\n"u8 : "\r\n.\r\n"u8;
        end.CopyTo(block.AsSpan(used));
        await WriteAsync(block.AsMemory(0, used + end.Length), cancel);
    }

    private async ValueTask SendChunkAsync(byte[] source, CancellationToken cancel)
    {
        long left = mail.Body.Size;
        connection.Commands.Clear();
        connection.Commands.Add($"BDAT {left} LAST");
        await WriteAsync(connection.Commands.Octets, cancel);
        await using var body = await OpenAsync(cancel);
        while (left > 0)
        {
            int read = await ReadAsync(body, source.AsMemory(0, (int)Math.Min(left, BlockSize)), cancel);
            if (read == 0)
                throw connection.Fail(DeliveryReplies.BodyUnreadable.Say(("cause", "it ends early")), Stage.Local);
            left -= read;
            await WriteAsync(source.AsMemory(0, read), cancel);
        }
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel) =>
        connection.WriteAsync(octets, Stage.Data, timeouts.DataBlock, cancel);

    private async ValueTask<Stream> OpenAsync(CancellationToken cancel)
    {
        try
        {
            return await mail.Body.OpenAsync(cancel);
        }
        catch (IOException failure)
        {
            throw connection.Fail(DeliveryReplies.BodyUnreadable.Say(("cause", failure.Message)), Stage.Local, failure);
        }
    }

    private async ValueTask<int> ReadAsync(Stream body, Memory<byte> target, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(target[..Math.Min(target.Length, BlockSize)], cancel);
        }
        catch (IOException failure)
        {
            throw connection.Fail(DeliveryReplies.BodyUnreadable.Say(("cause", failure.Message)), Stage.Local, failure);
        }
    }

    /// <summary>A peer that cuts us off in the middle of the data has often said why first.</summary>
    private async ValueTask<SmtpClientException> ReadPendingReplyAsync(SmtpClientException failure, CancellationToken cancel)
    {
        if (failure.Reply.Entry != ClientReplies.LostConnection)
            return failure;
        try
        {
            var reply = await connection.ReadReplyAsync(new PendingCommand(Stage.Message, null), timeouts.Quit, cancel);
            return reply.IsPositive ? failure : new SmtpClientException(reply, Stage.Message, failure);
        }
        catch (SmtpClientException)
        {
            return failure;
        }
    }
}
