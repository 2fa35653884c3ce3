namespace Gatepost.Storage.Queue;

/// <summary>A one-shot wake signal; a pending signal is kept for the next waiter.</summary>
internal sealed class WakeSignal
{
    private readonly Lock sync = new();
    private TaskCompletionSource? waiting;
    private bool given;

    public void Give()
    {
        TaskCompletionSource? waiter;
        lock (sync)
        {
            waiter = waiting;
            waiting = null;
            given = waiter is null;
        }

        waiter?.TrySetResult();
    }

    public Task Given(CancellationToken cancel)
    {
        lock (sync)
        {
            if (given)
            {
                given = false;
                return Task.CompletedTask;
            }

            waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task.WaitAsync(cancel);
        }
    }
}
