using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Delivery.Outcomes;

/// <summary>
/// Recipients that an administrator wants out of the queue while an attempt for them is running: it happens when the attempt ends.
/// </summary>
/// <remarks>In memory and bounded. A recipient that the attempt delivers, or that fails in it, keeps that result.</remarks>
internal sealed class RequestedRemovals
{
    private const int MaxPending = 100_000;

    private readonly Lock sync = new();
    private readonly Dictionary<(string QueueId, int Index), Request> pending = [];

    /// <summary>Asks for the removal of what is being tried.</summary>
    /// <param name="returned">The reply that the bounce reports; null to drop without a notice.</param>
    /// <returns>Completes with true when the recipient has been removed for this request, false when its attempt ended otherwise.</returns>
    public Task<bool> Add(string queueId, int index, Reply? returned)
    {
        lock (sync)
        {
            if (pending.TryGetValue((queueId, index), out var known))
                return known.Done.Task;
            if (pending.Count >= MaxPending)
                return Task.FromResult(false);
            var request = new Request(returned);
            pending[(queueId, index)] = request;
            return request.Done.Task;
        }
    }

    /// <summary>Forgets a request: the recipient has been removed otherwise.</summary>
    public void Withdraw(string queueId, int index)
    {
        lock (sync)
        {
            if (pending.Remove((queueId, index), out var request))
                request.Done.TrySetResult(false);
        }
    }

    /// <summary>What was asked for about recipients of this message, which is not tried yet.</summary>
    /// <returns>Null, the usual case, if nothing was.</returns>
    public Removal? TakeFrom(QueuedMessage message)
    {
        lock (sync)
        {
            if (pending.Count == 0)
                return null;
            Removal? removal = null;
            foreach (var recipient in message.Recipients)
            {
                if (pending.Remove((message.QueueId, recipient.Index), out var request))
                    (removal ??= new Removal()).Add(message, recipient, request);
            }

            return removal;
        }
    }

    /// <summary>What was asked for about recipients whose attempt has just ended.</summary>
    /// <returns>Null, the usual case, if nothing was.</returns>
    public Removal? TakeFrom(QueuedMessage message, AttemptResult result)
    {
        lock (sync)
        {
            if (pending.Count == 0)
                return null;
            Removal? removal = null;
            foreach (var recipient in result.Recipients)
            {
                if (!pending.Remove((message.QueueId, recipient.Recipient.Index), out var request))
                    continue;
                if (recipient.Outcome == Outcome.Deferred)
                    (removal ??= new Removal()).Add(message, recipient.Recipient, request);
                else
                    request.Done.TrySetResult(false);
            }

            return removal;
        }
    }

    internal sealed record Request(Reply? Returned)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Recipients of one message that leave the queue because an administrator asked for it.</summary>
    internal sealed class Removal
    {
        private readonly List<Request> requests = [];
        private readonly HashSet<int> indices = [];

        /// <summary>To be returned with a bounce.</summary>
        public List<RecipientResult> Returned { get; } = [];

        /// <summary>To be dropped without a notice.</summary>
        public List<DeliveryOutcome> Dropped { get; } = [];

        public bool Contains(QueuedRecipient recipient) => indices.Contains(recipient.Index);

        public void Add(QueuedMessage message, QueuedRecipient recipient, Request request)
        {
            requests.Add(request);
            indices.Add(recipient.Index);
            if (request.Returned is { } reply)
                Returned.Add(new RecipientResult(recipient, reply, Stage.Local, null, null));
            else
                Dropped.Add(new DeliveryOutcome { QueueId = message.QueueId, Index = recipient.Index, Outcome = Outcome.Failed });
        }

        /// <summary>Reports to those who asked that it is done.</summary>
        public void Complete() => requests.ForEach(request => request.Done.TrySetResult(true));
    }
}
