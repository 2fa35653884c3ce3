using Gatepost.Replies;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Message;

namespace Gatepost.Smtp.Server;

/// <content>MAIL, RCPT, DATA, BDAT: one message.</content>
public sealed partial class SmtpSession
{
    private IncomingMessage? message;
    private bool chunksBegun;
    private bool chunkFailed;
    private bool chunkIsLast;
    private Reply? chunkRefusal;

    /// <summary>Octets of the chunk that comes now.</summary>
    public long ChunkOctets { get; private set; }

    /// <summary>With LMTP, the recipients each of whom gets the last reply once (RFC 2033 §4.2); otherwise empty.</summary>
    public IReadOnlyList<EnvelopeRecipient> Answered { get; private set; } = [];

    /// <summary>The queue id of the message that the last reply accepted; null otherwise.</summary>
    public string? AcceptedAs { get; private set; }

    private async ValueTask<Reply> OpenAsync(MailFrom mail, CancellationToken cancel)
    {
        if (turn == Turn.Hello)
            return NotNow(terms.IsLmtp ? "say LHLO first" : "say EHLO or HELO first");
        if (turn != Turn.Mail)
            return NotNow("nested MAIL command; RSET ends the transaction");
        if (terms.Listener.RequireTls && Session.Tls is null)
            return terms.Say(OurReplies.TlsRequired);
        if (Objection(mail) is { } objection)
            return objection;

        Session.Envelope = mail.Envelope;
        var verdict = await JudgeAsync(Stage.MailFrom, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
        {
            Session.Envelope = null;
            return verdict.Reply!;
        }

        turn = Turn.FirstRcpt;
        return terms.Say(OurReplies.SenderOk);
    }

    private Reply? Objection(MailFrom mail)
    {
        var envelope = mail.Envelope;
        if (envelope.Sender is { IsAscii: false } sender && !envelope.SmtpUtf8)
            return Refuse(Stage.MailFrom, terms.Say(OurReplies.AddressNeedsSmtpUtf8, ("address", sender)), "the sender is not in ASCII and SMTPUTF8 was not said");
        if (Counts.Messages >= (terms.Limits.MaxMessages ?? int.MaxValue))
            return Leave(OurReplies.TooManyMessages);
        if (envelope.DeclaredSize > terms.Limits.MaxMessage)
            return Refuse(Stage.MailFrom, terms.Say(OurReplies.MessageTooBig, ("limit", terms.Limits.MaxMessage)), "the message says it is over the limit", new Fact("message declares", Octets(envelope.DeclaredSize)), new Fact("limit", Octets(terms.Limits.MaxMessage)));
        return store.Room(envelope.DeclaredSize ?? 0) switch
        {
            StoreOutcome.Full => Refuse(Stage.MailFrom, terms.Say(OurReplies.StoreFull), "the disk of the queue is full"),
            StoreOutcome.Broken => Refuse(Stage.MailFrom, terms.Say(OurReplies.StoreBroken), "the queue cannot be written"),
            _ => null,
        };
    }

    private static string Octets(long? size) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{size} octets");

    private async ValueTask<Reply> AddAsync(RcptTo rcpt, CancellationToken cancel)
    {
        if (turn is Turn.Hello or Turn.Mail || Session.Envelope is not { } envelope)
            return NotNow("need MAIL command first");
        if (message is not null || chunkFailed)
            return terms.Say(OurReplies.ChunksBegun);
        var address = rcpt.Recipient.Address;
        if (!address.IsAscii && !envelope.SmtpUtf8)
            return Refuse(Stage.RcptTo, terms.Say(OurReplies.AddressNeedsSmtpUtf8, ("address", address)), "the recipient is not in ASCII and SMTPUTF8 was not said");

        Session.MaxRecipients = terms.Limits.MaxRecipients;
        Session.Candidate = rcpt.Recipient;
        var verdict = await JudgeAsync(Stage.RcptTo, cancel).ConfigureAwait(false);
        Session.Candidate = null;
        if (!verdict.Passes)
            return verdict.Reply!;
        if (rcpt.Recipient.Routes.Count == 0)
            return Unrouted(rcpt.Recipient);
        // The gate says so with evidence; this holds whatever the gate.
        if (envelope.Recipients.Count >= terms.Limits.MaxRecipients)
            return terms.Say(OurReplies.TooManyRecipients);

        // Said twice, delivered once; but LMTP owes a reply for each RCPT (RFC 2033 §4.2).
        if (terms.IsLmtp || !envelope.Recipients.Exists(known => known.Address.Equals(address)))
            envelope.Recipients.Add(rcpt.Recipient);
        else
            Counts.NoteIdle();
        turn = Turn.RcptOrData;
        return rcpt.Recipient.ForwardShown is { } target ? terms.Say(OurReplies.WillForward, ("target", target)) : terms.Say(OurReplies.RecipientOk);
    }

    /// <summary>A gatekeeper that passes a recipient without saying where it goes has a bug; the client shall not lose mail by it.</summary>
    private Reply Unrouted(EnvelopeRecipient recipient)
    {
        var verdict = Verdict.Refuse("gate-failed", terms.Say(OurReplies.LocalProblem), $"no route was given for <{recipient.Address}>");
        LastVerdict = verdict;
        Record(Stage.RcptTo, verdict);
        return verdict.Reply!;
    }

    private async ValueTask<Reply> BeginDataAsync(CancellationToken cancel)
    {
        if (WhyNoBody() is { } refusal)
            return refusal;
        if (chunksBegun || chunkFailed)
            return terms.Say(OurReplies.ChunksBegun);
        if (Session.Envelope!.Body == BodyType.BinaryMime)
            return terms.Say(OurReplies.BinaryNeedsBdat);

        var verdict = await JudgeAsync(Stage.Data, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
        {
            await EndTransactionAsync().ConfigureAwait(false);
            return verdict.Reply!;
        }

        if (!TryBegin())
            return terms.Say(OurReplies.StoreBroken);
        Expects = Expectation.Data;
        return terms.Say(OurReplies.StartMailInput);
    }

    private Reply? WhyNoBody() => turn switch
    {
        Turn.RcptOrData => null,
        Turn.FirstRcpt => Refuse(Stage.Data, terms.Say(OurReplies.NoValidRecipients), "no recipient was taken before the message"),
        _ => NotNow("need MAIL command first"),
    };

    /// <summary>The octets of a chunk follow its command whatever we think of it, so the answer waits until they are read (RFC 3030 §2).</summary>
    private async ValueTask<Reply?> BeginChunkAsync(Bdat bdat, CancellationToken cancel)
    {
        chunkRefusal = await WhyNoChunkAsync(bdat, cancel).ConfigureAwait(false);
        chunkIsLast = bdat.Last;
        ChunkOctets = bdat.Octets;
        if (chunkRefusal is not null)
        {
            // Reading on is a courtesy; nobody gets it for a chunk without measure.
            if (bdat.Octets > terms.Limits.MaxMessage + MaxExcess)
            {
                Expects = Expectation.Nothing;
                return chunkRefusal;
            }
        }

        if (Expects != Expectation.Nothing)
            Expects = Expectation.Chunk;
        return Expects == Expectation.Nothing ? chunkRefusal : null;
    }

    private async ValueTask<Reply?> WhyNoChunkAsync(Bdat bdat, CancellationToken cancel)
    {
        if (chunkFailed)
            return terms.Say(OurReplies.ChunkAfterFailure);
        if (WhyNoBody() is { } refusal)
            return refusal;
        if (bdat.Octets > terms.Limits.MaxMessage - (message?.Octets ?? 0))
            return terms.Say(OurReplies.MessageTooBig, ("limit", terms.Limits.MaxMessage));
        if (message is not null)
            return null;

        var verdict = await JudgeAsync(Stage.Data, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
            return verdict.Reply;

        if (!TryBegin())
            return terms.Say(OurReplies.StoreBroken);
        chunksBegun = true;
        return null;
    }

    private bool TryBegin()
    {
        // Only what was announced as binary may hold bare line ends; BDAT alone carries it.
        var policy = Session.Envelope!.Body == BodyType.BinaryMime ? LineEndPolicy.Binary : LineEndPolicy.Refuse;
        try
        {
            message = new IncomingMessage(store.Begin(), terms.Limits, policy);
            return true;
        }
        catch (Exception failure)
        {
            RecordTrouble($"{failure.GetType().Name}: {failure.Message}");
            return false;
        }
    }

    /// <summary>How far over the size limit a client may go on before the connection ends.</summary>
    public const long MaxExcess = 64 * 1024 * 1024;

    /// <summary>Octets of the body as they come, dots already unstuffed.</summary>
    /// <returns>False once so much has come that reading on to a polite end would only help an attacker.</returns>
    public async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        if (chunkRefusal is not null || message is null)
            return true;
        await message.TakeAsync(octets, cancel).ConfigureAwait(false);
        return message.Octets - terms.Limits.MaxMessage <= MaxExcess;
    }

    /// <summary>Octets of the message that have come so far.</summary>
    public long BodyOctets => message?.Octets ?? 0;

    /// <summary>Whether a CR or LF alone has come in the message, for which it will be refused.</summary>
    public bool SawBareLineEnd => message?.SawBareLineEnd ?? false;

    /// <summary>The chunk has been read to its end.</summary>
    public async ValueTask<Reply> EndChunkAsync(CancellationToken cancel)
    {
        Expects = Expectation.Command;
        if (chunkRefusal is { } refusal)
        {
            chunkRefusal = null;
            bool inTransaction = turn == Turn.RcptOrData;
            await EndMessageAsync().ConfigureAwait(false);
            chunkFailed = inTransaction && !chunkIsLast;
            if (inTransaction && chunkIsLast)
                await EndTransactionAsync().ConfigureAwait(false);
            Count(Verb.Bdat, refusal);
            return refusal;
        }

        return chunkIsLast ? await EndDataAsync(cancel).ConfigureAwait(false) : GoOn();
    }

    private Reply GoOn()
    {
        var reply = terms.Say(OurReplies.ChunkOk, ("octets", BodyOctets));
        if (ChunkOctets == 0)
            Counts.NoteIdle();
        Count(Verb.Bdat, reply);
        return reply;
    }

    /// <summary>The message has been read to its end: judged, made durable, and only then acknowledged.</summary>
    public async ValueTask<Reply> EndDataAsync(CancellationToken cancel)
    {
        LastVerdict = null;
        AcceptedAs = null;
        Expects = Expectation.Command;
        var envelope = Session.Envelope!;
        try
        {
            var reply = Objection(message!.Finish()) ?? await KeepAsync(envelope, cancel).ConfigureAwait(false);
            if (terms.IsLmtp)
                Answered = envelope.Recipients;
            Count(Verb.Data, reply);
            return reply;
        }
        finally
        {
            await EndTransactionAsync().ConfigureAwait(false);
        }
    }

    private Reply? Objection(MessageFlaw flaw) => flaw switch
    {
        MessageFlaw.None => null,
        MessageFlaw.TooBig => Refuse(Stage.Message, terms.Say(OurReplies.MessageTooBig, ("limit", terms.Limits.MaxMessage)), "the message is over the limit", new Fact("limit", Octets(terms.Limits.MaxMessage))),
        MessageFlaw.BareLineEnd => Refuse(Stage.Message, terms.Say(OurReplies.BareLineEndInMessage), "the message has a CR or LF of its own"),
        MessageFlaw.LineTooLong => Refuse(Stage.Message, terms.Say(OurReplies.MessageLineTooLong, ("limit", terms.Limits.MaxTextLine)), "the message has a line over the limit", new Fact("limit", Octets(terms.Limits.MaxTextLine))),
        _ => Refuse(
            Stage.Message,
            terms.Say(OurReplies.TooManyHops, ("hops", message!.Hops)),
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{message.Hops} Received fields, {terms.Limits.MaxHops} is the limit"),
            new Fact("would pass", "the loop cut: the Received fields name the servers that send to each other")),
    };

    private async ValueTask<Reply> KeepAsync(Envelope envelope, CancellationToken cancel)
    {
        if (message!.Failure is { } cause)
        {
            RecordTrouble($"{cause.GetType().Name}: {cause.Message}");
            return terms.Say(OurReplies.StoreBroken);
        }

        var draft = message.Draft;
        Session.Draft = draft;
        Session.Hops = message.Hops;
        Session.LacksHeader = message.LacksHeader;
        Session.ClearAddedFields();
        // Known before the gate judges, so that a filter that signs covers them.
        if (terms.Listener.Role == ListenerRole.Submission)
            TraceFields.AddMissing(Session, draft.QueueId, message.HasMessageId, message.HasDate, time.GetUtcNow());
        var verdict = await JudgeAsync(Stage.Message, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
            return verdict.Reply!;
        if (verdict.KeptAs is { } elsewhere)
            return Taken(envelope, elsewhere, draft.Length);

        byte[] head = TraceFields.Compose(Session, envelope, draft.QueueId, message.LacksHeader, time.GetUtcNow());
        var kept = await CommitAsync(draft, head, envelope).ConfigureAwait(false);
        switch (kept.Outcome)
        {
            case StoreOutcome.Kept:
                return Taken(envelope, kept.QueueId!, head.Length + draft.Length);
            case StoreOutcome.Full:
                RecordTrouble(kept.Cause);
                return terms.Say(OurReplies.StoreFull);
            default:
                RecordTrouble(kept.Cause);
                return terms.Say(OurReplies.StoreBroken);
        }
    }

    private Reply Taken(Envelope envelope, string id, long size)
    {
        Counts.NoteMessage();
        AcceptedAs = id;
        RecordAccepted(envelope, id, size);
        return terms.Say(OurReplies.Queued, ("id", id));
    }

    /// <summary>Never cancelled: once begun, a commit must be heard to its end, or nobody knows whose the message is.</summary>
    private async ValueTask<StoreResult> CommitAsync(IMessageDraft draft, byte[] head, Envelope envelope)
    {
        try
        {
            return await draft.CommitAsync(head, envelope, Session, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            return new StoreResult(StoreOutcome.Broken, null, $"{failure.GetType().Name}: {failure.Message}");
        }
    }

    private void RecordAccepted(Envelope envelope, string? queueId, long size)
    {
        var now = time.GetUtcNow();
        string sender = envelope.Sender?.ToString() ?? "";
        foreach (var recipient in envelope.Recipients)
        {
            journal.Record(new JournalEvent
            {
                Kind = JournalKind.Accepted,
                At = now,
                Session = Session.Id,
                QueueId = queueId,
                Peer = Session.Client.Address,
                PeerName = Session.Helo,
                Sender = sender,
                Recipient = recipient.Address.ToString(),
                Size = size,
            });
        }
    }

    private void RecordTrouble(string? cause) => journal.Record(new JournalEvent
    {
        Kind = JournalKind.Server,
        At = time.GetUtcNow(),
        Session = Session.Id,
        Peer = Session.Client.Address,
        Detail = "message not kept: " + (cause ?? "the store gave no cause"),
    });

    private async ValueTask EndMessageAsync()
    {
        Session.Draft = null;
        Session.Hops = 0;
        if (message is { } ending)
        {
            message = null;
            await ending.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask EndTransactionAsync()
    {
        await EndMessageAsync().ConfigureAwait(false);
        Session.Envelope = null;
        Session.Candidate = null;
        chunksBegun = chunkFailed = false;
        chunkRefusal = null;
        if (turn > Turn.Mail)
            turn = Turn.Mail;
    }
}
