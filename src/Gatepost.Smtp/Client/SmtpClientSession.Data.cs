using System.Buffers;
using System.Globalization;
using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>The octets of the message, by DATA or BDAT, and the verdict on them.</summary>
public sealed partial class SmtpClientSession
{
    private const int BlockSize = 64 * 1024;

    private async ValueTask StreamAsync(OutgoingTransaction run, CancellationToken cancel)
    {
        byte[] source = ArrayPool<byte>.Shared.Rent(BlockSize);
        byte[] block = ArrayPool<byte>.Shared.Rent((2 * BlockSize) + 8);
        try
        {
            // DATA accepted although nobody was: an empty message ends it (RFC 2920 §3.1).
            if (run.Accepted > 0)
                await WriteBodyAsync(run, source, block, cancel);
            else
                await WriteAsync(".\r\n"u8.ToArray(), ClientStage.Data, options.Timeouts.DataBlock, cancel);
        }
        catch (SmtpClientException failure)
        {
            throw await LastWordsAsync(failure, cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(source);
            ArrayPool<byte>.Shared.Return(block);
        }

        await HearVerdictAsync(run, cancel);
    }

    private async ValueTask WriteBodyAsync(OutgoingTransaction run, byte[] source, byte[] block, CancellationToken cancel)
    {
        var stuffer = default(DotStuffer);
        int used = 0;
        if (run.Mail.Body.InMemory is { } octets)
        {
            for (int at = 0; at < octets.Length; at += BlockSize)
            {
                if (used > 0)
                    await WriteAsync(block.AsMemory(0, used), ClientStage.Data, options.Timeouts.DataBlock, cancel);
                used = stuffer.Pass(octets.Span[at..Math.Min(octets.Length, at + BlockSize)], block);
            }
        }
        else
        {
            await using var body = await OpenBodyAsync(run, cancel);
            int read;
            while ((read = await ReadBodyAsync(body, source, cancel)) > 0)
            {
                if (used > 0)
                    await WriteAsync(block.AsMemory(0, used), ClientStage.Data, options.Timeouts.DataBlock, cancel);
                used = stuffer.Pass(source.AsSpan(0, read), block);
                if (stuffer.FoundBareLineEnd)
                    throw Failed(OurReplies.BareLineEnd.Say(), ClientStage.Data);
            }
        }

        stuffer.Finish();
        if (stuffer.FoundBareLineEnd)
            throw Failed(OurReplies.BareLineEnd.Say(), ClientStage.Data);
        if (!stuffer.EndsLine)
            used += Put("\r\n"u8, block, used);
        used += Put(".\r\n"u8, block, used);
        await WriteAsync(block.AsMemory(0, used), ClientStage.Data, options.Timeouts.DataBlock, cancel);
    }

    private static int Put(ReadOnlySpan<byte> octets, byte[] block, int at)
    {
        octets.CopyTo(block.AsSpan(at));
        return octets.Length;
    }

    /// <summary>BDAT (RFC 3030 §2): the octets as they are, their number before them, one chunk.</summary>
    private async ValueTask ChunkAsync(OutgoingTransaction run, CancellationToken cancel)
    {
        byte[] source = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            long left = run.Mail.Body.Size;
            commands.Clear();
            commands.Add(string.Create(CultureInfo.InvariantCulture, $"BDAT {left} LAST"));
            await WriteAsync(commands.Octets, ClientStage.Data, options.Timeouts.DataBlock, cancel);
            await using var body = await OpenBodyAsync(run, cancel);
            bool anything = run.Mail.BodyType == BodyType.BinaryMime;
            var stuffer = default(DotStuffer);
            byte[] ignored = anything ? [] : ArrayPool<byte>.Shared.Rent((2 * BlockSize) + 8);
            while (left > 0)
            {
                int read = await ReadBodyAsync(body, source.AsMemory(0, (int)Math.Min(left, BlockSize)), cancel);
                if (read == 0)
                    throw Failed(OurReplies.BodyUnreadable.Say(("cause", "it ends early")), ClientStage.Local);
                left -= read;
                if (!anything)
                {
                    stuffer.Pass(source.AsSpan(0, read), ignored);
                    if (stuffer.FoundBareLineEnd)
                        throw Failed(OurReplies.BareLineEnd.Say(), ClientStage.Data);
                }

                await WriteAsync(source.AsMemory(0, read), ClientStage.Data, options.Timeouts.DataBlock, cancel);
            }

            if (!anything)
                ArrayPool<byte>.Shared.Return(ignored);
        }
        catch (SmtpClientException failure)
        {
            throw await LastWordsAsync(failure, cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(source);
        }

        await HearVerdictAsync(run, cancel);
    }

    private async ValueTask<Stream> OpenBodyAsync(OutgoingTransaction run, CancellationToken cancel)
    {
        try
        {
            return await run.Mail.Body.OpenAsync(cancel);
        }
        catch (IOException failure)
        {
            throw Failed(OurReplies.BodyUnreadable.Say(("cause", failure.Message)), ClientStage.Local, failure);
        }
    }

    private async ValueTask<int> ReadBodyAsync(Stream body, Memory<byte> source, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(source[..Math.Min(source.Length, BlockSize)], cancel);
        }
        catch (IOException failure)
        {
            throw Failed(OurReplies.BodyUnreadable.Say(("cause", failure.Message)), ClientStage.Local, failure);
        }
    }

    /// <summary>A peer that cuts us off amid the data has often said why first.</summary>
    private async ValueTask<SmtpClientException> LastWordsAsync(SmtpClientException failure, CancellationToken cancel)
    {
        if (failure.Reply.Entry != OurReplies.LostConnection)
            return failure;
        try
        {
            var reply = await HearAsync(ClientStage.EndOfData, null, options.Timeouts.Quit, cancel);
            return reply.IsPositive ? failure : new SmtpClientException(reply, ClientStage.EndOfData, failure);
        }
        catch (SmtpClientException)
        {
            return failure;
        }
    }

    /// <summary>The answers after the final dot: one for all, in LMTP one for each accepted recipient (RFC 2033 §4.2).</summary>
    private async ValueTask HearVerdictAsync(OutgoingTransaction run, CancellationToken cancel)
    {
        if (options.Protocol == PeerProtocol.Smtp || run.Accepted == 0)
        {
            var reply = await HearAsync(ClientStage.EndOfData, ".", options.Timeouts.DataEnd, cancel, run.Sender);
            needsReset = false;
            run.AnswerAccepted(reply.Class == 3 ? Puzzled(reply, ClientStage.EndOfData) : reply, ClientStage.EndOfData);
            return;
        }

        for (int i = 0; i < run.Mail.Recipients.Count; i++)
        {
            if (!run.IsAccepted(i))
                continue;
            var reply = await HearAsync(ClientStage.EndOfData, ".", options.Timeouts.DataEnd, cancel, run.Sender, run.Mail.Recipients[i].Address.ToString());
            run.Answer(i, reply.Class == 3 ? Puzzled(reply, ClientStage.EndOfData) : reply, ClientStage.EndOfData);
            if (!usable)
                run.AnswerAccepted(reply, ClientStage.EndOfData);
        }

        needsReset = false;
    }
}
