using System.Collections.Concurrent;
using Gatepost.Policy.Directory;

namespace Gatepost.Storage.Addresses;

/// <summary>The directory in <c>directory.db</c>: one writing connection, readers kept for the next question.</summary>
public sealed class DirectoryTables : IDirectoryTables, IDisposable
{
    /// <summary>
    /// Readers kept. More than threads that ask together on most machines: to open one costs as much as a hundred questions.
    /// </summary>
    private const int MaxKept = 16;

    private readonly string path;
    private readonly SemaphoreSlim oneChange = new(1);
    private readonly DirectoryWriting? writing;
    private readonly ConcurrentStack<DirectoryReading> idle = [];
    private int resting;
    private long generation;
    private readonly CancellationTokenSource closing = new();
    private bool closed;

    private DirectoryTables(string path, DirectoryWriting? writing) => (this.path, this.writing) = (path, writing);

    /// <param name="folder">The data folder; exists, and its holder is the caller.</param>
    /// <exception cref="IOException">The file cannot be opened, or a newer version wrote it.</exception>
    public static DirectoryTables Open(string folder)
    {
        string path = Path.Combine(folder, "directory.db");
        return new DirectoryTables(path, new DirectoryWriting(DirectorySchema.Open(path)));
    }

    /// <summary>For looking only, beside a server that runs or without one.</summary>
    /// <returns>Null if the folder has no directory yet.</returns>
    public static DirectoryTables? OpenReadOnly(string folder) =>
        Path.Combine(folder, "directory.db") is var path && File.Exists(path) ? new DirectoryTables(path, null) : null;

    public long Generation => Interlocked.Read(ref generation);

    public T Read<T>(Func<IDirectoryReader, T> question)
    {
        DirectoryReading? reader = null;
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            reader = TryTake() ?? new DirectoryReading(DirectorySchema.Migrations.OpenReadOnly(path));
            var answer = question(reader);
            Keep(reader);
            return answer;
        }
        catch (Exception failure)
        {
            // It may be in the middle of a statement, or its file may be damaged.
            reader?.Dispose();
            if (failure is IOException or ObjectDisposedException)
                throw new DirectoryUnavailableException($"the directory cannot be read: {failure.Message}", failure);
            throw;
        }
    }

    private DirectoryReading? TryTake()
    {
        if (!idle.TryPop(out var kept))
            return null;
        Interlocked.Decrement(ref resting);
        return kept;
    }

    private void Keep(DirectoryReading reader)
    {
        if (!closed && Interlocked.Increment(ref resting) <= MaxKept)
        {
            idle.Push(reader);
            return;
        }

        if (!closed)
            Interlocked.Decrement(ref resting);
        reader.Dispose();
    }

    public async Task ChangeAsync(Func<IDirectoryWriter, Task> change, CancellationToken cancel)
    {
        if (writing is null)
            throw new InvalidOperationException("this directory was opened for looking only");
        await AcquireAsync(cancel);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            writing.Run("BEGIN IMMEDIATE");
            await change(writing);
            writing.Run("COMMIT");
        }
        catch (IOException failure)
        {
            throw new DirectoryUnavailableException($"the directory cannot be written: {failure.Message}", failure);
        }
        finally
        {
            try
            {
                if (writing.InTransaction)
                    writing.Run("ROLLBACK");
            }
            finally
            {
                Interlocked.Increment(ref generation);
                oneChange.Release();
            }
        }
    }

    /// <summary>Waits for the change before; closing ends the wait.</summary>
    private async Task AcquireAsync(CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, closing.Token);
        try
        {
            await oneChange.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (closed)
        {
            throw new ObjectDisposedException(nameof(DirectoryTables));
        }
    }

    /// <summary>Lets a running change end; those that wait for it fail.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref closed, true))
            return;
        closing.Cancel();
        oneChange.Wait();
        while (idle.TryPop(out var reader))
            reader.Dispose();
        writing?.Dispose();
    }
}
