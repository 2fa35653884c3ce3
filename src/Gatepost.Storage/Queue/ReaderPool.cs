using System.Collections.Concurrent;

namespace Gatepost.Storage.Queue;

/// <summary>Reading connections, each used by one at a time, kept for the next.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private const int MaxKept = 4;
    private readonly ConcurrentBag<QueueReader> idle = [];
    private long epoch;
    private bool closed;

    public T Read<T>(Func<QueueReader, T> question)
    {
        var reader = Rent();
        try
        {
            var answer = question(reader);
            Return(reader);
            return answer;
        }
        catch
        {
            // It may be in the middle of a statement, or its file may be damaged.
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Closes the connections of an earlier opening of the store.</summary>
    public void Renew()
    {
        Interlocked.Increment(ref epoch);
        while (idle.TryTake(out var reader))
            reader.Dispose();
    }

    private QueueReader Rent()
    {
        ObjectDisposedException.ThrowIf(closed, this);
        return idle.TryTake(out var reader) ? reader : new QueueReader(Schema.OpenForReading(path), Interlocked.Read(ref epoch));
    }

    private void Return(QueueReader reader)
    {
        if (closed || reader.Epoch != Interlocked.Read(ref epoch) || idle.Count >= MaxKept)
            reader.Dispose();
        else
            idle.Add(reader);
    }

    public void Dispose()
    {
        closed = true;
        while (idle.TryTake(out var reader))
            reader.Dispose();
    }
}
