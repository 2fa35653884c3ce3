using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Delivery.Attempts;

/// <summary>What a reply means for the queue.</summary>
internal static class Judgement
{
    /// <summary>
    /// Received replies count by their code's class (RFC 5321 §4.2.1), conditions of ours by their status' class: their numbers are no
    /// reply codes.
    /// </summary>
    public static Outcome Of(Reply reply, Stage stage)
    {
        int kind = reply.WasReceived ? reply.Class : reply.Status?.Class ?? reply.Class;
        // A recipient's end is the answer to the data; an earlier "yes" is none.
        return kind switch
        {
            2 when stage is Stage.Message or Stage.Local => Outcome.Delivered,
            5 => Outcome.Failed,
            _ => Outcome.Deferred,
        };
    }
}
