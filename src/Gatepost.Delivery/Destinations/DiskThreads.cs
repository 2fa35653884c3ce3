using System.Collections.Concurrent;

namespace Gatepost.Delivery.Destinations;

/// <summary>
/// A few threads of their own for calls that wait for the disk (fsync): in the thread pool they would hold up everything else.
/// </summary>
internal sealed class DiskThreads : IDisposable
{
    private readonly BlockingCollection<Action> work = new(boundedCapacity: 1024);

    public DiskThreads(int count)
    {
        for (int i = 0; i < count; i++)
            new Thread(Run) { IsBackground = true, Name = "maildir" }.Start();
    }

    public Task<T> RunAsync<T>(Func<T> call)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                done.SetResult(call());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    public void Dispose() => work.CompleteAdding();

    private void Run()
    {
        foreach (var call in work.GetConsumingEnumerable())
            call();
    }
}
