namespace Gatepost.Storage.Journal;

/// <summary>Which parts an event has, in the order they are written.</summary>
[Flags]
internal enum Fields
{
    Outbound = 1 << 0,
    Session = 1 << 1,
    QueueId = 1 << 2,
    Peer = 1 << 3,
    PeerName = 1 << 4,
    Stage = 1 << 5,
    Command = 1 << 6,
    Reply = 1 << 7,
    Sender = 1 << 8,
    Recipient = 1 << 9,
    Rule = 1 << 10,
    VerdictId = 1 << 11,
    Detail = 1 << 12,
    NextAttempt = 1 << 13,
    Size = 1 << 14,
    Facts = 1 << 15,
    Reason = 1 << 16,
    MessageId = 1 << 17,
    Login = 1 << 18,
    ReverseName = 1 << 19,
}
