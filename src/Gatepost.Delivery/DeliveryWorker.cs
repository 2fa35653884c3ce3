using System.Globalization;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Outcomes;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Shaping;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.Delivery;

/// <summary>Tries messages for one destination, one after the other, and hands over their outcomes.</summary>
/// <param name="services">Those in force; they change on a reload.</param>
/// <param name="stop">Ends running attempts.</param>
internal sealed class DeliveryWorker(
    IQueue queue, DeliveryScheduler scheduler, OutcomeWriter outcomes, Func<DeliveryServices> services,
    DeliveryAlarms alarms, AttemptIds ids, IJournal journal, TimeProvider time, CancellationToken stop)
{
    private const int LeaseSize = 100;

    /// <summary>Removals asked for by an administrator while an attempt is running.</summary>
    public RequestedRemovals Removals { get; } = new();

    /// <summary>Works until the scheduler has no more for it.</summary>
    public async Task RunAsync(DestinationQueue destination)
    {
        int done = 0;
        bool first = true;
        while (true)
        {
            var (message, lease) = scheduler.Next(destination, done, first);
            first = false;
            if (lease)
                await LeaseAsync(destination);
            else if (message is null)
                return;
            else
                await TryAsync(destination, message);
            done += lease ? 0 : 1;
        }
    }

    /// <summary>Leases due messages, without those whose outcome is known but could not be stored yet.</summary>
    /// <returns>More says whether it is worth asking again immediately.</returns>
    public async ValueTask<(IReadOnlyList<QueuedMessage> Leased, bool More)> LeaseAsync(Destination destination, CancellationToken cancel)
    {
        var leased = await queue.LeaseAsync(destination, time.GetUtcNow(), LeaseSize, cancel);
        var open = new List<QueuedMessage>(leased.Count);
        foreach (var message in leased)
        {
            if (await outcomes.WithoutKnownAsync(message) is { } rest)
                open.Add(rest);
        }

        // A store that cannot write gives the same ones again and again: then it is not urgent.
        return (open, leased.Count == LeaseSize && (open.Count == LeaseSize || outcomes.IsStoring));
    }

    /// <summary>Defers a message because the destination cannot be reached, without an attempt of its own.</summary>
    public ValueTask SuspendAsync(QueuedMessage message, RecipientResult trouble)
    {
        var now = time.GetUtcNow();
        var reply = DeliveryReplies.NotTried.Say(
            ("cause", trouble.CauseText),
            ("seconds", Math.Max(0, (long)(now - (trouble.FailedAt ?? now)).TotalSeconds)),
            ("time", (trouble.NextProbe ?? now).UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)));
        var known = message.Recipients.Select(recipient =>
            new RecipientResult(recipient, reply, trouble.Stage, trouble.Host, trouble.Address) { Cause = trouble.Reply });
        return ConcludeAsync(message, new AttemptResult([.. known]), ids.Next());
    }

    public ValueTask ReleaseAsync(QueuedMessage message) => ReleaseAsync(message, message.Recipients);

    private async ValueTask LeaseAsync(DestinationQueue destination)
    {
        try
        {
            var (leased, more) = await LeaseAsync(destination.Destination, stop);
            if (scheduler.AddLeased(destination, leased, more) is not { } trouble)
                return;
            foreach (var message in leased)
                await SuspendAsync(message, trouble);
        }
        catch (Exception failure)
        {
            scheduler.AddLeased(destination, [], more: false);
            if (failure is not OperationCanceledException)
                Report(OurEvidence.DueNotRead.Say(destination.Destination.ToString(), failure.Message));
        }
    }

    private async ValueTask TryAsync(DestinationQueue destination, QueuedMessage message)
    {
        string attempt = ids.Next();
        if (Removals.TakeFrom(message) is { } removal)
        {
            await RemoveAsync(message, removal, attempt);
            message = message with { Recipients = [.. message.Recipients.Where(recipient => !removal.Contains(recipient))] };
            if (message.Recipients.Count == 0)
                return;
        }

        AttemptResult result;
        try
        {
            result = Unsendable(message) ?? await destination.Transport.DeliverAsync(message, attempt, stop);
        }
        catch (Exception cause)
        {
            result = new AttemptResult([]) { BrokenOffBy = cause };
        }

        var untried = result.Without(message);
        if (untried.Count > 0 && !stop.IsCancellationRequested)
        {
            Report(OurEvidence.AttemptFault.Say(attempt, message.QueueId, OneLine(result.BrokenOffBy)));
            var fault = DeliveryReplies.DeliveryFault.Say(("cause", result.BrokenOffBy!.GetType().Name));
            var faults = untried.Select(recipient => new RecipientResult(recipient, fault, Stage.Local, null, null));
            result = result with { Recipients = [.. result.Recipients, .. faults] };
            untried = [];
        }

        if (untried.Count > 0)
            await ReleaseAsync(message, untried);
        if (result.Recipients.Count == 0)
            return;
        alarms.Note(destination.Destination, message, result);
        var waited = scheduler.ReportResult(destination, result);
        await ConcludeAsync(message, result, attempt);
        foreach (var other in waited)
            await SuspendAsync(other, destination.Trouble ?? result.Trouble!);
    }

    /// <summary>What needs no destination to fail: a body that cannot be read, a loop (RFC 5321 §6.3).</summary>
    private AttemptResult? Unsendable(QueuedMessage message)
    {
        if (message.InMemory is not { } octets)
            return Unreadable(message);
        var header = new MessageHeader(octets);
        int hops = header.Count("Received"u8);
        return hops > HopLimit.Max
            ? AttemptResult.Same(message, HopsExceeded(header, hops), Stage.Local, null, null, isTrouble: false)
            : null;
    }

    private static Reply HopsExceeded(MessageHeader header, int hops)
    {
        string loop = ReceivedPath.FindLoop(header) is var (from, to) ? $" (closed by {from}, which passes it back to {to})" : "";
        return DeliveryReplies.HopsExceeded.Say(("hops", hops), ("loop", loop));
    }

    /// <summary>Asked before a host is, which could do nothing with half a message.</summary>
    private AttemptResult? Unreadable(QueuedMessage message)
    {
        try
        {
            queue.OpenBody(message.QueueId).Dispose();
            return null;
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            var reply = DeliveryReplies.BodyUnreadable.Say(("cause", failure.Message));
            return AttemptResult.Same(message, reply, Stage.Local, null, null, isTrouble: false);
        }
    }

    private async ValueTask ConcludeAsync(QueuedMessage message, AttemptResult result, string attempt)
    {
        if (Removals.TakeFrom(message, result) is { } removal)
        {
            await RemoveAsync(message, removal, attempt);
            result = result with { Recipients = [.. result.Recipients.Where(known => !removal.Contains(known.Recipient))] };
        }

        if (result.Recipients.Count > 0)
            await RecordAsync(message, result, attempt);
    }

    /// <summary>Applies what an administrator asked for while the message was being tried or waited for its turn.</summary>
    private async ValueTask RemoveAsync(QueuedMessage message, RequestedRemovals.Removal removal, string attempt)
    {
        if (removal.Dropped.Count > 0)
            await outcomes.AddAsync(removal.Dropped, []);
        if (removal.Returned.Count > 0)
            await RecordAsync(message, new AttemptResult(removal.Returned), attempt);
        removal.Complete();
    }

    private async ValueTask RecordAsync(QueuedMessage message, AttemptResult result, string attempt)
    {
        var builder = services().Outcomes;
        try
        {
            var (all, notices) = await builder.BuildAsync(message, result, attempt, CancellationToken.None);
            await outcomes.AddAsync(all, notices);
        }
        catch (Exception fault)
        {
            Report(OurEvidence.OutcomeUnknown.Say(attempt, message.QueueId, OneLine(fault)));
            await outcomes.AddAsync(builder.Minimal(message, result), []);
        }
    }

    private ValueTask ReleaseAsync(QueuedMessage message, IReadOnlyList<QueuedRecipient> recipients) => outcomes.AddAsync(
        [.. recipients.Select(recipient => new DeliveryOutcome
        {
            QueueId = message.QueueId,
            Index = recipient.Index,
            Outcome = Outcome.Untried,
            NextAttempt = recipient.NextAttempt,
            Last = recipient.Last,
            DelayNotified = recipient.DelayNotified,
        })], []);

    private static string OneLine(object? fault) => (fault?.ToString() ?? "").ReplaceLineEndings(" ");

    private void Report(Finding what) => journal.Report(time, what);
}
