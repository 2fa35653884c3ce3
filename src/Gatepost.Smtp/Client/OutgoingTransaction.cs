using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>One mail transaction as the client: MAIL, RCPT, DATA or BDAT, and the answers.</summary>
internal sealed class OutgoingTransaction(
    SmtpClientSession session, ClientConnection connection, SmtpClientOptions options, OutgoingMail mail)
{
    /// <summary>RCPTs in one write. More could fill both directions together while neither side reads (RFC 2920 §3.1).</summary>
    private const int GroupSize = 50;

    private readonly RecipientAnswers answers = new(mail.Recipients.Count);
    private readonly string[] rcptCommands = new string[mail.Recipients.Count];
    private readonly string sender = mail.Sender?.ToString() ?? "";
    private bool eightBit;
    private bool utf8;
    private bool full;
    private bool heardAny;

    private Capabilities Offers => session.Offers;

    /// <exception cref="SmtpClientException">An idle connection had been closed before it read a command.</exception>
    public async ValueTask<TransactionResult> RunAsync(CancellationToken cancel)
    {
        if (await ObjectionOrFaultAsync(cancel) is { } objection)
        {
            answers.AnswerOpen(objection, Stage.MailFrom);
            return new TransactionResult(answers.All, CarriedDsn: false);
        }

        try
        {
            connection.Deadline.LimitTotal(
                options.Timeouts.Transaction + TimeSpan.FromSeconds((double)mail.Body.Size / options.Timeouts.LeastRate));
            await TransactAsync(cancel);
        }
        catch (SmtpClientException failure) when (failure.Stale || (failure.Reply.Entry == ClientReplies.LostConnection && IsStale))
        {
            throw;
        }
        catch (SmtpClientException failure)
        {
            answers.AnswerOpen(failure.Reply, failure.Stage);
        }
        catch (Exception cause) when (answers.AnsweredAny)
        {
            connection.IsUsable = false;
            return new TransactionResult(answers.All, Offers.Dsn) { BrokenOffBy = cause };
        }
        finally
        {
            connection.Deadline.EndTotal();
        }

        session.Transactions++;
        return new TransactionResult(answers.All, Offers.Dsn);
    }

    /// <summary>
    /// An idle connection may have been closed, or say 421 because it idled, before it reads us: that is no answer to this message.
    /// </summary>
    private bool IsStale => session.Transactions > 0 && !heardAny;

    private async ValueTask<Reply?> ObjectionOrFaultAsync(CancellationToken cancel)
    {
        try
        {
            return await ObjectionAsync(cancel);
        }
        catch (IOException failure)
        {
            return DeliveryReplies.BodyUnreadable.Say(("cause", failure.Message));
        }
    }

    /// <summary>What is certain to fail before any command is sent.</summary>
    private async ValueTask<Reply?> ObjectionAsync(CancellationToken cancel)
    {
        string host = connection.Target.Host;
        // The choice of the connection looked at this; here nothing may slip through.
        if (mail.RequiresTls && !(session.IsEncrypted && Offers.RequireTls))
            return ClientReplies.RequireTlsUnmet.Say(("host", host), ("cause", OurEvidence.RequireTlsNotOffered.Say()));
        if (Offers.MaxSize is { } limit && mail.Body.Size > limit)
            return ClientReplies.PeerSizeLimit.Say(("host", host), ("limit", limit), ("size", mail.Body.Size));

        bool binary = mail.BodyType == BodyType.BinaryMime;
        if (binary && !Offers.TakesBinary)
            return ClientReplies.PeerNotBinary.Say(("host", host));

        bool? isAscii = mail.Body.InMemory is { } octets ? Ascii.IsValid(octets.Span) : null;
        eightBit = mail.BodyType == BodyType.EightBitMime || isAscii == false;
        bool declared = mail.BodyType == BodyType.EightBitMime && isAscii != true;
        if (declared && !Offers.EightBitMime && !mail.EightBitUndeclared)
            return ClientReplies.PeerNotEightBit.Say(("host", host));

        bool hasUtf8Address = HasUtf8Address(mail);
        if (!Offers.SmtpUtf8 && hasUtf8Address)
            return ClientReplies.PeerNotUtf8.Say(("host", host));
        // A client may say SMTPUTF8 and not need it; such a message may go to any server (RFC 6531 §3.4).
        if (!Offers.SmtpUtf8 && mail.SmtpUtf8 && await MessageBody.HasUtf8HeaderAsync(mail.Body, cancel))
            return ClientReplies.PeerNotUtf8Header.Say(("host", host));
        utf8 = Offers.SmtpUtf8 && (mail.SmtpUtf8 || hasUtf8Address);

        if (!binary && mail.Body.InMemory is { } whole && !DotStuffer.HasGoodLineEnds(whole.Span))
            return ClientReplies.BareLineEnd.Say();
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

    private async ValueTask TransactAsync(CancellationToken cancel)
    {
        bool bdat = Offers.Chunking && mail.BodyType == BodyType.BinaryMime;
        int most = Math.Min(mail.Recipients.Count, Math.Min(Offers.MaxRecipients ?? int.MaxValue, options.MaxRecipients));
        var start = Offers.Pipelining
            ? await OfferGroupedAsync(most, withData: !bdat, cancel)
            : await OfferOneByOneAsync(most, cancel);
        if (start is { Code: not 354 })
        {
            answers.AnswerAccepted(start.IsPositive ? connection.UnexpectedReply(start, Stage.Data) : start, Stage.Data);
            return;
        }

        if (!connection.IsUsable || (answers.Accepted == 0 && (bdat || start is null)))
            return;

        var body = new MessageBody(connection, options.Timeouts, mail);
        if (bdat)
        {
            await body.SendChunkAsync(cancel);
            await ReadFinalRepliesAsync(cancel);
            return;
        }

        start ??= await connection.SendCommandAsync(new PendingCommand(Stage.Data, "DATA"), options.Timeouts.DataStart, cancel);
        if (start.Code != 354)
        {
            answers.AnswerAccepted(start.IsPositive ? connection.UnexpectedReply(start, Stage.Data) : start, Stage.Data);
            return;
        }

        // DATA accepted without any accepted recipient: an empty message ends it (RFC 2920 §3.1).
        if (answers.Accepted > 0)
            await body.SendAsync(cancel);
        else
            await body.SendNothingAsync(cancel);
        await ReadFinalRepliesAsync(cancel);
    }

    /// <summary>MAIL, RCPTs and DATA in as few writes as PIPELINING allows (RFC 2920 §3.1).</summary>
    /// <returns>The answer to DATA; null if DATA was not sent, or was refused because MAIL or all RCPTs were.</returns>
    private async ValueTask<Reply?> OfferGroupedAsync(int most, bool withData, CancellationToken cancel)
    {
        string from = CommandBuilder.MailFrom(mail, Offers, eightBit, utf8);
        bool mailRefused = false;
        bool resets = session.NeedsReset;
        for (int first = 0; first < most; first += GroupSize)
        {
            int next = Math.Min(first + GroupSize, most);
            bool dataHere = withData && next == most;
            var commands = connection.Commands;
            commands.Clear();
            if (first == 0 && resets)
                commands.Add("RSET");
            if (first == 0)
                commands.Add(from);
            for (int i = first; i < next; i++)
                commands.Add(rcptCommands[i] = CommandBuilder.RcptTo(mail.Recipients[i], Offers, utf8));
            if (dataHere)
                commands.Add("DATA");
            session.NeedsReset = true;
            await connection.WriteAsync(commands.Octets, Stage.MailFrom, options.Timeouts.Mail, cancel);

            if (first == 0)
            {
                if (resets)
                    FirstReply(await connection.ReadReplyAsync(new PendingCommand(Stage.Reset, "RSET"), options.Timeouts.Hello, cancel),
                        Stage.Reset);
                mailRefused = !await ReadMailReplyAsync(from, cancel);
            }

            for (int i = first; i < next && connection.IsUsable; i++)
                await ReadRcptReplyAsync(i, offered: !mailRefused, cancel);
            if (!connection.IsUsable)
                return null;
            if (dataHere)
                return await ReadDataReplyAsync(cancel);
            if (mailRefused)
                return null;
        }

        return null;
    }

    /// <returns>The answer to DATA; null, since here DATA is sent only after all RCPTs are answered.</returns>
    private async ValueTask<Reply?> OfferOneByOneAsync(int most, CancellationToken cancel)
    {
        if (session.NeedsReset)
            FirstReply(
                await connection.SendCommandAsync(new PendingCommand(Stage.Reset, "RSET"), options.Timeouts.Hello, cancel), Stage.Reset);
        session.NeedsReset = true;
        string from = CommandBuilder.MailFrom(mail, Offers, eightBit, utf8);
        await WriteAsync(from, Stage.MailFrom, options.Timeouts.Mail, cancel);
        if (!await ReadMailReplyAsync(from, cancel))
            return null;

        for (int i = 0; i < most && connection.IsUsable && !full; i++)
        {
            rcptCommands[i] = CommandBuilder.RcptTo(mail.Recipients[i], Offers, utf8);
            await WriteAsync(rcptCommands[i], Stage.RcptTo, options.Timeouts.Rcpt, cancel);
            await ReadRcptReplyAsync(i, offered: true, cancel);
        }

        return null;
    }

    private ValueTask WriteAsync(string command, Stage stage, TimeSpan longest, CancellationToken cancel)
    {
        connection.Commands.Clear();
        connection.Commands.Add(command);
        return connection.WriteAsync(connection.Commands.Octets, stage, longest, cancel);
    }

    /// <returns>False if MAIL was refused: then all recipients are answered.</returns>
    private async ValueTask<bool> ReadMailReplyAsync(string command, CancellationToken cancel)
    {
        var pending = new PendingCommand(Stage.MailFrom, command, sender);
        var reply = FirstReply(await connection.ReadReplyAsync(pending, options.Timeouts.Mail, cancel), Stage.MailFrom);
        if (IsYes(reply))
            return true;
        answers.AnswerOpen(reply.IsPositive ? connection.UnexpectedReply(reply, Stage.MailFrom) : reply, Stage.MailFrom);
        return false;
    }

    /// <summary>221 says goodbye and 220 greets, whatever was asked; neither means that anything was taken.</summary>
    private static bool IsYes(Reply reply) => reply.Class == 2 && reply.Code is not (220 or 221);

    /// <summary>What came after the final dot: a yes or a refusal as it is, anything else as the surprise that it is.</summary>
    private Reply FinalReply(Reply reply) =>
        reply.IsPositive && !IsYes(reply) ? connection.UnexpectedReply(reply, Stage.Message) : reply;

    /// <summary>
    /// "Too many messages on this connection": nothing is wrong with the message, it needs another connection. Only where this one has
    /// carried some, or the next would get the same.
    /// </summary>
    private bool IsTooManyMessages(Reply reply) =>
        session.Transactions > 0 && reply.Class == 4
        && reply.Text.Contains("message", StringComparison.OrdinalIgnoreCase)
        && (reply.Text.Contains("connection", StringComparison.OrdinalIgnoreCase)
            || reply.Text.Contains("session", StringComparison.OrdinalIgnoreCase));

    /// <summary>A 421 that an idle connection had been closed with, or that answers RSET, is no answer to this message.</summary>
    private Reply FirstReply(Reply reply, Stage stage)
    {
        if (reply.Code == 421 && (IsStale || stage == Stage.Reset))
            throw new SmtpClientException(reply, stage) { Stale = IsStale };
        if (stage == Stage.MailFrom && IsTooManyMessages(reply))
            throw new SmtpClientException(reply, stage) { Stale = true };
        heardAny = true;
        return reply;
    }

    /// <param name="offered">False if MAIL was refused: then the answer to RCPT says nothing.</param>
    private async ValueTask ReadRcptReplyAsync(int index, bool offered, CancellationToken cancel)
    {
        var pending = new PendingCommand(Stage.RcptTo, rcptCommands[index], sender, mail.Recipients[index].Address.ToString());
        var reply = await connection.ReadReplyAsync(pending, options.Timeouts.Rcpt, cancel);
        heardAny = true;
        if (reply.Code == 421)
            answers.AnswerOpen(reply, Stage.RcptTo);
        else if (!offered)
            return;
        else if (IsYes(reply))
            answers.Accept(index);
        else if (IsTooMany(reply) && answers.Accepted > 0)
            full = true;
        else
            answers.Answer(index, reply.IsPositive ? connection.UnexpectedReply(reply, Stage.RcptTo) : reply, Stage.RcptTo);
    }

    /// <summary>
    /// "Too many recipients": the rest goes in another transaction. 552 without a status means the same (RFC 5321 §4.5.3.1.10).
    /// </summary>
    private static bool IsTooMany(Reply reply) =>
        reply.Code is 452 or 552 && (reply.Status is null || reply.Status is { Subject: 5, Detail: 3 });

    private async ValueTask<Reply?> ReadDataReplyAsync(CancellationToken cancel)
    {
        var reply = await connection.ReadReplyAsync(new PendingCommand(Stage.Data, "DATA", sender), options.Timeouts.DataStart, cancel);
        // With no recipient accepted the refusal of DATA was to be expected; the answers to MAIL and RCPT count.
        return answers.Accepted > 0 || reply.Code == 354 ? reply : null;
    }

    /// <summary>The answers after the final dot: one for all, in LMTP one for each accepted recipient (RFC 2033 §4.2).</summary>
    private async ValueTask ReadFinalRepliesAsync(CancellationToken cancel)
    {
        if (options.Protocol == PeerProtocol.Smtp || answers.Accepted == 0)
        {
            var reply = await connection.ReadReplyAsync(new PendingCommand(Stage.Message, ".", sender), options.Timeouts.DataEnd, cancel);
            session.NeedsReset = false;
            answers.AnswerAccepted(FinalReply(reply), Stage.Message);
            return;
        }

        for (int i = 0; i < mail.Recipients.Count; i++)
        {
            if (!answers.IsAccepted(i))
                continue;
            var pending = new PendingCommand(Stage.Message, ".", sender, mail.Recipients[i].Address.ToString());
            var reply = await connection.ReadReplyAsync(pending, options.Timeouts.DataEnd, cancel);
            answers.Answer(i, FinalReply(reply), Stage.Message);
            if (!connection.IsUsable)
                answers.AnswerAccepted(reply, Stage.Message);
        }

        session.NeedsReset = false;
    }
}
