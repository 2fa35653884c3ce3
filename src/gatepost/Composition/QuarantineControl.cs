using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Gatepost.Files;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Storage;
using Gatepost.Storage.Quarantine;
using Gatepost.Web.Control;

namespace Gatepost.Composition;

/// <summary>What an administrator does with messages in quarantine, journalled.</summary>
/// <param name="release">How a message gets into the queue; null if no server runs.</param>
internal sealed class QuarantineControl(QuarantineStore quarantine, QuarantineJournal journal, QuarantineRelease? release)
    : IQuarantineControl
{
    private readonly SemaphoreSlim oneRelease = new(1);

    public async IAsyncEnumerable<QuarantinedMessage> ListAsync(QuarantineFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var message in quarantine.ListAsync(cancel))
        {
            if (filter.Matches(message))
                yield return message;
        }
    }

    public async Task<QuarantineContent?> ShowAsync(string id, CancellationToken cancel) =>
        await quarantine.OpenAsync(id, cancel) is { } found ? await QuarantineContent.ReadAsync(found.Message, found.Octets, cancel) : null;

    public async Task<QuarantineChanged> ReleaseAsync(string id, CancellationToken cancel)
    {
        if (release is null)
            return new QuarantineChanged(id, false, OurEvidence.ReleaseNeedsServer.Say());
        // One after the other: the second of two who release the same message finds it gone.
        await oneRelease.WaitAsync(cancel);
        try
        {
            return await ReleaseFirstAsync(id, release, cancel);
        }
        finally
        {
            oneRelease.Release();
        }
    }

    private async Task<QuarantineChanged> ReleaseFirstAsync(string id, QuarantineRelease release, CancellationToken cancel)
    {
        if (await quarantine.OpenAsync(id, cancel) is not { } found)
            return NotThere(id);
        await using (found.Octets)
        {
            var (changed, toAll) = await release.ReleaseAsync(found.Message, found.Octets, cancel);
            if (!toAll)
                return changed;
            try
            {
                // The queue has recorded the release: after a crash here, the next one only removes the file.
                quarantine.Remove(found.Message.Id);
                await release.ForgetAsync(found.Message.Id);
                return changed;
            }
            catch (Exception failure) when (Disk.IsFailure(failure))
            {
                return changed with
                {
                    Told = OurEvidence.ReleasedNotRemoved.Say(changed.Told, failure.Message)
                };
            }
        }
    }

    public async Task<QuarantineChanged> DropAsync(string id, CancellationToken cancel)
    {
        // Not while it is being released: "dropped" would be untrue.
        await oneRelease.WaitAsync(cancel);
        try
        {
            return await DropFirstAsync(id, cancel);
        }
        finally
        {
            oneRelease.Release();
        }
    }

    private async Task<QuarantineChanged> DropFirstAsync(string id, CancellationToken cancel)
    {
        if (await quarantine.OpenAsync(id, cancel) is not { } found)
            return NotThere(id);
        await found.Octets.DisposeAsync();
        var message = found.Message;
        if (!quarantine.Remove(message.Id))
            return NotThere(id);
        if (release is not null)
            await release.ForgetAsync(message.Id);
        foreach (var recipient in message.Recipients)
            journal.Dropped(message, recipient.Address);

        return new QuarantineChanged(
            message.Id, true, message.WasTaken ? OurEvidence.DroppedAfterAccepting.Say() : OurEvidence.DroppedNow.Say());
    }

    private static QuarantineChanged NotThere(string id) =>
        new(id, false, OurEvidence.NotInQuarantine.Say());
}

/// <summary>
/// Puts a message from quarantine into the queue as if it had been accepted when it came; its routes are looked up again.
/// </summary>
internal sealed class QuarantineRelease(
    MailStore store, Func<IDirectory> directory, Func<string> hostName, QuarantineJournal journal, TimeProvider time)
{
    /// <summary>Releases it to every recipient that takes mail now and has not had it.</summary>
    /// <returns>What was done, and whether all recipients have it, so that it can leave the quarantine.</returns>
    public async Task<(QuarantineChanged Changed, bool ToAll)> ReleaseAsync(
        QuarantinedMessage message, Stream octets, CancellationToken cancel)
    {
        var released = store.ReleasedTo(message.Id);
        var (envelope, lost) = await AddressAsync(message, released, cancel);
        bool toAll = lost.Count == 0 && message.Recipients.Count > 0;
        var rest = lost.Count > 0 ? OurEvidence.NoMailboxFor.Say(lost) : OurEvidence.NoRecipientLeft.Say();
        if (envelope is null)
        {
            return toAll
                ? (new QuarantineChanged(message.Id, true, OurEvidence.ReleasedBefore.Say()), true)
                : (new QuarantineChanged(message.Id, false, OurEvidence.NotReleased.Say(rest)), false);
        }

        var (queueId, cause) = await QueueAsync(message, envelope, octets, cancel);
        if (queueId is null)
            return (new QuarantineChanged(message.Id, false, OurEvidence.NotReleasedQueue.Say(cause ?? "")), false);
        string[] to = [.. envelope.Recipients.Select(recipient => recipient.Address.ToString())];
        var told = toAll ? OurEvidence.ReleasedAs.Say(queueId) : OurEvidence.ReleasedToSome.Say(to, queueId, rest);
        return (new QuarantineChanged(message.Id, true, told), toAll);
    }

    /// <summary>Forgets which recipients have had a message that has left the quarantine.</summary>
    public async Task ForgetAsync(string id)
    {
        try
        {
            await store.ForgetReleasesAsync(id);
        }
        catch (IOException)
        {
            // The record stays and does no harm: a queue id is given once.
        }
    }

    private async Task<(string? QueueId, string? Cause)> QueueAsync(
        QuarantinedMessage message, Envelope envelope, Stream octets, CancellationToken cancel)
    {
        await using var draft = store.BeginRelease(message.Id);
        byte[] piece = new byte[64 * 1024];
        int read;
        while ((read = await octets.ReadAsync(piece, cancel)) > 0)
        {
            if (!await draft.WriteAsync(piece.AsMemory(0, read), cancel))
                break;
        }

        var session = SessionOf(message);
        byte[] head = AddedFields.Compose(session, envelope, draft.QueueId, message.LacksHeader, message.At);
        var kept = await draft.CommitAsync(head, envelope, session, CancellationToken.None);
        if (kept.Outcome != StoreOutcome.Kept)
            return (null, kept.Cause);

        foreach (var recipient in envelope.Recipients)
            journal.Released(message, kept.QueueId!, recipient.Address.ToString(), head.Length + draft.Length);

        return (kept.QueueId, null);
    }

    private async Task<(Envelope? Envelope, List<string> Lost)> AddressAsync(
        QuarantinedMessage message, IReadOnlySet<string> released, CancellationToken cancel)
    {
        var lost = new List<string>();
        Mailbox? sender = null;
        if (message.Sender.Length > 0 && !Mailbox.TryParse(message.Sender, out sender))
            return (null, [message.Sender]);
        var envelope = new Envelope
        {
            Sender = sender,
            Body = message.Body,
            SmtpUtf8 = message.SmtpUtf8,
            Return = message.Return,
            EnvelopeId = message.EnvelopeId,
            Tls = message.Tls,
        };
        foreach (var recipient in message.Recipients)
        {
            if (!Mailbox.TryParse(recipient.Address, out var address))
            {
                lost.Add(recipient.Address);
                continue;
            }

            if (released.Contains(address!.ToString()))
                continue;
            var resolution = await AliasExpansion.ResolveAsync(directory(), address!, cancel);
            // What we would not relay for its client is not relayed for having been in quarantine.
            bool mayLeave = message.User is not null || message.Role is ListenerRole.Internal or ListenerRole.Submission;
            if (resolution.Routes.Count == 0 || (resolution.Outcome == ResolutionOutcome.Foreign && !mayLeave))
                lost.Add(recipient.Address);
            else
                envelope.Recipients.Add(new EnvelopeRecipient(address!)
                {
                    Notify = recipient.Notify,
                    OriginalRecipient = recipient.OriginalRecipient,
                    Routes = resolution.Routes,
                });
        }

        return (envelope.Recipients.Count > 0 ? envelope : null, lost);
    }

    private Session SessionOf(QuarantinedMessage message)
    {
        var client = IPEndPoint.TryParse(message.Client, out var point) ? point : new IPEndPoint(IPAddress.Loopback, 0);
        var session = new Session
        {
            Id = message.Session,
            Role = message.Role,
            Client = client,
            Local = new IPEndPoint(IPAddress.Loopback, 0),
            HostName = hostName(),
            ClientName = message.ClientName,
            Helo = message.Helo,
            IsEsmtp = message.IsEsmtp,
            User = message.User,
        };
        foreach (string field in message.Fields)
            session.AddCompleteField(field);
        session.AddField(
            string.Create(
                CultureInfo.InvariantCulture,
                $"X-Gatepost-Quarantine: released {ReceivedField.MailDate(time.GetUtcNow())}; {message.Rule}; {message.VerdictId}"));
        return session;
    }
}
