using System.Diagnostics.Metrics;
using Gatepost.Configuration;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Directory;

namespace Gatepost.Composition;

/// <summary>Looks at the certificates every ten minutes; an alarm is on while one is expired, soon to expire or for another name.</summary>
/// <param name="hosted">The hosted domains of now, in A-labels.</param>
internal sealed class CertificateWatch(
    Func<Settings> settings, Func<CancellationToken, ValueTask<IReadOnlyList<string>>> hosted, Alarms alarms, TimeProvider time)
        : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> raised = [];
    private readonly Lock sync = new();
    private readonly CancellationTokenSource stopping = new();
    private volatile IReadOnlyList<(string File, DateTimeOffset End)> ends = [];
    private ITimer? timer;

    /// <summary>Looks now, then every ten minutes.</summary>
    public void Start()
    {
        Look();
        timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>When each certificate expires, as it was at the last look.</summary>
    public void Register(Meter meter) => meter.CreateObservableGauge(
        "gatepost_certificate_expires_timestamp_seconds",
        () => ends.Select(one => new Measurement<long>(one.End.ToUnixTimeSeconds(), new KeyValuePair<string, object?>("file", one.File))),
        description: "When a certificate expires, in seconds since 1970.");

    /// <summary>Looks now, as after a certificate was renewed.</summary>
    public void Look() => _ = LookAsync();

    public void Dispose()
    {
        timer?.Dispose();
        stopping.Cancel();
        stopping.Dispose();
    }

    private async Task LookAsync()
    {
        IReadOnlyList<string> domains = [];
        try
        {
            domains = await hosted(stopping.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DirectoryUnavailableException or OperationCanceledException or ObjectDisposedException)
        {
            // Without them the certificates are still looked at; the directory has its own alarm.
        }

        lock (sync)
        {
            var look = CertificateCheck.Of(settings(), domains, time.GetUtcNow());
            ends = look.Ends;
            foreach (string over in raised.Except(look.Problems.Select(problem => problem.Key)).ToList())
            {
                alarms.Clear(over);
                raised.Remove(over);
            }

            foreach (var (key, problem, _) in look.Problems)
            {
                alarms.Raise(key, problem);
                raised.Add(key);
            }
        }
    }
}
