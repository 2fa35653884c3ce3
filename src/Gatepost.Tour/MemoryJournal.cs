using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;

namespace Gatepost.Tour;

/// <summary>Everything that was recorded, with a way to wait for more.</summary>
internal sealed class MemoryJournal(ReplyDatabase knowledge) : IJournal
{
    private readonly Lock sync = new();
    private readonly List<JournalEvent> events = [];
    private TaskCompletionSource more = NewSignal();

    public void Record(JournalEvent entry)
    {
        lock (sync)
        {
            events.Add(entry);
            if (entry.Kind is not (JournalKind.Deferred or JournalKind.Failed or JournalKind.Bounced or JournalKind.Delivered))
                return;
            more.TrySetResult();
            more = NewSignal();
        }
    }

    public IReadOnlyList<JournalEvent> Take(Func<IReadOnlyList<JournalEvent>, IEnumerable<JournalEvent>> which)
    {
        lock (sync)
            return [.. which(events)];
    }

    /// <summary>The verdict with that id; null for none.</summary>
    public JournalEvent? Verdict(string? id)
    {
        lock (sync)
            return id is null ? null : events.Find(entry => entry.Kind == JournalKind.Verdict && entry.VerdictId == id);
    }

    /// <summary>The explanation of a received line by the entry that said it; null if no reply with its code was recorded.</summary>
    public Explanation? Entry(string line)
    {
        lock (sync)
        {
            var last = events.FindLast(entry =>
                entry.Kind == JournalKind.Reply && entry.Reply is { } reply && line.StartsWith($"{reply.Code}", StringComparison.Ordinal));
            return last?.Reply is { } said ? knowledge.Explain(said) : null;
        }
    }

    /// <summary>Waits until the outcomes recorded so far are enough.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<JournalEvent>, bool> enough, CancellationToken cancel)
    {
        while (true)
        {
            Task next;
            lock (sync)
            {
                if (enough(events))
                    return;
                next = more.Task;
            }

            await next.WaitAsync(cancel);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
