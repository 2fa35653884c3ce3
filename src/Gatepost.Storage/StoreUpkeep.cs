using Gatepost.Files;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Health;
using Gatepost.Storage.Queue;
using Gatepost.Storage.Settings;

namespace Gatepost.Storage;

/// <summary>What the store does by itself: looks at its health, empties segments, puts files aside that no message owns.</summary>
internal sealed class StoreUpkeep : IAsyncDisposable
{
    /// <summary>Looks at the free space between two looks for nearly empty segments.</summary>
    private const int LooksBetweenCompactions = 30;

    private readonly AsideFolder aside;
    private readonly Compaction compaction;
    private readonly CancellationTokenSource closing = new();
    private readonly Task sweep;
    private readonly ITimer watch;
    private int looks;

    /// <param name="files">Swept once.</param>
    /// <param name="aside">Where what has no owner goes.</param>
    /// <param name="readers">Know the owners.</param>
    /// <param name="health">Gets failures.</param>
    /// <param name="compaction">Run now and then.</param>
    /// <param name="look">Looks at the store's health; false if there is more urgent work than compaction.</param>
    /// <param name="clock">For the looks.</param>
    public StoreUpkeep(
        LargeFiles files, AsideFolder aside, ReaderPool readers, StoreHealth health, Compaction compaction, Func<bool> look,
        TimeProvider clock)
    {
        (this.aside, this.compaction) = (aside, compaction);
        sweep = Task.Run(() => Sweep(files, readers, health));
        watch = clock.CreateTimer(
            _ =>
            {
                if (look() && ++looks % LooksBetweenCompactions == 0)
                    _ = CompactAsync();
            },
            null, TimeSpan.Zero, StoreOptions.FreeSpaceInterval);
    }

    public string AsidePath => aside.Path;

    /// <summary>Empties segments that hold little.</summary>
    public Task CompactAsync() => Task.Run(() => compaction.RunAsync(closing.Token));

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await watch.DisposeAsync();
        await sweep;
        closing.Dispose();
    }

    /// <summary>Puts files aside that a crash left without a message; in the background, since nothing waits for it.</summary>
    private void Sweep(LargeFiles files, ReaderPool readers, StoreHealth health)
    {
        try
        {
            files.Sweep((generation, id) => readers.Read(reader => reader.OwnsFile(generation, id)), aside.Put, closing.Token);
            aside.RemoveOld();
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e) when (Disk.IsFailure(e) || e is ObjectDisposedException)
        {
            health.Note(e);
        }
    }
}
