using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Web.Control;

/// <summary>
/// Changes an administrator makes to the queue, with their trace: who asks later why a message waited or vanished must find it.
/// </summary>
public static class QueueChanges
{
    /// <summary>Recipients that are named singly in the journal; of more only the number.</summary>
    private const int MaxNamed = 1000;

    /// <summary>By the running server.</summary>
    /// <returns>How many recipients were touched.</returns>
    public static Task<int> ApplyAsync(
        IServerControl server, IQueue queue, TimeProvider time, QueueChange change, QueueFilter filter, CancellationToken cancel) =>
        ApplyAsync(
            queue, server.Journal, time, change, filter, bounce: () => server.BounceAsync(filter, cancel), drop: () =>
                server.DropAsync(filter, cancel), forget: () => server.ForgetFailuresAsync(filter, cancel), cancel);

    /// <returns>How many recipients were touched.</returns>
    /// <param name="bounce">Returns what matches.</param>
    /// <param name="drop">Removes what matches.</param>
    /// <param name="forget">Makes delivery forget that a destination was unreachable; null if no server runs.</param>
    public static async Task<int> ApplyAsync(
        IQueue queue, IJournal journal, TimeProvider time, QueueChange change, QueueFilter filter,
        Func<Task<int>> bounce, Func<Task<int>> drop, Func<Task>? forget, CancellationToken cancel)
    {
        if (change == QueueChange.Retry && forget is not null)
            await forget();
        var named = await FindAsync(queue, filter, cancel);
        int touched = change switch
        {
            QueueChange.Hold => await queue.HoldAsync(filter, cancel),
            QueueChange.Release => await queue.ReleaseAsync(filter, cancel),
            QueueChange.Retry => await queue.RetryAsync(filter, cancel),
            QueueChange.Drop => await drop(),
            _ => await bounce(),
        };
        if (touched == 0)
            return 0;

        var what = Past(change).Say();
        foreach (var (id, recipient) in named)
            journal.QueueChanged(time, id, what, recipient);
        if (touched > named.Count)
            journal.Report(time, OurEvidence.RecipientsTouched.Say(touched, what));
        return touched;
    }

    private static async Task<List<(string Id, string Recipient)>> FindAsync(IQueue queue, QueueFilter filter, CancellationToken cancel)
    {
        var found = new List<(string, string)>();
        await foreach (var message in queue.ListAsync(filter, cancel))
        {
            found.AddRange(message.Recipients.Select(recipient => (message.QueueId, recipient.Address.ToString())));
            if (found.Count >= MaxNamed)
                break;
        }

        return found;
    }

    private static FixedEvidence Past(QueueChange change) => change switch
    {
        QueueChange.Hold => OurEvidence.HeldByAdmin,
        QueueChange.Release => OurEvidence.ReleasedByAdmin,
        QueueChange.Retry => OurEvidence.RetriedByAdmin,
        QueueChange.Drop => OurEvidence.DroppedByAdmin,
        _ => OurEvidence.BouncedByAdmin,
    };
}
