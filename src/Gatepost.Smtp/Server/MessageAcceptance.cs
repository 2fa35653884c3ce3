using Gatepost.Files;
using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>What happens to a message between its last octet and its reply: judged, stamped, signed, made durable.</summary>
internal sealed class MessageAcceptance(SessionContext context, EnforcedLimits limits)
{
    private Session Session => context.Session;

    /// <summary>Judges a message that has been read to its end, and stores it where it passes.</summary>
    public async ValueTask<Answer> StoreAsync(IncomingMessage message, Envelope envelope, CancellationToken cancel)
    {
        if (message.Failure is { } cause)
            return NotStored(new StoreResult(StoreOutcome.Broken, null, FailureText.Of(cause)));
        // Rules and signing must not judge the part of a message that a full disk had room for.
        if (await message.Draft.EndAsync(cancel).ConfigureAwait(false) is { Outcome: not StoreOutcome.Kept } cut)
            return NotStored(cut);
        if (message.RepairedLineEnds > 0)
            context.Journal.Verdict(
                Stage.Message, Verdict.Pass("line-ends", OurEvidence.LineEndsNormalised.Say(message.RepairedLineEnds)), Session);
        var draft = message.Draft;
        Session.Draft = draft;
        Session.Octets = message.Octets;
        Session.Hops = message.Hops;
        Session.LongestLine = message.LongestLine;
        Session.LacksHeader = message.LacksHeader;
        Session.ClearAddedFields();
        Session.RemovedFields = [];
        // Known before the gatekeeper judges, so that a filter that signs covers them.
        if (context.Profile.Listener.Role == ListenerRole.Submission)
            AddedFields.AddMissing(Session, draft.QueueId, message.HasMessageId, message.HasDate, context.Now);
        var verdict = await context.JudgeAsync(Stage.Message, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
            return Answer.Refused(verdict);
        // Not all of it was kept, so it cannot be passed on whatever the verdict.
        if (message.IsCut)
            return limits.RefuseSize(Stage.Message);
        if (verdict.KeptAs is { } elsewhere)
            return Accepted(envelope, elsewhere, draft.Length, verdict);

        await using var rest = Session.RemovedFields.Count > 0 ? context.Services.Store.Begin() : null;
        if (rest is not null)
        {
            if (await FieldRemoval.CopyAsync(draft, rest, Session.RemovedFields, cancel).ConfigureAwait(false)
                is { Outcome: not StoreOutcome.Kept } copy)
                return NotStored(copy);

            context.Journal.Verdict(Stage.Message, FieldRemoval.Verdict(Session.RemovedFields.Count), Session);
            draft = rest;
        }

        var signed = await SignAsync(draft, message.LacksHeader, cancel).ConfigureAwait(false);
        if (signed is { IsOfMessage: true, Fault: { } own })
            return context.Refuse(Stage.Message, context.Say(SubmissionReplies.CannotBeSigned, ("why", own)), own);
        if (signed.Fault is { } unsigned)
        {
            context.Journal.Trouble(OurEvidence.NotSigned.Say(unsigned));
            return context.Say(SubmissionReplies.NotSigned, ("why", unsigned));
        }

        byte[] head = AddedFields.Compose(Session, envelope, draft.QueueId, message.LacksHeader, context.Now, signed.Fields);
        var stored = await CommitAsync(draft, head, envelope).ConfigureAwait(false);
        if (stored is { Outcome: StoreOutcome.Kept, QueueId: { } id })
            return Accepted(envelope, id, head.Length + draft.Length, verdict);
        return NotStored(stored);
    }

    private Answer NotStored(StoreResult result)
    {
        RecordNotStored(result.Cause);
        return context.Say(result.Outcome == StoreOutcome.Full ? LimitReplies.StoreFull : LimitReplies.StoreBroken);
    }

    /// <summary>Signs what users of ours send.</summary>
    private async ValueTask<MessageSignature> SignAsync(IMessageDraft draft, bool lacksHeader, CancellationToken cancel)
    {
        bool isOurs = Session.User is not null || context.Profile.Listener.Role is ListenerRole.Submission or ListenerRole.Internal;
        if (context.Services.Signer is not { } signer || !isOurs)
            return default;
        try
        {
            await using var whole = new PrefixedStream(AddedFields.Added(Session, lacksHeader), draft.OpenRead());
            return await signer.SignAsync(whole, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            return new MessageSignature(default, OurEvidence.DkimMessageUnreadable.Say(failure.Message));
        }
    }

    private Answer Accepted(Envelope envelope, string id, long size, Verdict verdict)
    {
        context.Counts.NoteMessage();
        context.Journal.Accepted(envelope, id, size, Session.MessageId);
        return new Answer(context.Say(ProtocolReplies.Queued, ("id", id)), verdict) { QueueId = id };
    }

    /// <summary>
    /// Never cancelled: a commit that has begun must be awaited to its end, or it is not known who is responsible for the message.
    /// </summary>
    private async ValueTask<StoreResult> CommitAsync(IMessageDraft draft, byte[] head, Envelope envelope)
    {
        try
        {
            return await draft.CommitAsync(head, envelope, Session, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            return new StoreResult(StoreOutcome.Broken, null, FailureText.Of(failure));
        }
    }

    /// <summary>Records that a message could not be stored, and why.</summary>
    public void RecordNotStored(string? cause) => context.Journal.Trouble(
        cause is null ? OurEvidence.NotStoredUnknown.Say() : OurEvidence.NotStored.Say(cause));
}
