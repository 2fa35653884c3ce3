using System.Globalization;
using System.Text;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.Delivery.Destinations;

/// <summary>
/// Puts messages into one Maildir: written in <c>tmp</c>, synced, moved to <c>new</c>, the folder synced; only then is it delivered.
/// </summary>
/// <remarks>Names as Maildir++ wants them: time, unique parts, host, size. The octets stay as they came, CRLF included.</remarks>
internal sealed class MaildirTransport(
    Destination destination, DeliveryOptions options, DiskThreads threads, IQueue queue, TimeProvider time) : ITransport
{
    private const int HeadRead = 64 * 1024;

    private static long sequence;

    private readonly string folder = destination.Name;
    private readonly string host = options.HostName.Replace("/", "\\057", StringComparison.Ordinal)
        .Replace(":", "\\072", StringComparison.Ordinal);

    /// <summary>A message that arrived before may have been tried by an earlier run of the server.</summary>
    private readonly DateTimeOffset since = time.GetUtcNow();

    private bool prepared;

    /// <summary>The room in mailboxes, shared with what accepts mail for them.</summary>
    public MailboxUsages Mailboxes { private get; init; } = new(time);

    /// <summary>Makes the names in <c>new</c> durable; a test puts a disk that fails here.</summary>
    public Action<OpenedFolder> Sync { private get; init; } = static folder => folder.Sync();

    public async ValueTask<AttemptResult> DeliverAsync(QueuedMessage message, string attempt, CancellationToken cancel) =>
        await threads.RunAsync(() => Deliver(message, cancel));

    public ValueTask CloseIdleAsync(DateTimeOffset before) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private AttemptResult Deliver(QueuedMessage message, CancellationToken cancel)
    {
        var results = new List<RecipientResult>(message.Recipients.Count);
        try
        {
            foreach (var recipient in message.Recipients)
            {
                cancel.ThrowIfCancellationRequested();
                // Two aliases of one mailbox, or one address in two spellings: one copy is enough.
                string address = recipient.Address.ToString();
                var same = results.Find(done => address.Equals(done.Recipient.Address.ToString(), StringComparison.OrdinalIgnoreCase));
                var reply = same?.Reply ?? DeliverOne(message, recipient);
                results.Add(new RecipientResult(recipient, reply, Stage.Local, null, null));
            }
        }
        catch (Exception cause)
        {
            // What is in a mailbox already stays delivered.
            return new AttemptResult(results) { BrokenOffBy = cause };
        }

        return new AttemptResult(results);
    }

    private Reply DeliverOne(QueuedMessage message, QueuedRecipient recipient)
    {
        try
        {
            Prepare();
            return Write(message, recipient);
        }
        catch (IOException failure) when (Disk.IsFull(failure))
        {
            return DeliveryReplies.DeliveryDiskFull.Say(("address", recipient.Address));
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            // The folder may have been taken away; look again next time.
            prepared = false;
            return DeliveryReplies.MaildirFailed.Say(("address", recipient.Address), ("cause", failure.Message));
        }
    }

    private void Prepare()
    {
        if (prepared)
            return;
        new MaildirFolder(folder).Make();
        prepared = true;
    }

    private Reply Write(QueuedMessage message, QueuedRecipient recipient)
    {
        byte[] head = Encoding.UTF8.GetBytes($"Return-Path: <{message.Sender}>\r\nDelivered-To: {recipient.Address}\r\n");
        long size = head.Length + message.Size;
        var mailbox = Mailboxes.Of(folder);
        if (mailbox.FindRoom(message.QueueId, size) is { } full)
            return Full(recipient, full);

        string name = NameOf(message, recipient, size);
        string draft = Path.Combine(mailbox.Folder.Tmp, UniqueName(size)), kept = Path.Combine(mailbox.Folder.New, name);
        if (WasKept(mailbox.Folder, name, message, recipient))
        {
            mailbox.Release(message.QueueId);
            return DeliveryReplies.DeliveredToMaildir.Say(("name", name));
        }

        using var opened = Disk.OpenFolder(mailbox.Folder.New);
        try
        {
            using (var file = Disk.CreatePrivate(draft))
            {
                if (Copy(message, recipient, head, file) is { } refusal)
                {
                    File.Delete(draft);
                    mailbox.Release(message.QueueId);
                    return refusal;
                }

                file.Flush(flushToDisk: true);
            }

            mailbox.Put(message.QueueId, size, () => File.Move(draft, kept));
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        try
        {
            Sync(opened);
        }
        catch
        {
            // It will be tried again: a copy that stayed would be there twice then.
            mailbox.Undo(message.QueueId, size, () => File.Delete(kept));
            throw;
        }

        return DeliveryReplies.DeliveredToMaildir.Say(("name", name));
    }

    private static Reply Full(QueuedRecipient recipient, MailboxState full)
    {
        var (used, limit, unit) = full.Messages >= full.MaxMessages ? (full.Messages, full.MaxMessages, "messages")
            : (full.Octets, full.MaxOctets, "octets");
        return DeliveryReplies.MaildirFull.Say(("address", recipient.Address), ("used", $"{used} {unit}"), ("limit", $"{limit} {unit}"));
    }

    private Reply? Copy(QueuedMessage message, QueuedRecipient recipient, byte[] head, FileStream file)
    {
        if (message.InMemory is { } octets)
        {
            if (WasDeliveredTo(new MessageHeader(octets), recipient.Address))
                return DeliveryReplies.DeliveryLoop.Say(("address", recipient.Address));
            file.Write(head);
            file.Write(octets.Span);
            return null;
        }

        // This thread is ours to block.
        using var body = queue.OpenBody(message.QueueId);
        byte[] block = new byte[HeadRead];
        int length = body.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        if (WasDeliveredTo(new MessageHeader(block.AsMemory(0, length)), recipient.Address))
            return DeliveryReplies.DeliveryLoop.Say(("address", recipient.Address));
        file.Write(head);
        while (length > 0)
        {
            file.Write(block, 0, length);
            try
            {
                length = body.Read(block);
            }
            catch (IOException failure)
            {
                // Not the mailbox but the queue cannot be read.
                return DeliveryReplies.BodyUnreadable.Say(("cause", failure.Message));
            }
        }

        return null;
    }

    /// <summary>Whether a Delivered-To field (RFC 9228) names the address already: then the message has been here before.</summary>
    private static bool WasDeliveredTo(MessageHeader header, Mailbox address)
    {
        byte[]? wanted = null;
        foreach (var field in header)
        {
            if (!field.Is("Delivered-To"u8))
                continue;
            wanted ??= Encoding.UTF8.GetBytes(address.ToString());
            var value = field.Value.Span.Trim(" \t"u8);
            bool same = value.SequenceEqual(wanted)
                || (Ascii.IsValid(value) && Ascii.IsValid(wanted) && Ascii.EqualsIgnoreCase(value, wanted));
            if (same)
                return true;
        }

        return false;
    }

    /// <summary>The same for each try to deliver this copy, so that a try after a crash finds what an earlier one has done.</summary>
    private string NameOf(QueuedMessage message, QueuedRecipient recipient, long size) => string.Create(
        CultureInfo.InvariantCulture,
        $"{message.Arrived.ToUnixTimeSeconds()}.Q{message.QueueId}R{recipient.Index}.{host},S={size}");

    /// <summary>Whether an earlier try has put it there: in new/, or where a mail program has moved it since.</summary>
    private bool WasKept(MaildirFolder folder, string name, QueuedMessage message, QueuedRecipient recipient)
    {
        if (File.Exists(Path.Combine(folder.New, name)))
            return true;
        // A message of this run that was not tried before cannot be there, and a mailbox may be large.
        bool mayBe = recipient.Attempts > 0 || message.Arrived < since;
        return mayBe && Directory.Exists(folder.Cur) && Directory.EnumerateFiles(folder.Cur, name + "*").Any();
    }

    /// <summary>Unique on this host by time, process and a counter; Maildir++ readers take the size from it for quotas.</summary>
    private string UniqueName(long size)
    {
        var now = time.GetUtcNow();
        long micros = now.Ticks % TimeSpan.TicksPerSecond / 10;
        return string.Create(CultureInfo.InvariantCulture,
            $"{now.ToUnixTimeSeconds()}.M{micros}P{Environment.ProcessId}Q{Interlocked.Increment(ref sequence)}.{host},S={size}");
    }
}
