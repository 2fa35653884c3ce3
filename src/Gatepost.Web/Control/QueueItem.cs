using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>A queued message as the control socket and <c>--json</c> show it. Times are UTC, sizes octets.</summary>
public sealed record QueueItem
{
    public required string QueueId { get; init; }

    /// <summary>Empty for the null sender.</summary>
    public required string Sender { get; init; }

    public required DateTimeOffset Arrived { get; init; }

    public required long Size { get; init; }

    public string? User { get; init; }

    public string? Client { get; init; }

    public string? Session { get; init; }

    public required IReadOnlyList<QueueItemRecipient> Recipients { get; init; }

    public static QueueItem Of(QueuedMessage message) => new()
    {
        QueueId = message.QueueId,
        Sender = message.Sender?.ToString() ?? "",
        Arrived = message.Arrived,
        Size = message.Size,
        User = message.User,
        Client = message.ClientAddress,
        Session = message.Session,
        Recipients = [.. message.Recipients.Select(QueueItemRecipient.Of)],
    };
}

/// <summary>One recipient that is still in the queue.</summary>
public sealed record QueueItemRecipient
{
    public required string Address { get; init; }

    /// <summary>What RCPT said, where an alias made another address of it.</summary>
    public string? Accepted { get; init; }

    public required string Destination { get; init; }

    public required RecipientState State { get; init; }

    public required int Attempts { get; init; }

    public DateTimeOffset? NextAttempt { get; init; }

    public DateTimeOffset? LastAttempt { get; init; }

    /// <summary>Null before the first attempt.</summary>
    public QueueItemReply? Last { get; init; }

    public static QueueItemRecipient Of(QueuedRecipient recipient) => new()
    {
        Address = recipient.Address.ToString(),
        Accepted = recipient.Accepted.Equals(recipient.Address) ? null : recipient.Accepted.ToString(),
        Destination = recipient.Destination.ToString(),
        State = recipient.State,
        Attempts = recipient.Attempts,
        NextAttempt = recipient.State == RecipientState.Held ? null : recipient.NextAttempt,
        LastAttempt = recipient.LastAttempt,
        Last = recipient.Last is { } last ? QueueItemReply.Of(last) : null,
    };
}

/// <summary>The last reply or condition of a recipient, with what it means once it has been looked up.</summary>
public sealed record QueueItemReply
{
    public required string Entry { get; init; }

    public required int Code { get; init; }

    public string? Status { get; init; }

    public required string Text { get; init; }

    public string? Host { get; init; }

    public string? Address { get; init; }

    public required string Stage { get; init; }

    /// <summary>The reason's word, in the language-free vocabulary of the catalogue.</summary>
    public string? Reason { get; init; }

    /// <summary>One sentence in the reader's language.</summary>
    public string? Meaning { get; init; }

    public static QueueItemReply Of(LastReply last) => new()
    {
        Entry = last.EntryId,
        Code = last.Code,
        Status = last.Status,
        Text = last.Text,
        Host = last.Host,
        Address = last.Address,
        Stage = last.Stage.Name(),
    };

    /// <summary><c>550 5.1.1 text</c> on one line.</summary>
    public string Words => $"{Code}{(Status is null ? "" : " " + Status)} {Text.Replace('\n', ' ')}";
}
