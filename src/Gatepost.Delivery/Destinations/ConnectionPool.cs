using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Destinations;

/// <summary>Connections of one destination that wait a few seconds for the next message.</summary>
internal sealed class ConnectionPool(TimeProvider time)
{
    /// <summary>
    /// What DANE and MTA-STS demand is asked when a connection is opened; a stricter demand counts after this at the latest.
    /// </summary>
    private static readonly TimeSpan OldestInUse = TimeSpan.FromMinutes(5);

    private readonly Lock sync = new();
    private readonly List<(SmtpClientSession Peer, DateTimeOffset Since)> idle = [];
    private bool closed;

    /// <summary>The one used last that fits, so that the others can grow old and go.</summary>
    public SmtpClientSession? Take(Predicate<SmtpClientSession> fits)
    {
        lock (sync)
        {
            int last = idle.FindLastIndex(one => fits(one.Peer));
            if (last < 0)
                return null;
            var peer = idle[last].Peer;
            idle.RemoveAt(last);
            return peer;
        }
    }

    /// <returns>False once closed, or if the connection is too old: the caller closes the connection.</returns>
    public bool Keep(SmtpClientSession peer)
    {
        var now = time.GetUtcNow();
        if (now - peer.Opened >= OldestInUse)
            return false;
        lock (sync)
        {
            if (!closed)
                idle.Add((peer, now));
            return !closed;
        }
    }

    /// <summary>Keeps nothing from now on and closes what it has.</summary>
    public ValueTask CloseAsync()
    {
        lock (sync)
            closed = true;
        return CloseIdleAsync(DateTimeOffset.MaxValue);
    }

    /// <summary>Closes those that wait since before <paramref name="before"/>, politely and at the same time.</summary>
    public async ValueTask CloseIdleAsync(DateTimeOffset before)
    {
        List<SmtpClientSession>? old = null;
        lock (sync)
        {
            int count = idle.FindIndex(waiting => waiting.Since > before);
            count = count < 0 ? idle.Count : count;
            if (count > 0)
            {
                old = [.. idle.Take(count).Select(waiting => waiting.Peer)];
                idle.RemoveRange(0, count);
            }
        }

        if (old is not null)
            await Task.WhenAll(old.Select(peer => peer.DisposeAsync().AsTask()));
    }
}
