using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
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

    /// <summary>Changed by its <see cref="ConcurrencyGroup"/> only, which counts by it.</summary>
    public DestinationState State { get; set; } = DestinationState.Unknown;

    /// <summary>Set while it is known to be unreachable: why, and until when it is not tried.</summary>
    public RecipientResult? Trouble { get; set; }

    public DateTimeOffset BlockedUntil { get; set; }

    /// <summary>Probes in a row that failed.</summary>
    public int Failures { get; set; }

    public DateTimeOffset LastSuccess { get; set; } = DateTimeOffset.MinValue;

    public DateTimeOffset LastUsed { get; set; }

    public bool IsBlocked(DateTimeOffset now) => Trouble is not null && now < BlockedUntil;

    /// <summary>Workers allowed. While it cannot be reached one probe at a time is sent; the rest waits for its result.</summary>
    public int Room => Trouble is null ? (int)Window : 1;

    public bool WantsWorker(DateTimeOffset now) =>
        Active < Room && !IsBlocked(now) && (Waiting.Count > Starting || (MoreDue && !Leasing && Active == 0));

    /// <summary>Adapts its workers to an attempt that reached it.</summary>
    public void Adapt(AttemptResult result, ShapingOptions options, DateTimeOffset now)
    {
        Trouble = null;
        Failures = 0;
        bool refused = false;
        foreach (var recipient in result.Recipients)
            refused |= recipient.Outcome == Outcome.Deferred && IsAboutUs(recipient);
        if (!refused)
            LastSuccess = now;
        Window = refused ? Math.Max(1, Window / 2)
            : Window < 2 ? options.StartConcurrency
            : Math.Min(options.MaxConcurrency, Window + (1 / Window));
    }

    /// <summary>Adapts its workers to an attempt that did not reach it.</summary>
    /// <returns>Whether it has just become unreachable, so that what waits for it is deferred.</returns>
    public bool Block(RecipientResult trouble, ShapingOptions options, DateTimeOffset now, Chance random)
    {
        // Other connections to it work: it wants fewer of them, it is not down.
        bool othersWork = Active > 1 && Trouble is null && now - LastSuccess < TimeSpan.FromMinutes(1);
        if (othersWork)
        {
            Window = Math.Max(1, Math.Min(Window, Active) / 2);
            return false;
        }

        // Several that failed together are one failure.
        if (IsBlocked(now))
            return false;
        Failures++;
        Trouble = trouble;
        Window = 1;
        var pause = options.FirstProbe * Math.Pow(2, Math.Min(Failures - 1, 20));
        pause = pause > options.LongestProbe ? options.LongestProbe : pause;
        BlockedUntil = now + (pause * (0.9 + (0.2 * random.NextDouble())));
        Trouble = trouble with { FailedAt = now, NextProbe = BlockedUntil };
        return true;
    }

    /// <summary>A deferral that asks us to slow down; one that concerns a single mailbox does not.</summary>
    private static bool IsAboutUs(RecipientResult recipient) =>
        recipient.Reply.Code == 421 || recipient.Stage is not (Stage.RcptTo or Stage.Local);
}
