using System.Globalization;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;
using MimeKit.Utils;

namespace Gatepost.Delivery.Bounces;

/// <summary>Decides whether the sender is notified, and writes the notice.</summary>
internal sealed class NoticeWriter(DeliveryOptions options, INoticeRouter router, IQueue queue, TimeProvider time, Chance random)
{
    private const int HeadRead = 64 * 1024;

    /// <summary>Null if nothing is signed.</summary>
    public IMessageSigner? Signer { get; init; }

    /// <summary>Takes why a report could not be signed; null if that is of no interest.</summary>
    public IJournal? Journal { get; init; }

    /// <summary>
    /// Null if no notice is sent: the null sender (RFC 5321 §4.5.5), NOTIFY without that case, an address that is gone.
    /// </summary>
    public async ValueTask<Notice?> WriteAsync(
        QueuedMessage message, NoticeKind kind, IReadOnlyList<RecipientResult> all, CancellationToken cancel)
    {
        if (message.Sender is not { } sender)
            return null;
        // That no host was asked just now does not interest the sender; the reason for that does.
        var about = all.Where(result => Wants(result.Recipient.Notify, kind))
            .Select(result => result is { IsFromMemory: true, Cause: { } cause } ? result with { Reply = cause, Cause = null } : result)
            .ToList();
        if (about.Count == 0)
            return null;
        var routes = await router.RouteAsync(sender, cancel);
        if (routes.Count == 0)
            return null;

        var original = await ReadAsync(message, kind, cancel);
        var report = Compose(message, sender, kind, about, original);
        var envelope = new Envelope
        {
            Sender = null,
            Body = report.IsEightBit ? BodyType.EightBitMime : BodyType.SevenBit,
            SmtpUtf8 = report.Utf8,
            // A report tells as much as the message did (RFC 8689 §5).
            Tls = message.Tls == TlsRequest.Required ? TlsRequest.Required : TlsRequest.None,
        };
        envelope.Recipients.Add(new EnvelopeRecipient(sender) { Routes = routes });
        return new Notice(envelope, await SignedAsync(report.ToOctets(), message.QueueId, cancel), message.QueueId);
    }

    private async ValueTask<ReadOnlyMemory<byte>> SignedAsync(byte[] report, string about, CancellationToken cancel)
    {
        if (Signer is null)
            return report;
        var signed = await Signer.SignAsync(new MemoryStream(report, writable: false), cancel);
        if (signed.Fault is { } fault)
            Journal?.Report(time, OurEvidence.NotSigned.Say(fault), about);
        return (byte[])[.. signed.Fields.Span, .. report];
    }

    /// <summary>RFC 3461 §4.1; without NOTIFY the sender is notified of failure and delay, not of success.</summary>
    private static bool Wants(DsnNotify notify, NoticeKind kind) => kind switch
    {
        _ when notify.HasFlag(DsnNotify.Never) => false,
        NoticeKind.Failed => notify == DsnNotify.Unspecified || notify.HasFlag(DsnNotify.Failure),
        NoticeKind.Delayed => notify == DsnNotify.Unspecified || notify.HasFlag(DsnNotify.Delay),
        _ => notify.HasFlag(DsnNotify.Success),
    };

    private DsnMessage Compose(
        QueuedMessage message, Mailbox sender, NoticeKind kind, List<RecipientResult> about, ReadOnlyMemory<byte>? original)
    {
        var head = new MessageHeader(original ?? default);
        var language = LanguageChoice.Of(head, sender, options.Bounces, options.Replies);
        var words = new BounceWords(options.Replies.TextsIn(language));
        var now = time.GetUtcNow();
        // A sender that needs UTF-8 reads UTF-8; everybody else gets a report that any server can carry (RFC 6533 §1).
        bool utf8 = !sender.IsAscii;
        bool whole = original is { } octets && ReturnsWhole(message, kind, octets);
        return new DsnMessage
        {
            Host = options.HostName,
            From = "MAILER-DAEMON@" + options.HostName,
            FromName = words.From,
            To = sender.ToString(),
            Subject = words.Subject(kind, Shown(about[0].Recipient.Accepted), about.Count - 1),
            LanguageCode = language.Code(),
            Date = now,
            Token = Token(),
            InReplyTo = MessageId(head),
            Text = new NoticeText(words, options.Bounces, options.Retry.GiveUpAfter, options.Replies)
                .Write(kind, message, Subject(head), about),
            Status = new StatusPart(options.HostName, utf8, options.Bounces.DiscloseForward)
                .Write(kind, message, about, now, options.Retry.GiveUpAfter),
            Returned = whole ? original!.Value : original is null
                ? System.Text.Encoding.ASCII.GetBytes($"X-Gatepost-Note: {BounceWords.English.CannotReturn}\r\n") : Lines(head.Octets.Span),
            ReturnsWhole = whole,
            Utf8 = utf8,
        };
    }

    /// <summary>
    /// RET is about failures only (RFC 3461 §4.3); under REQUIRETLS (RFC 8689 §5), too large or binary messages come back as their header.
    /// </summary>
    private bool ReturnsWhole(QueuedMessage message, NoticeKind kind, ReadOnlyMemory<byte> octets) =>
        kind == NoticeKind.Failed
        && message.Return == DsnReturn.Full
        && message.Tls != TlsRequest.Required
        && message.Body != BodyType.BinaryMime
        && octets.Length == message.Size
        && octets.Length <= BounceOptions.MaxReturned;

    /// <summary>As much of the message as a report needs; null if the store cannot give it.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(QueuedMessage message, NoticeKind kind, CancellationToken cancel)
    {
        if (message.InMemory is { } octets)
            return octets;
        int wanted = kind == NoticeKind.Failed && message.Return == DsnReturn.Full && message.Size <= BounceOptions.MaxReturned
            ? (int)message.Size : HeadRead;
        try
        {
            await using var body = queue.OpenBody(message.QueueId);
            byte[] read = new byte[(int)Math.Min(wanted, message.Size)];
            int length = await body.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, cancel);
            return read.AsMemory(0, length);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            // The sender must be notified of the failure anyway.
            return null;
        }
    }

    /// <summary>The header as lines allowed in a report: line ends made whole, no line over 998 octets, 64 KB at most.</summary>
    private static byte[] Lines(ReadOnlySpan<byte> head)
    {
        var clean = new MemoryStream(Math.Min(head.Length, HeadRead));
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = head[range];
            if (clean.Length > HeadRead)
                break;
            if (range.End.Value == head.Length && line.IsEmpty)
                break;
            line = line.EndsWith("\r"u8) ? line[..^1] : line;
            var rest = line[..Math.Min(line.Length, 998)];
            foreach (byte octet in rest)
                clean.WriteByte(octet is 0 or (byte)'\r' ? (byte)'?' : octet);
            clean.Write("\r\n"u8);
        }

        return clean.ToArray();
    }

    private static string Shown(Mailbox address) => SafeText.Of(address.ToString(), 320);

    private static string? Subject(MessageHeader head)
    {
        if (head.Find("Subject"u8)?.Unfolded() is not { Length: > 0 } raw)
            return null;
        string decoded = Rfc2047.DecodeText(System.Text.Encoding.UTF8.GetBytes(raw));
        return string.IsNullOrWhiteSpace(decoded) ? null : decoded;
    }

    /// <summary>Only what is a Message-ID without doubt goes into a header of ours.</summary>
    private static string? MessageId(MessageHeader head)
    {
        string? id = head.Find("Message-ID"u8)?.Unfolded();
        bool good = id is { Length: > 4 and < 250 }
            && id.StartsWith('<') && id.EndsWith('>')
            && id.Contains('@', StringComparison.Ordinal)
            && id.AsSpan(1, id.Length - 2).IndexOfAnyExceptInRange('!', '~') < 0
            && id.AsSpan(1, id.Length - 2).IndexOfAny('<', '>') < 0;
        return good ? id : null;
    }

    private string Token()
    {
        return string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeMilliseconds():x}.{random.NextInt64():x16}");
    }
}
