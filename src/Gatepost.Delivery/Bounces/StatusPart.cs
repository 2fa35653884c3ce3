using System.Globalization;
using System.Text;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Delivery.Bounces;

/// <summary>The machine's part of a report (RFC 3464; RFC 6533 where addresses need UTF-8).</summary>
/// <param name="discloses">Whether the addresses of forwards may be named; otherwise the one that was written to is named instead (RFC 3464
/// §2.3.2 allows it).</param>
internal sealed class StatusPart(string host, bool utf8, bool discloses)
{
    private readonly StringBuilder fields = new();

    public string Write(
        NoticeKind kind, QueuedMessage message, IReadOnlyList<RecipientResult> about, DateTimeOffset now, TimeSpan giveUpAfter)
    {
        Add("Reporting-MTA", "dns; " + host);
        if (message.EnvelopeId is { } id)
            Add("Original-Envelope-Id", Coding.FromXtext(id));
        Add("Arrival-Date", Date(message.Arrived));
        Add("X-Gatepost-Queue-Id", message.QueueId);
        foreach (var result in about)
        {
            fields.Append("\r\n");
            Recipient(kind, result);
            Add("Last-Attempt-Date", Date(now));
            if (kind == NoticeKind.Delayed)
                Add("Will-Retry-Until", Date(message.Arrived + giveUpAfter));
        }

        return fields.ToString();
    }

    private void Recipient(NoticeKind kind, RecipientResult result)
    {
        if (Original(result.Recipient) is { } original)
            Add("Original-Recipient", original);
        bool hidden = !discloses && result.IsForwarded;
        Add("Final-Recipient", Typed(hidden ? result.Recipient.Accepted : result.Recipient.Address));
        Add("Action", kind switch
        {
            NoticeKind.Failed => "failed",
            NoticeKind.Delayed => "delayed",
            // RFC 3461 §5.2.2 (c): handed to a server that does not report on.
            _ => result.IsFinalDelivery ? "delivered" : "relayed",
        });
        Add(
            "Status", StatusOf(
                result.Reply.Entry == DeliveryReplies.ForwardRefused && result.Cause is { } remote ? remote : result.Reply, kind));
        if (!hidden && result.Host is { } said && (result.Cause ?? result.Reply).WasReceived)
            Add("Remote-MTA", "dns; " + said);
        Diagnostic(result.Cause ?? result.Reply, hidden ? result.Recipient.Address : null);
        Add("X-Gatepost-Reply", (result.Cause ?? result.Reply).Entry.Id);
    }

    /// <summary>ORCPT as it came, its xtext undone (RFC 3464 §2.3.1); without one, the address before an alias led elsewhere.</summary>
    private string? Original(QueuedRecipient recipient)
    {
        if (recipient.OriginalRecipient is { } given)
        {
            int semicolon = given.IndexOf(';', StringComparison.Ordinal);
            if (semicolon > 0)
                return $"{given[..semicolon]}; {Coding.FromXtext(given[(semicolon + 1)..])}";
        }

        return recipient.Accepted.Equals(recipient.Address) || !discloses ? null : Typed(recipient.Accepted);
    }

    private string Typed(Smtp.Mailbox address) => address.IsAscii
        ? "rfc822; " + address
        : "utf-8; " + (utf8 ? address.ToString() : Coding.Utf8AddressInAscii(address.ToString()));

    /// <summary>The class follows what happened; a server that says 550 4.1.1 means the 5.</summary>
    private static string StatusOf(Reply reply, NoticeKind kind)
    {
        if (kind == NoticeKind.Succeeded)
            return reply.Status is { Class: 2 } success ? success.ToString() : "2.0.0";
        if (!reply.WasReceived)
            return reply.Status?.ToString() ?? "5.0.0";
        int wanted = reply.Code / 100;
        return reply.Status is { } status ? new EnhancedStatus(wanted, status.Subject, status.Detail).ToString() : $"{wanted}.0.0";
    }

    private void Diagnostic(Reply reply, Smtp.Mailbox? hidden)
    {
        string text = NoticeText.Without(hidden, reply.Text, BounceWords.English).Replace("\n", " ", StringComparison.Ordinal);
        string status = reply.Status is { } known ? known + " " : "";
        Add("Diagnostic-Code", reply.WasReceived
            ? string.Create(CultureInfo.InvariantCulture, $"smtp; {reply.Code} {status}{text}")
            : "x-gatepost; " + text);
    }

    /// <summary>
    /// One field, folded at spaces, cut to 2,000 characters, in ASCII unless the part is a UTF-8 one. No value can begin a field of its
    /// own.
    /// </summary>
    private void Add(string name, string value)
    {
        value = SafeText.Of(value, 2000);
        if (!utf8 && !Ascii.IsValid(value))
            value = new string([.. value.Select(c => c > '~' ? '?' : c)]);
        int column = name.Length + 1;
        fields.Append(name).Append(':');
        foreach (string word in value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column + 1 + word.Length > 76 && column > name.Length + 1)
            {
                fields.Append("\r\n");
                column = 0;
            }

            // A line may have 998 octets (RFC 5322 §2.1.1); no word of a reply needs as many.
            string piece = word.Length > 480 ? word[..480] : word;
            fields.Append(' ').Append(piece);
            column += 1 + piece.Length;
        }

        fields.Append("\r\n");
    }

    private static string Date(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
}
