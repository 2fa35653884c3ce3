using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Queue;

/// <summary>Rows of one message that hold what we never wrote there. A failure of that message alone: the database answers.</summary>
internal sealed class UnreadableMessage(long id, Exception cause)
    : IOException($"message {QueueIds.Write(id)} cannot be read from the queue: {cause.Message}", cause);
