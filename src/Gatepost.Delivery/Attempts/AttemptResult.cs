using System.Net;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Delivery.Attempts;

/// <param name="Recipients">One for each recipient of the attempt; for those known by then where it was broken off.</param>
/// <param name="Trouble">Set where no session came about at all: it is about the destination, not about the message.</param>
internal sealed record AttemptResult(IReadOnlyList<RecipientResult> Recipients, RecipientResult? Trouble = null)
{
    /// <summary>
    /// What ended the attempt before all recipients had a result: our stopping or a fault of ours. What is known by then holds.
    /// </summary>
    public Exception? BrokenOffBy { get; init; }

    /// <summary>The recipients about whom nothing is known.</summary>
    public IReadOnlyList<QueuedRecipient> Without(QueuedMessage message)
    {
        if (BrokenOffBy is null)
            return [];
        var known = Recipients.Select(result => result.Recipient.Index).ToHashSet();
        return [.. message.Recipients.Where(recipient => !known.Contains(recipient.Index))];
    }

    public static AttemptResult Same(QueuedMessage message, Reply reply, Stage stage, string? host, IPAddress? address, bool isTrouble)
    {
        var all = message.Recipients.Select(recipient => new RecipientResult(recipient, reply, stage, host, address)).ToList();
        return new AttemptResult(all, isTrouble && all.Count > 0 && all[0].Outcome == Outcome.Deferred ? all[0] : null);
    }
}
