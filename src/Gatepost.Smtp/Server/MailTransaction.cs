using Gatepost.Replies;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Message;

namespace Gatepost.Smtp.Server;

/// <summary>
/// MAIL, DATA, BDAT: one message on its way in; its recipients are <see cref="RcptCommand"/>'s, the order of commands is
/// <see cref="SmtpSession"/>'s.
/// </summary>
internal sealed class MailTransaction
{
    /// <summary>How far over the size limit a client may go on before the connection ends.</summary>
    private const long MaxExcess = 64 * 1024 * 1024;

    private readonly SessionContext context;
    private readonly EnforcedLimits limits;
    private readonly RcptCommand rcptCommand;
    private readonly MessageAcceptance acceptance;
    private IncomingMessage? message;
    private bool chunksStarted;
    private bool chunkIsLast;
    private Answer? chunkRefusal;

    public MailTransaction(SessionContext context)
    {
        this.context = context;
        limits = new EnforcedLimits(context);
        rcptCommand = new RcptCommand(context, limits);
        acceptance = new MessageAcceptance(context, limits);
    }

    /// <summary>Octets of the chunk that comes next.</summary>
    public long ChunkOctets { get; private set; }

    /// <summary>Whether a chunk was refused, so that those after it are refused too (RFC 3030 §2).</summary>
    public bool ChunkFailed { get; private set; }

    /// <summary>Octets of the message received so far.</summary>
    public long Octets => message?.Octets ?? 0;

    /// <summary>Whether a CR or LF alone has come in the message, for which it will be refused.</summary>
    public bool SawBareLineEnd => message?.SawBareLineEnd ?? false;

    private Session Session => context.Session;

    private SessionLimits Limits => context.Profile.Limits;

    public async ValueTask<Answer> MailAsync(MailFrom mail, CancellationToken cancel)
    {
        if (CheckMail(mail.Envelope) is { } refusal)
            return refusal;

        Session.Envelope = mail.Envelope;
        var verdict = await context.JudgeAsync(Stage.MailFrom, cancel).ConfigureAwait(false);
        bool tooBig = verdict.Passes && mail.Envelope.DeclaredSize > Limits.MaxMessage && mail.Envelope.DeclaredSize > limits.Message;
        if (verdict.Passes && !tooBig)
            return new Answer(context.Say(ProtocolReplies.SenderOk), verdict);

        Session.Envelope = null;
        return tooBig ? limits.RefuseSize(Stage.MailFrom) : Answer.Refused(verdict);
    }

    private Answer? CheckMail(Envelope envelope)
    {
        if (envelope.Sender is { IsAscii: false } sender && !envelope.SmtpUtf8)
            return context.Refuse(
                Stage.MailFrom, context.Say(ProtocolReplies.AddressNeedsSmtpUtf8, ("address", sender)), OurEvidence.SenderNeedsUtf8.Say());
        if (envelope.Tls == TlsRequest.Required && (Session.Tls is null || context.Profile.IsLmtp))
            return context.Refuse(
                Stage.MailFrom, context.Say(ProtocolReplies.RequireTlsNeedsTls), OurEvidence.RequireTlsInClear.Say());
        // Whether the size is over the limit is a question for the rules; here only whether there is room for what may come.
        return context.Services.Store.Room(Math.Min(envelope.DeclaredSize ?? 0, Limits.MaxMessage)) switch
        {
            StoreOutcome.Full => context.Refuse(Stage.MailFrom, context.Say(LimitReplies.StoreFull), OurEvidence.QueueDiskFull.Say()),
            StoreOutcome.Broken => context.Refuse(Stage.MailFrom, context.Say(LimitReplies.StoreBroken), OurEvidence.QueueBroken.Say()),
            _ => (Answer?)null,
        };
    }

    public async ValueTask<Answer> RcptAsync(RcptTo rcpt, CancellationToken cancel) =>
        chunksStarted || ChunkFailed ? context.Say(ProtocolReplies.ChunksBegun)
            : await rcptCommand.AnswerAsync(rcpt, cancel).ConfigureAwait(false);

    /// <inheritdoc cref="RcptCommand.Deny"/>
    public Answer Deny(EnvelopeRecipient recipient, Verdict refused) => rcptCommand.Deny(recipient, refused);

    public async ValueTask<Answer> DataAsync(CancellationToken cancel)
    {
        if (chunksStarted || ChunkFailed)
            return context.Say(ProtocolReplies.ChunksBegun);
        if (Session.Envelope!.Body == BodyType.BinaryMime)
            return context.Say(ProtocolReplies.BinaryNeedsBdat);

        var verdict = await context.JudgeAsync(Stage.Data, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
        {
            await EndAsync().ConfigureAwait(false);
            return Answer.Refused(verdict);
        }

        return TryBegin()
            ? new Answer(context.Say(ProtocolReplies.StartMailInput), verdict)
            : context.Say(LimitReplies.StoreBroken);
    }

    /// <summary>Prepares for a chunk; its answer is given by <see cref="EndChunkAsync"/>, after its octets.</summary>
    /// <param name="refusal">The answer where the order of commands forbids it; null otherwise.</param>
    /// <returns>An answer where the octets are not even read: the connection ends.</returns>
    public async ValueTask<Answer?> BdatAsync(Bdat bdat, Answer? refusal, CancellationToken cancel)
    {
        chunkRefusal = refusal ?? await CheckChunkAsync(bdat, cancel).ConfigureAwait(false);
        chunkIsLast = bdat.Last;
        ChunkOctets = bdat.Octets;
        // Reading on is a courtesy; a chunk without measure does not get it.
        return chunkRefusal is { } refused && (refused.Closes || bdat.Octets > limits.Message + MaxExcess) ? refused : (Answer?)null;
    }

    private async ValueTask<Answer?> CheckChunkAsync(Bdat bdat, CancellationToken cancel)
    {
        if (bdat.Octets > Limits.MaxMessage - Octets && bdat.Octets > limits.Message - Octets)
            return limits.RefuseSize(Stage.Data);
        if (message is not null)
            return null;

        var verdict = await context.JudgeAsync(Stage.Data, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
            return Answer.Refused(verdict);

        if (!TryBegin())
            return context.Say(LimitReplies.StoreBroken);
        chunksStarted = true;
        return null;
    }

    private bool TryBegin()
    {
        // Only what was announced as binary may hold bare line ends; BDAT alone carries it.
        var policy = Session.Envelope!.Body == BodyType.BinaryMime ? LineEndPolicy.Binary
            : context.Profile.Listener.NormalisesLineEnds ? LineEndPolicy.Normalise
            : LineEndPolicy.Refuse;
        try
        {
            message = new IncomingMessage(context.Services.Store.Begin(), Limits, policy);
            return true;
        }
        catch (Exception failure)
        {
            acceptance.RecordNotStored(FailureText.Of(failure));
            return false;
        }
    }

    /// <summary>Adds octets of the message, dots already unstuffed.</summary>
    /// <returns>False once so much has come that reading on to a polite end would only help an attacker.</returns>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        if (chunkRefusal is not null || message is null)
            return true;
        if (message.Octets + octets.Length > message.Limit && message.Limit == Limits.MaxMessage)
            message.Limit = limits.Message;
        await message.TakeAsync(octets, cancel).ConfigureAwait(false);
        return message.Octets - message.Limit <= MaxExcess;
    }

    /// <summary>The chunk has been read to its end.</summary>
    public async ValueTask<Answer> EndChunkAsync(CancellationToken cancel)
    {
        if (chunkRefusal is { } refusal)
        {
            chunkRefusal = null;
            bool inTransaction = Session.Envelope is { Recipients.Count: > 0 };
            await EndMessageAsync().ConfigureAwait(false);
            if (inTransaction && chunkIsLast)
                await EndAsync().ConfigureAwait(false);
            ChunkFailed = inTransaction && !chunkIsLast;
            return refusal;
        }

        if (chunkIsLast)
            return await EndDataAsync(cancel).ConfigureAwait(false);
        if (ChunkOctets == 0)
            context.Counts.NoteIdle();
        return context.Say(ProtocolReplies.ChunkOk, ("octets", Octets));
    }

    /// <summary>The message has been read to its end: judged, made durable, and only then acknowledged.</summary>
    public async ValueTask<Answer> EndDataAsync(CancellationToken cancel)
    {
        var envelope = Session.Envelope!;
        try
        {
            await message!.EndAsync(cancel).ConfigureAwait(false);
            var flaw = message.Finish();
            Session.MessageId = message.MessageId;
            // The parameter of MAIL counts more (RFC 8689 §4.1).
            if (envelope.Tls == TlsRequest.None && message.IsTlsOptional)
                envelope.Tls = TlsRequest.Optional;
            var answer = CheckForm(flaw) ?? await acceptance.StoreAsync(message, envelope, cancel).ConfigureAwait(false);
            return context.Profile.IsLmtp ? answer with { Each = envelope.Recipients } : answer;
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    private Answer? CheckForm(MessageFlaw flaw) => flaw switch
    {
        MessageFlaw.None => (Answer?)null,
        MessageFlaw.BareLineEnd =>
            context.Refuse(Stage.Message, context.Say(ProtocolReplies.BareLineEndInMessage), OurEvidence.BareLineEnd.Say()),
        _ => context.Refuse(
            Stage.Message,
            context.Say(MessageReplies.TooManyHops, ("hops", message!.Hops)),
            OurEvidence.HopsCounted.Say(message.Hops, HopLimit.Ceiling),
            OurFacts.WouldPass.Is(OurEvidence.PassLoopCut.Say())),
    };

    private async ValueTask EndMessageAsync()
    {
        Session.Draft = null;
        Session.Octets = 0;
        Session.Hops = 0;
        Session.LongestLine = 0;
        if (message is { } ending)
        {
            message = null;
            await ending.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the transaction; an uncommitted message is dropped.</summary>
    public async ValueTask EndAsync()
    {
        await EndMessageAsync().ConfigureAwait(false);
        Session.Envelope = null;
        Session.Candidate = null;
        chunksStarted = ChunkFailed = false;
        chunkRefusal = null;
    }
}
