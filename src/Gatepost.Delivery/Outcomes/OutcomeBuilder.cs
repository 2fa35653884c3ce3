using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Outcomes;

/// <summary>
/// Turns the result of an attempt into what the queue keeps, what the journal records and what the sender is notified of.
/// </summary>
internal sealed class OutcomeBuilder(DeliveryOptions options, NoticeWriter notices, IJournal journal, TimeProvider time, Chance random,
    DateTimeOffset started)
{
    /// <summary>Records the result in the journal and writes the notices it causes.</summary>
    public async ValueTask<(IReadOnlyList<DeliveryOutcome> Outcomes, IReadOnlyList<Notice> Notices)> BuildAsync(
        QueuedMessage message, AttemptResult result, string attempt, CancellationToken cancel)
    {
        var outcomes = new DeliveryOutcome[result.Recipients.Count];
        List<RecipientResult>? failed = null, delayed = null, succeeded = null;
        var now = time.GetUtcNow();
        for (int i = 0; i < outcomes.Length; i++)
        {
            var recipient = OfForward(ExpireIfOver(message, result.Recipients[i], now));
            var outcome = recipient.Outcome == Outcome.Deferred && recipient.Reply.Entry == DeliveryReplies.DeliveryExpired ? Outcome.Failed
                : recipient.Outcome;
            bool noticeNow = outcome == Outcome.Deferred && WantsDelayNotice(message, recipient.Recipient, now);
            outcomes[i] = new DeliveryOutcome
            {
                QueueId = message.QueueId,
                Index = recipient.Recipient.Index,
                Outcome = outcome,
                NextAttempt = outcome == Outcome.Deferred ? options.Retry.Next(message.Arrived, now, Chance()) : default,
                Last = recipient.ToLast(),
                IsAttempt = !recipient.IsFromMemory,
                DelayNotified = recipient.Recipient.DelayNotified || noticeNow,
            };
            journal.Attempted(message, recipient, outcomes[i], attempt, now);
            if (noticeNow)
                (delayed ??= []).Add(recipient);
            else if (outcome == Outcome.Failed)
                (failed ??= []).Add(recipient);
            else if (outcome == Outcome.Delivered && WantsSuccessNotice(recipient))
                (succeeded ??= []).Add(recipient);
        }

        if (failed is null && delayed is null && succeeded is null)
            return (outcomes, []);
        var written = new List<Notice>(1);
        await AddAsync(written, message, NoticeKind.Failed, failed, cancel);
        await AddAsync(written, message, NoticeKind.Delayed, delayed, cancel);
        await AddAsync(written, message, NoticeKind.Succeeded, succeeded, cancel);
        return (outcomes, written);
    }

    /// <summary>If <see cref="BuildAsync"/> failed: delivered is delivered, the others are retried, and no notice is written yet.</summary>
    public IReadOnlyList<DeliveryOutcome> Minimal(QueuedMessage message, AttemptResult result)
    {
        var now = time.GetUtcNow();
        return [.. result.Recipients.Select(known => new DeliveryOutcome
        {
            QueueId = message.QueueId,
            Index = known.Recipient.Index,
            Outcome = known.Outcome == Outcome.Delivered ? Outcome.Delivered : Outcome.Deferred,
            NextAttempt = known.Outcome == Outcome.Delivered ? default : options.Retry.Next(message.Arrived, now, Chance()),
            Last = known.ToLast(),
            DelayNotified = known.Recipient.DelayNotified,
        })];
    }

    private async ValueTask AddAsync(
        List<Notice> written, QueuedMessage message, NoticeKind kind, List<RecipientResult>? about, CancellationToken cancel)
    {
        if (about is not null && await notices.WriteAsync(message, kind, about, cancel) is { } notice)
            written.Add(notice);
    }

    private RecipientResult ExpireIfOver(QueuedMessage message, RecipientResult recipient, DateTimeOffset now)
    {
        if (recipient.Outcome != Outcome.Deferred || !options.Retry.IsOver(message.Arrived, now))
            return recipient;
        // With a clock set ahead, or after a long pause, everything is suddenly old: each message gets one more try first.
        if (message.Arrived < started && now - started < options.Retry.Longest)
            return recipient;
        // The last cause stays in the words: "expired" alone does not say what to fix.
        return recipient with
        {
            Reply = DeliveryReplies.DeliveryExpired.Say(("period", Period(now - message.Arrived)), ("cause", recipient.FirstCauseText)),
            Cause = recipient.Cause ?? recipient.Reply,
        };
    }

    /// <summary>
    /// A refusal by the server that a forward leads to is about the forward, which the sender does not know of (RFC 5321 §3.9).
    /// </summary>
    private static RecipientResult OfForward(RecipientResult recipient) =>
        recipient is { Outcome: Outcome.Failed, Reply.WasReceived: true, IsForwarded: true, IsFinalDelivery: false }
            ? recipient with
            {
                Reply =
                    DeliveryReplies.ForwardRefused.Say(("address", recipient.Recipient.Accepted), ("target", recipient.Recipient.Address),
                        ("cause", recipient.CauseText)),
                Cause = recipient.Reply,
            }
            : recipient;

    private static string Period(TimeSpan span) => span.TotalDays >= 1
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} days")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} hours");

    private bool WantsDelayNotice(QueuedMessage message, QueuedRecipient recipient, DateTimeOffset now) =>
        message.Sender is not null
        && !recipient.DelayNotified
        && (recipient.Notify == DsnNotify.Unspecified || recipient.Notify.HasFlag(DsnNotify.Delay))
        && options.Retry.WantsDelayNotice(message.Arrived, now);

    /// <summary>RFC 3461 §5.2: we report success if we delivered, or if the next server does not speak DSN and cannot report it.</summary>
    private static bool WantsSuccessNotice(RecipientResult recipient) =>
        recipient.Recipient.Notify.HasFlag(DsnNotify.Success) && !recipient.CarriedDsn;

    private double Chance() => random.NextDouble();
}
