using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>The delivery attempt a connection is used for, as the journal names it.</summary>
/// <param name="Attempt">The attempt's id.</param>
/// <param name="QueueId">The message; null if none is sent.</param>
public readonly record struct AttemptContext(string Attempt, string? QueueId);

/// <summary>Records what happens between us and one host that we are the client of.</summary>
/// <param name="host">Its name; null if none was found.</param>
/// <param name="address">Its address; null for a unix socket, or where none was found.</param>
public sealed class AttemptJournal(IJournal journal, TimeProvider time, string? host, IPAddress? address)
{
    /// <summary>A connection that is used again belongs to another attempt.</summary>
    public AttemptContext Context { get; set; }

    public void Connected() => journal.Record(Event(JournalKind.Connected, Stage.Connect));

    /// <summary>A reply that was received.</summary>
    internal void Reply(in PendingCommand command, Reply reply) => journal.Record(Event(JournalKind.Reply, command.Stage) with
    {
        Command = command.Text,
        Reply = reply,
        Sender = command.Sender,
        Recipient = command.Recipient,
    });

    public void TlsStarted(Finding detail) => journal.Record(Event(JournalKind.Tls, Stage.StartTls) with { Detail = detail });

    /// <param name="why">Why TLS was wanted; null if nothing but the configuration says so.</param>
    public void TlsFailed(Reply condition, Finding? why = null) =>
        journal.Record(Event(JournalKind.Tls, Stage.StartTls) with { Reply = condition, Detail = why });

    /// <summary>The connection ended as it should.</summary>
    public void Closed() => journal.Record(Event(JournalKind.Closed, Stage.Quit));

    /// <summary>The connection ended, or could not be opened, for a reason of ours.</summary>
    public void Closed(Stage stage, Reply condition) =>
        journal.Record(Event(JournalKind.Closed, stage) with { Reply = condition, Detail = OurEvidence.Quoted.Say(condition.Text) });

    private JournalEvent Event(JournalKind kind, Stage stage) => new()
    {
        Kind = kind,
        At = time.GetUtcNow(),
        Session = Context.Attempt,
        QueueId = Context.QueueId,
        Outbound = true,
        Peer = address,
        PeerName = host,
        Stage = stage,
    };
}
