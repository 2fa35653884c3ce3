using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>Listens, and serves the clients that connect.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    /// <summary>How long connections that were cut may take to end.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DescriptorInterval = TimeSpan.FromSeconds(2);

    private readonly ServerServices services;
    private readonly List<Listener> listeners = [];
    private readonly Lock sync = new();
    private readonly ITimer descriptorWatch;
    private SmtpServerOptions options;

    /// <param name="options">How it is set up.</param>
    /// <param name="gatekeeper">Asked at every stage.</param>
    /// <param name="store">Keeps messages.</param>
    /// <param name="journal">Takes every reply given.</param>
    /// <param name="authenticator">Null if AUTH is never offered.</param>
    /// <param name="time">For time-outs, dates and ids.</param>
    /// <param name="signer">Signs what users send; null if nothing is signed.</param>
    /// <exception cref="ArgumentException">The options have problems; the message names all of them.</exception>
    public SmtpServer(SmtpServerOptions options, IGatekeeper gatekeeper, IMessageStore store, IJournal journal,
        IAuthenticator? authenticator, TimeProvider time, IMessageSigner? signer = null)
    {
        this.options = Checked(options);
        services = new ServerServices(
            new SessionServices(gatekeeper, store, journal, authenticator, time) { Signer = signer },
            new SessionTimeouts(time),
            new ClientCounts(),
            new SessionIds(time, RandomNumberGenerator.GetInt32(int.MaxValue)));
        descriptorWatch = time.CreateTimer(_ => CountDescriptors(), null, DescriptorInterval, DescriptorInterval);
    }

    /// <summary>Where it listens, in the order of the options; ports are those it really got.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints
    {
        get
        {
            lock (sync)
                return [.. listeners.Select(listener => listener.EndPoint)];
        }
    }

    /// <summary>Sessions open now.</summary>
    public int Sessions => services.Timeouts.Count;

    /// <summary>Binds every address, then accepts.</summary>
    /// <exception cref="SocketException">An address cannot be had; then none is kept.</exception>
    public Task StartAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (sync)
            Rebuild(options);
        return Task.CompletedTask;
    }

    /// <summary>Applies new options. Open sessions keep those they started with.</summary>
    /// <exception cref="ArgumentException">The options have problems; the old ones stay in force.</exception>
    /// <exception cref="SocketException">A new address cannot be had; the old options stay in force.</exception>
    public void Reload(SmtpServerOptions changed)
    {
        Checked(changed);
        lock (sync)
        {
            Rebuild(changed);
            options = changed;
        }
    }

    /// <summary>Accepts no more; sends idle clients away with 421 4.3.2 and lets those in a message finish it.</summary>
    /// <param name="grace">How long they may take; then they are cut.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        List<Listener> ending;
        lock (sync)
        {
            ending = [.. listeners];
            listeners.Clear();
        }

        foreach (var listener in ending)
            listener.Dispose();
        await Task.WhenAll(ending.Select(listener => listener.Finished)).ConfigureAwait(false);

        services.Timeouts.Stop();
        if (!await EndedWithinAsync(grace).ConfigureAwait(false))
        {
            foreach (var connection in services.Timeouts.Connections)
                connection.Deadlines.Abort();
            await EndedWithinAsync(LastPatience).ConfigureAwait(false);
        }

        services.Timeouts.Dispose();
        services.Spare.Dispose();
        await descriptorWatch.DisposeAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => new(StopAsync(TimeSpan.Zero));

    private async Task<bool> EndedWithinAsync(TimeSpan patience)
    {
        try
        {
            // A connection accepted a moment ago may not be in the list yet: look again until it is empty.
            long began = services.Session.Time.GetTimestamp();
            while (services.Timeouts.Count > 0)
            {
                var left = patience - services.Session.Time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                    return false;
                await Task.WhenAll(services.Timeouts.Connections.Select(connection => connection.Finished))
                    .WaitAsync(left, services.Session.Time).ConfigureAwait(false);
            }

            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Others open descriptors too: if there are few left, clients get 421 until there are some again.</summary>
    private void CountDescriptors()
    {
        if (Descriptors.Limit is { } limit && Descriptors.Open() is { } open)
            services.Counts.IsShort = limit - open < Math.Min(Descriptors.Reserve / 2, limit / 8);
    }

    /// <summary>The connections that the process has descriptors for; said in the log if they are fewer than wanted.</summary>
    private SmtpServerOptions WithinDescriptors(SmtpServerOptions wanted)
    {
        int most = Descriptors.Connections(wanted.MaxConnections, Descriptors.Limit);
        services.Timeouts.StressAbove = (int)((long)most * SessionLimits.StressPercent / 100);
        if (most == wanted.MaxConnections)
            return wanted;
        services.Session.Journal.Report(
            services.Session.Time, OurEvidence.FewerConnections.Say(most, wanted.MaxConnections, Descriptors.Limit ?? 0));
        return wanted with { MaxConnections = most };
    }

    /// <summary>Opens what is new, hands new profiles to what stays, and only then closes what is gone.</summary>
    private void Rebuild(SmtpServerOptions asked)
    {
        var changed = WithinDescriptors(asked);
        var old = listeners.ToList();
        List<Listener> opened = [];
        List<(Listener Listener, ListenerProfile Profile)> next = [];
        List<SocketException> taken = [];
        foreach (var wanted in changed.Listeners)
        {
            var profile = new ListenerProfile(changed, wanted);
            var listener = old.Find(listener => listener.Options.EndPoint.Equals(wanted.EndPoint));
            if (listener is not null)
                old.Remove(listener);
            else if (Open(profile, taken) is { } fresh)
                opened.Add(listener = fresh);
            else
                continue;
            next.Add((listener, profile));
        }

        if (taken.Count > 0)
        {
            opened.ForEach(listener => listener.Dispose());
            throw new SocketException(taken[0].ErrorCode, string.Join("; ", taken.Select(failure => failure.Message)));
        }

        foreach (var (listener, profile) in next)
            listener.Apply(profile);
        opened.ForEach(listener => listener.Start());
        foreach (var gone in old)
            gone.Dispose();
        listeners.Clear();
        listeners.AddRange(next.Select(pair => pair.Listener));
    }

    /// <summary>Every address that cannot be had is reported, not only the first.</summary>
    private Listener? Open(ListenerProfile profile, List<SocketException> taken)
    {
        try
        {
            return new Listener(services, profile);
        }
        catch (SocketException failure)
        {
            taken.Add(failure);
            return null;
        }
    }

    private static SmtpServerOptions Checked(SmtpServerOptions options)
    {
        string problems = string.Join("; ", options.Problems());
        return problems.Length == 0 ? options : throw new ArgumentException(problems, nameof(options));
    }
}
