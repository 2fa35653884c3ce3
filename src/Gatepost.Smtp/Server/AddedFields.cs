using System.Text;

namespace Gatepost.Smtp.Server;

/// <summary>
/// The fields we write above a message: Received always (RFC 5321 §4.4), Message-ID and Date where a submission lacks them (RFC 6409 §8).
/// </summary>
public static class AddedFields
{
    /// <summary>What a submission lacks (RFC 6409 §8), as fields of the session.</summary>
    public static void AddMissing(Session session, string queueId, bool hasMessageId, bool hasDate, DateTimeOffset now)
    {
        if (!hasMessageId)
        {
            session.MessageId = $"{queueId}@{ReceivedField.Name(session.HostName)}";
            session.AddField($"Message-ID: <{session.MessageId}>");
        }

        if (!hasDate)
            session.AddField("Date: " + ReceivedField.MailDate(now));
    }

    /// <summary>Complete header lines with CRLF.</summary>
    /// <param name="signatures">Fields that sign the others and the message; they go right below Received.</param>
    public static byte[] Compose(
        Session session, Envelope envelope, string queueId, bool lacksHeader, DateTimeOffset now, ReadOnlyMemory<byte> signatures = default)
    {
        var received = new StringBuilder(512);
        ReceivedField.Append(received, session, envelope, queueId, now);
        return [.. Encoding.UTF8.GetBytes(received.ToString()), .. signatures.Span, .. Added(session, lacksHeader)];
    }

    /// <summary>The fields that were added to the message; they are signed with it.</summary>
    public static byte[] Added(Session session, bool lacksHeader) =>
        // A text without header would become one together with our fields.
        Encoding.UTF8.GetBytes(string.Concat(session.AddedFields) + (lacksHeader ? "\r\n" : ""));
}
