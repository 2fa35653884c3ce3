using Gatepost.Acme;
using Gatepost.Replies;
using Gatepost.Reporting;
using Gatepost.Signing;
using Gatepost.Smtp;

namespace Gatepost.Composition;

/// <summary>What the server does by itself beside mail: a check of the queue, keys, certificates, reports, notices of
/// alarms.</summary>
internal sealed class BackgroundWork(
    QueueCheck queue, KeyRotation keys, CertificateRenewal renewal, CertificateWatch certificates, AlarmNotices notices,
    DailyReports reports, IAlarms alarms, TimeProvider time)
    : IAsyncDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    public CertificateWatch Certificates => certificates;

    /// <param name="started">When the server began to start: the queue is checked for what is older.</param>
    /// <param name="stopping">Ends all of it.</param>
    public void Start(DateTimeOffset started, CancellationToken stopping)
    {
        _ = GoOnAsync("queue-check", cancel => queue.RunAsync(started, cancel), alarms, time, stopping);
        _ = GoOnAsync("dkim-keys", keys.RunAsync, alarms, time, stopping);
        _ = GoOnAsync("certificates", renewal.RunAsync, alarms, time, stopping);
        _ = GoOnAsync("reports", reports.RunAsync, alarms, time, stopping);
        certificates.Start();
        notices.Start();
    }

    /// <summary>Runs it to its end. A fault of ours raises an alarm, and it begins again a minute later.</summary>
    /// <param name="name">Of the work, in the alarm's key.</param>
    internal static async Task GoOnAsync(
        string name, Func<CancellationToken, Task> run, IAlarms alarms, TimeProvider time, CancellationToken stopping)
    {
        string alarm = $"background:{name}";
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await run(stopping);
                alarms.Clear(alarm);
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                alarms.Raise(alarm, OurEvidence.BackgroundFault.Say(name, FailureText.Of(fault)));
            }

            await Task.Delay(Rest, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Has the store keep what was counted until now.</summary>
    public Task FlushAsync() => reports.FlushAsync();

    public async ValueTask DisposeAsync()
    {
        certificates.Dispose();
        await notices.DisposeAsync();
    }
}
