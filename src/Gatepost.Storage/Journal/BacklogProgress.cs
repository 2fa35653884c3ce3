namespace Gatepost.Storage.Journal;

/// <summary>How much was added to a backlog and how much of it is written, for those who wait for it.</summary>
internal sealed class BacklogProgress
{
    private readonly Lock sync = new();
    private TaskCompletionSource round = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long added;
    private long written;

    public void NoteAdded() => Interlocked.Increment(ref added);

    public void NoteWritten(int items) => Interlocked.Add(ref written, items);

    /// <summary>Wakes those who wait, so that they look again.</summary>
    public void EndRound()
    {
        TaskCompletionSource ended;
        lock (sync)
        {
            ended = round;
            round = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        ended.TrySetResult();
    }

    /// <summary>Waits until everything added so far has been written.</summary>
    /// <param name="wake">Asks the writer not to wait for more.</param>
    /// <param name="isAlive">Whether there will be further rounds.</param>
    public async Task WaitAsync(Action wake, Func<bool> isAlive, CancellationToken cancel)
    {
        long target = Interlocked.Read(ref added);
        while (Interlocked.Read(ref written) < target && isAlive())
        {
            Task next;
            lock (sync)
                next = round.Task;
            if (Interlocked.Read(ref written) >= target)
                return;
            wake();
            await next.WaitAsync(cancel);
        }
    }
}
