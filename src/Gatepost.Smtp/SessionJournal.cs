using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>The other side of a session, as the journal names it.</summary>
public interface IJournalPeer
{
    /// <summary>The session's or the attempt's id.</summary>
    string Id { get; }

    /// <summary>Null if there is no network between us.</summary>
    IPAddress? Address { get; }

    /// <summary>HELO name, or the host's name where we are the client; null before it is known.</summary>
    string? Name { get; }

    /// <summary>True if we are the client.</summary>
    bool IsServer => false;

    /// <summary>The account it has logged in to; null if none.</summary>
    string? Login => null;

    /// <summary>Its host name as DNS confirms it; null if it was not looked up.</summary>
    string? ReverseName => null;
}

/// <summary>The journal of one session: fills in who, with whom and when, so that an event says only what is new.</summary>
/// <param name="journal">Where the events go.</param>
/// <param name="time">For the time of each event.</param>
/// <param name="peer">The other side; read at each event, because HELO, PROXY and XCLIENT change it.</param>
public sealed class SessionJournal(IJournal journal, TimeProvider time, IJournalPeer peer)
{
    /// <summary>See <see cref="IJournal.IsHalfFull"/>.</summary>
    public bool IsHalfFull => journal.IsHalfFull;

    /// <summary>The connection is open.</summary>
    public void Connected(Finding? detail, Stage? stage = null) =>
        journal.Record(Event(JournalKind.Connected) with { Stage = stage, Detail = detail });

    /// <summary>A reply was given or received.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="verdict">The verdict it comes from; null if no gatekeeper was asked.</param>
    /// <param name="stage">The stage of the command; null if it belongs to none.</param>
    /// <param name="command">The command, made harmless; null for a reply without one.</param>
    /// <param name="envelope">The transaction it belongs to; null outside one.</param>
    /// <param name="recipient">The recipient it is about; null if it is about none or all.</param>
    /// <param name="queueId">Set where the reply accepts or concerns a queued message.</param>
    public void Reply(
        Reply reply,
        Verdict? verdict = null,
        Stage? stage = null,
        string? command = null,
        Envelope? envelope = null,
        EnvelopeRecipient? recipient = null,
        string? queueId = null) => journal.Record(new JournalEvent
        {
            Kind = JournalKind.Reply,
            At = time.GetUtcNow(),
            Session = peer.Id,
            QueueId = queueId,
            Outbound = peer.IsServer,
            Peer = peer.Address,
            PeerName = peer.Name,
            Stage = stage,
            Command = command,
            Reply = reply,
            Sender = SenderOf(envelope) ?? AccountOf(verdict),
            Recipient = recipient?.Address.ToString(),
            // A rule that passed with a remark has its verdict event; the reply is not its doing.
            Rule = verdict is { Passes: false } ? verdict.Rule : null,
            VerdictId = verdict?.Id,
            // Only for AUTH and refusals: in every event it would cost an octet for nothing.
            Login = stage == Stage.Authenticate || reply.Code >= 400 ? peer.Login ?? AccountOf(verdict) : null,
            Facts = verdict is { IsSilent: true } ? verdict.Facts : stage == Stage.Authenticate ? LoginFacts(verdict) : [],
        });

    /// <summary>A gatekeeper judged.</summary>
    /// <param name="stage">Where.</param>
    /// <param name="verdict">Its verdict.</param>
    /// <param name="session">The session as it was judged.</param>
    public void Verdict(Stage stage, Verdict verdict, Session session) => journal.Record(new JournalEvent
    {
        Kind = JournalKind.Verdict,
        At = time.GetUtcNow(),
        Session = peer.Id,
        Peer = peer.Address,
        PeerName = peer.Name,
        Stage = stage,
        Reply = verdict.Reply,
        Sender = SenderOf(session.Envelope) ?? AccountOf(verdict),
        Recipient = stage == Stage.RcptTo ? session.Candidate?.Address.ToString() : null,
        QueueId = stage == Stage.Message ? session.Draft?.QueueId : null,
        MessageId = stage == Stage.Message ? session.MessageId : null,
        Login = session.User ?? AccountOf(verdict),
        ReverseName = session.ClientName,
        Rule = verdict.Rule,
        VerdictId = verdict.Id,
        Facts = verdict.Facts,
        Detail = verdict.Why,
    });

    /// <summary>A message became ours: one event for each recipient.</summary>
    /// <param name="envelope">Sender and recipients.</param>
    /// <param name="queueId">Its queue id.</param>
    /// <param name="size">Octets, our trace fields included.</param>
    /// <param name="messageId">See <see cref="JournalEvent.MessageId"/>.</param>
    public void Accepted(Envelope envelope, string queueId, long size, string? messageId)
    {
        var accepted = Event(JournalKind.Accepted) with
        {
            QueueId = queueId,
            Sender = SenderOf(envelope),
            Size = size,
            MessageId = messageId,
            Login = peer.Login,
            ReverseName = peer.ReverseName,
        };
        foreach (var recipient in envelope.Recipients)
            journal.Record(accepted with { Recipient = recipient.Address.ToString() });
    }

    /// <summary>TLS began, or failed.</summary>
    /// <param name="detail">Version and cipher, or the cause of the failure.</param>
    /// <param name="failure">The condition, where it failed.</param>
    public void Tls(Finding detail, Reply? failure = null) =>
        journal.Record(Event(JournalKind.Tls) with { Reply = failure, Detail = detail });

    /// <summary>Something went wrong on our side.</summary>
    public void Trouble(Finding detail) => journal.Record(Event(JournalKind.Server) with { Detail = detail });

    /// <summary>The connection ended.</summary>
    /// <param name="detail">What an admin may want to know of; null for an ordinary end.</param>
    /// <param name="facts">How it ended, and what was counted.</param>
    public void Closed(Finding? detail, params IReadOnlyList<Fact> facts) =>
        journal.Record(Event(JournalKind.Closed) with { Detail = detail, Facts = facts });

    private JournalEvent Event(JournalKind kind) => new()
    {
        Kind = kind,
        At = time.GetUtcNow(),
        Session = peer.Id,
        Outbound = peer.IsServer,
        Peer = peer.Address,
        PeerName = peer.Name,
    };

    /// <summary>What the log says of a log-in that failed: how, as whom, and whether there is such an account.</summary>
    private static Fact[] LoginFacts(Verdict? verdict) => verdict is { Passes: false }
        ? [.. verdict.Facts.Where(fact => fact.Is(OurFacts.Mechanism) || fact.Is(OurFacts.Account) || fact.Is(OurFacts.AccountExists))]
        : [];

    /// <summary>A log-in belongs to the account that was tried, and is found under it.</summary>
    private static string? AccountOf(Verdict? verdict) => verdict?.Facts.FirstOrDefault(fact => fact.Is(OurFacts.Account))?.Text;

    private static string? SenderOf(Envelope? envelope) => envelope is null ? null : envelope.Sender?.ToString() ?? "";
}
