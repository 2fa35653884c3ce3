using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Shaping;

/// <summary>The mail that waits in memory for one destination, and how many workers it has and can take.</summary>
/// <remarks>Guarded by <see cref="DeliveryScheduler"/>'s lock.</remarks>
internal sealed class DestinationQueue(Destination destination, ITransport transport, double window)
{
    public Destination Destination { get; } = destination;

    public ITransport Transport { get; set; } = transport;

    public Queue<QueuedMessage> Waiting { get; } = [];

    /// <summary>Whether it is on this machine or beside it: a Maildir, a mailbox store.</summary>
    public bool IsLocal => Destination.Kind is DestinationKind.Maildir or DestinationKind.Lmtp;

    /// <summary>Workers running.</summary>
    public int Active { get; set; }

    /// <summary>Workers started that have not asked for their first message yet.</summary>
    public int Starting { get; set; }

    /// <summary>
    /// Workers the destination can take, by its answers: one more for each round of successes, half as many after a refusal.
    /// </summary>
    public double Window { get; set; } = window;

    /// <summary>The queue holds more that is due for it.</summary>
    public bool MoreDue { get; set; }

    /// <summary>A worker is fetching it.</summary>
    public bool Leasing { get; set; }

    /// <summary>Is among those that may start a worker.</summary>
    public bool IsRunnable { get; set; }

    /// <summary>Set while it is known to be unreachable: why, and until when it is not tried.</summary>
    public RecipientResult? Trouble { get; set; }

    public DateTimeOffset BlockedUntil { get; set; }

    /// <summary>Probes in a row that failed.</summary>
    public int Failures { get; set; }

    public DateTimeOffset LastSuccess { get; set; } = DateTimeOffset.MinValue;

    public DateTimeOffset LastUsed { get; set; }

    public bool IsBlocked(DateTimeOffset now) => Trouble is not null && now < BlockedUntil;

    /// <summary>Workers allowed. While it is in trouble one probe at a time is sent; the rest waits for its result.</summary>
    public int Room => Trouble is null ? (int)Window : 1;

    public bool WantsWorker(DateTimeOffset now) =>
        Active < Room && !IsBlocked(now) && (Waiting.Count > Starting || (MoreDue && !Leasing && Active == 0));
}
