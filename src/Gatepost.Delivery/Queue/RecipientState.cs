namespace Gatepost.Delivery.Queue;

public enum RecipientState
{
    /// <summary>Waits for its next attempt.</summary>
    Queued,

    /// <summary>Not tried until an administrator releases it.</summary>
    Held,
}
