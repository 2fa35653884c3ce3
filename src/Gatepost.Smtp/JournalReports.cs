using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>Events that belong to no session and no attempt.</summary>
public static class JournalReports
{
    /// <summary>Something about the server itself.</summary>
    public static void Report(this IJournal journal, TimeProvider time, Finding detail) =>
        journal.Record(OfServer(time, detail));

    /// <summary>Something about the server and one message.</summary>
    public static void Report(this IJournal journal, TimeProvider time, Finding detail, string queueId) =>
        journal.Record(OfServer(time, detail) with { QueueId = queueId });

    /// <summary>The event itself, for what writes it without a journal: the journal about its own gaps.</summary>
    public static JournalEvent OfServer(TimeProvider time, Finding detail) =>
        new() { Kind = JournalKind.Server, At = time.GetUtcNow(), Detail = detail };

    /// <summary>An administrator, the clock or the configuration changed the queue or the quarantine.</summary>
    /// <param name="queueId">Of the message.</param>
    /// <param name="detail">What was done.</param>
    /// <param name="recipient">Null if it concerns all.</param>
    public static void QueueChanged(this IJournal journal, TimeProvider time, string queueId, Finding detail, string? recipient = null) =>
        journal.Record(new JournalEvent
        {
            Kind = JournalKind.QueueChanged,
            At = time.GetUtcNow(),
            QueueId = queueId,
            Recipient = recipient,
            Detail = detail,
        });
}
