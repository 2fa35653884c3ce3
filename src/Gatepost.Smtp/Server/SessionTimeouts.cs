using System.Collections.Concurrent;

namespace Gatepost.Smtp.Server;

/// <summary>Keeps the time for all connections: one sweep a second instead of a timer for every read.</summary>
/// <remarks>Time-outs are therefore up to a second late, which does no harm, and cost one store of a number per connection.</remarks>
internal sealed class SessionTimeouts : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Connection, bool> watched = new();
    private readonly TimeProvider time;
    private readonly long started;
    private readonly ITimer timer;
    private long now;
    private bool stopping;

    public SessionTimeouts(TimeProvider time)
    {
        this.time = time;
        started = time.GetTimestamp();
        timer = time.CreateTimer(_ => Sweep(), null, Interval, Interval);
    }

    /// <summary>Connections above which waits get short.</summary>
    public int StressAbove { get; set; } = int.MaxValue;

    /// <summary>Milliseconds since the server started, as of the last sweep.</summary>
    public long Now => Volatile.Read(ref now);

    public int Count => watched.Count;

    public IEnumerable<Connection> Connections => watched.Keys;

    public void Add(Connection connection)
    {
        watched.TryAdd(connection, true);
        // Accepted just before the listener closed: it hears of the end like all others.
        if (Volatile.Read(ref stopping))
            connection.Deadlines.Stop();
    }

    public void Remove(Connection connection) => watched.TryRemove(connection, out _);

    /// <summary>Signals to every connection, now and later, that the server stops.</summary>
    public void Stop()
    {
        Volatile.Write(ref stopping, true);
        foreach (var (connection, _) in watched)
            connection.Deadlines.Stop();
    }

    public void Sweep()
    {
        long moment = (long)time.GetElapsedTime(started).TotalMilliseconds;
        Volatile.Write(ref now, moment);
        bool stressed = watched.Count > StressAbove;
        foreach (var (connection, _) in watched)
            connection.Deadlines.Sweep(moment, stressed);
    }

    public void Dispose() => timer.Dispose();
}
