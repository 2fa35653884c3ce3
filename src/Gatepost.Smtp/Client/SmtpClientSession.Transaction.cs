using System.Buffers;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>The mail transaction.</summary>
public sealed partial class SmtpClientSession
{
    /// <summary>RCPTs in one write. More could fill both directions at once while nobody reads (RFC 2920 §3.1).</summary>
    private const int GroupSize = 50;

    /// <summary>Offers one message in one transaction.</summary>
    /// <param name="mail">Recipients beyond the peer's limit stay unoffered and have no reply in the result.</param>
    /// <param name="cancel">Gives up at once; the connection cannot be used afterwards.</param>
    /// <returns>An answer for each recipient; a connection that broke on the way is an answer as well, under a condition of ours.</returns>
    /// <exception cref="SmtpClientException">A connection that had idled was found closed before it said a word: another one may be opened at once.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up before anybody was answered; later it is in <see cref="TransactionResult.BrokenOffBy"/>.</exception>
    public async ValueTask<TransactionResult> SendAsync(OutgoingMail mail, CancellationToken cancel)
    {
        using var heed = patience.Heed(cancel);
        cancel.ThrowIfCancellationRequested();
        behalf = new AttemptContext(mail.Attempt, mail.QueueId);
        var run = new OutgoingTransaction(mail);
        if (await ObjectionOrFaultAsync(mail, run, cancel) is { } objection)
        {
            run.AnswerAll(objection, ClientStage.Mail);
            return run.Result(carriedDsn: false);
        }

        try
        {
            patience.Bound(options.Timeouts.Transaction + TimeSpan.FromSeconds((double)mail.Body.Size / options.Timeouts.LeastRate));
            await TransactAsync(run, cancel);
        }
        catch (SmtpClientException failure) when (failure.Stale || IsStale(run, failure.Reply.Entry == OurReplies.LostConnection))
        {
            throw;
        }
        catch (SmtpClientException failure)
        {
            run.AnswerOpen(failure.Reply, failure.Stage);
        }
        catch (Exception cause) when (run.AnsweredAny)
        {
            usable = false;
            return run.Result(Offers.Dsn) with { BrokenOffBy = cause };
        }
        finally
        {
            patience.Unbound();
        }

        Transactions++;
        return run.Result(Offers.Dsn);
    }

    /// <summary>A connection that idled may have been closed, or say 421 for its idling, before it hears us: that is no answer to this message.</summary>
    private bool IsStale(OutgoingTransaction run, bool lost) => Transactions > 0 && !run.HeardAny && lost;

    private async ValueTask<Reply?> ObjectionOrFaultAsync(OutgoingMail mail, OutgoingTransaction run, CancellationToken cancel)
    {
        try
        {
            return await ObjectionAsync(mail, run, cancel);
        }
        catch (IOException failure)
        {
            return OurReplies.BodyUnreadable.Say(("cause", failure.Message));
        }
    }

    /// <summary>What can be known to fail before a word is said.</summary>
    private async ValueTask<Reply?> ObjectionAsync(OutgoingMail mail, OutgoingTransaction run, CancellationToken cancel)
    {
        string host = target.Host;
        if (Offers.MaxSize is { } limit && mail.Body.Size > limit)
            return OurReplies.PeerSizeLimit.Say(("host", host), ("limit", limit), ("size", mail.Body.Size));

        bool binary = mail.BodyType == BodyType.BinaryMime;
        if (binary && !(Offers.Chunking && Offers.BinaryMime))
            return OurReplies.PeerNotBinary.Say(("host", host));

        run.EightBit = mail.BodyType == BodyType.EightBitMime || mail.Body.InMemory is { } octets && !Ascii.IsValid(octets.Span);
        bool declared = mail.BodyType == BodyType.EightBitMime && !(mail.Body.InMemory is { } known && Ascii.IsValid(known.Span));
        if (declared && !Offers.EightBitMime)
            return OurReplies.PeerNotEightBit.Say(("host", host));

        run.Utf8 = mail.SmtpUtf8 && Offers.SmtpUtf8;
        bool needsUtf8 = !Offers.SmtpUtf8 && (HasUtf8Address(mail) || (mail.SmtpUtf8 && await HasUtf8HeadAsync(mail.Body, cancel)));
        if (needsUtf8)
            return OurReplies.PeerNotUtf8.Say(("host", host));
        run.Utf8 |= Offers.SmtpUtf8 && HasUtf8Address(mail);

        if (!binary && mail.Body.InMemory is { } whole && !DotStuffer.HasGoodLineEnds(whole.Span))
            return OurReplies.BareLineEnd.Say();
        return null;
    }

    private static bool HasUtf8Address(OutgoingMail mail)
    {
        if (mail.Sender is { IsAscii: false })
            return true;
        foreach (var recipient in mail.Recipients)
        {
            if (!recipient.Address.IsAscii)
                return true;
        }

        return false;
    }

    /// <summary>A client may say SMTPUTF8 and then not need it; then the message may go to anybody (RFC 6531 §3.4).</summary>
    private static async ValueTask<bool> HasUtf8HeadAsync(OutgoingBody body, CancellationToken cancel)
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

    private async ValueTask TransactAsync(OutgoingTransaction run, CancellationToken cancel)
    {
        bool bdat = Offers.Chunking && run.Mail.BodyType == BodyType.BinaryMime;
        int most = Math.Min(run.Mail.Recipients.Count, Math.Min(Offers.MaxRecipients ?? int.MaxValue, options.MaxRecipients));
        var start = Offers.Pipelining
            ? await OfferGroupedAsync(run, most, withData: !bdat, cancel)
            : await OfferOneByOneAsync(run, most, cancel);
        if (start is { Code: not 354 })
        {
            run.AnswerAccepted(start.IsPositive ? Puzzled(start, ClientStage.Data) : start, ClientStage.Data);
            return;
        }

        if (!usable)
            return;

        if (bdat)
        {
            if (run.Accepted > 0)
                await ChunkAsync(run, cancel);
            return;
        }

        if (run.Accepted == 0 && start is null)
            return;
        start ??= await AskAsync("DATA", ClientStage.Data, options.Timeouts.DataStart, cancel);
        if (start.Code == 354)
            await StreamAsync(run, cancel);
        else
            run.AnswerAccepted(start.IsPositive ? Puzzled(start, ClientStage.Data) : start, ClientStage.Data);
    }

    /// <summary>MAIL, RCPTs and DATA in as few writes as PIPELINING lets us (RFC 2920 §3.1).</summary>
    /// <returns>The answer to DATA; null where DATA was not sent or MAIL was refused and DATA with it.</returns>
    private async ValueTask<Reply?> OfferGroupedAsync(OutgoingTransaction run, int most, bool withData, CancellationToken cancel)
    {
        var (mail, sender) = (run.Mail, run.Sender);
        string from = CommandBuilder.MailFrom(mail, Offers, run.EightBit, run.Utf8);
        Reply? refusedMail = null;
        bool resets = needsReset;
        for (int first = 0; first < most; first += GroupSize)
        {
            int next = Math.Min(first + GroupSize, most);
            bool dataHere = withData && next == most;
            commands.Clear();
            if (first == 0 && resets)
                commands.Add("RSET");
            if (first == 0)
                commands.Add(from);
            for (int i = first; i < next; i++)
                commands.Add(run.Command(i, CommandBuilder.RcptTo(mail.Recipients[i], Offers, run.Utf8)));
            if (dataHere)
                commands.Add("DATA");
            needsReset = true;
            await WriteAsync(commands.Octets, ClientStage.Mail, options.Timeouts.Mail, cancel);

            if (first == 0)
            {
                if (resets)
                    FirstWord(run, await HearAsync(ClientStage.Reset, "RSET", options.Timeouts.Hello, cancel), ClientStage.Reset);
                refusedMail = await HearMailAsync(run, from, cancel);
            }

            for (int i = first; i < next && usable; i++)
                await HearRcptAsync(run, i, offered: refusedMail is null, cancel);
            if (!usable)
                return null;
            if (dataHere)
                return await HearDataAsync(run, cancel);
            if (refusedMail is not null)
                return null;
        }

        return null;

        async ValueTask<Reply?> HearMailAsync(OutgoingTransaction heard, string command, CancellationToken token)
        {
            var reply = FirstWord(heard, await HearAsync(ClientStage.Mail, command, options.Timeouts.Mail, token, sender), ClientStage.Mail);
            if (reply.IsPositive && reply.Class == 2)
                return null;
            reply = reply.IsPositive ? Puzzled(reply, ClientStage.Mail) : reply;
            heard.AnswerOpen(reply, ClientStage.Mail);
            return reply;
        }
    }

    private async ValueTask<Reply?> HearDataAsync(OutgoingTransaction run, CancellationToken cancel)
    {
        var reply = await HearAsync(ClientStage.Data, "DATA", options.Timeouts.DataStart, cancel, run.Sender);
        if (run.Accepted > 0 || reply.Code == 354)
            return reply;
        // With nobody accepted the refusal of DATA is what was to be expected; MAIL's and RCPT's answers stand.
        return null;
    }

    private async ValueTask<Reply?> OfferOneByOneAsync(OutgoingTransaction run, int most, CancellationToken cancel)
    {
        if (needsReset)
            FirstWord(run, await AskAsync("RSET", ClientStage.Reset, options.Timeouts.Hello, cancel), ClientStage.Reset);
        needsReset = true;
        string from = CommandBuilder.MailFrom(run.Mail, Offers, run.EightBit, run.Utf8);
        commands.Clear();
        commands.Add(from);
        await WriteAsync(commands.Octets, ClientStage.Mail, options.Timeouts.Mail, cancel);
        var reply = FirstWord(run, await HearAsync(ClientStage.Mail, from, options.Timeouts.Mail, cancel, run.Sender), ClientStage.Mail);
        if (reply.Class != 2)
        {
            run.AnswerOpen(reply.IsPositive ? Puzzled(reply, ClientStage.Mail) : reply, ClientStage.Mail);
            return null;
        }

        for (int i = 0; i < most && usable && !run.Full; i++)
        {
            commands.Clear();
            commands.Add(run.Command(i, CommandBuilder.RcptTo(run.Mail.Recipients[i], Offers, run.Utf8)));
            await WriteAsync(commands.Octets, ClientStage.Rcpt, options.Timeouts.Rcpt, cancel);
            await HearRcptAsync(run, i, offered: true, cancel);
        }

        return null;
    }

    private Reply FirstWord(OutgoingTransaction run, Reply reply, string stage)
    {
        if (reply.Code == 421 && (IsStale(run, lost: true) || stage == ClientStage.Reset))
            throw new SmtpClientException(reply, stage) { Stale = IsStale(run, lost: true) };
        return run.Heard(reply);
    }

    private async ValueTask HearRcptAsync(OutgoingTransaction run, int index, bool offered, CancellationToken cancel)
    {
        var reply = run.Heard(await HearAsync(ClientStage.Rcpt, run.CommandOf(index), options.Timeouts.Rcpt, cancel, run.Sender, run.Mail.Recipients[index].Address.ToString()));
        if (reply.Code == 421)
        {
            run.AnswerOpen(reply, ClientStage.Rcpt);
            return;
        }

        if (!offered)
            return;
        if (reply.Class == 2)
            run.Accept(index);
        else if (IsTooMany(reply) && run.Accepted > 0)
            run.Full = true;
        else
            run.Answer(index, reply.IsPositive ? Puzzled(reply, ClientStage.Rcpt) : reply, ClientStage.Rcpt);
    }

    /// <summary>"Too many recipients": the rest goes in a further transaction. 552 without a status means the same (RFC 5321 §4.5.3.1.10).</summary>
    private static bool IsTooMany(Reply reply) =>
        reply.Code is 452 or 552 && (reply.Status is null || reply.Status is { Subject: 5, Detail: 3 });

    /// <summary>A positive answer of the wrong kind; the dialogue is out of step and ends.</summary>
    private Reply Puzzled(Reply reply, string stage)
    {
        usable = false;
        return OurReplies.ReplyUnintelligible.Say(("host", target.Host), ("address", target.Address), ("stage", stage), ("words", reply.ToString()));
    }
}
