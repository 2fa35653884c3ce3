using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Web.Control;

/// <summary>A journal record as the control socket and <c>trace --json</c> show it.</summary>
public sealed record TraceEvent
{
    public required long Position { get; init; }

    public required JournalKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? Session { get; init; }

    public string? QueueId { get; init; }

    public bool Outbound { get; init; }

    public string? Peer { get; init; }

    public string? PeerName { get; init; }

    public string? Stage { get; init; }

    public string? Command { get; init; }

    /// <summary>The catalogue entry of the reply.</summary>
    public string? Entry { get; init; }

    public int? Code { get; init; }

    public string? Status { get; init; }

    public string? Text { get; init; }

    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    public string? Rule { get; init; }

    public string? Verdict { get; init; }

    public IReadOnlyList<Fact>? Facts { get; init; }

    public DateTimeOffset? NextAttempt { get; init; }

    public long? Size { get; init; }

    /// <summary>Why, or anything else there is to say.</summary>
    public Finding? Detail { get; init; }

    /// <summary>The reason's word, once the entry has been looked up; only for refusals and failures.</summary>
    public string? Reason { get; init; }

    /// <summary>One sentence in the reader's language; only for refusals and failures.</summary>
    public string? Meaning { get; init; }

    public static TraceEvent Of(JournalRecord record) => new()
    {
        Position = record.Position,
        Kind = record.Kind,
        At = record.At,
        Session = record.Session,
        QueueId = record.QueueId,
        Outbound = record.Outbound,
        Peer = record.Peer?.ToString(),
        PeerName = record.PeerName,
        Stage = record.Stage?.Name(),
        Command = record.Command,
        Entry = record.EntryId,
        Code = record.Code,
        Status = record.Status,
        Text = record.ReplyText,
        Sender = record.Sender,
        Recipient = record.Recipient,
        Rule = record.Rule,
        Verdict = record.VerdictId,
        Facts = record.Facts.Count == 0 ? null : record.Facts,
        NextAttempt = record.NextAttempt,
        Size = record.Size,
        Detail = record.Detail,
    };
}
