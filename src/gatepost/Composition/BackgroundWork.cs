using Gatepost.Acme;
using Gatepost.Reporting;
using Gatepost.Signing;

namespace Gatepost.Composition;

/// <summary>What the server does by itself beside mail: a check of the queue, keys, certificates, reports, notices of
/// alarms.</summary>
internal sealed class BackgroundWork(
    QueueCheck queue, KeyRotation keys, CertificateRenewal renewal, CertificateWatch certificates, AlarmNotices notices,
        DailyReports reports)
    : IAsyncDisposable
{
    public CertificateWatch Certificates => certificates;

    /// <param name="started">When the server began to start: the queue is checked for what is older.</param>
    /// <param name="stopping">Ends all of it.</param>
    public void Start(DateTimeOffset started, CancellationToken stopping)
    {
        _ = Task.Run(() => queue.RunAsync(started, stopping), CancellationToken.None);
        _ = Task.Run(() => keys.RunAsync(stopping), CancellationToken.None);
        _ = Task.Run(() => renewal.RunAsync(stopping), CancellationToken.None);
        _ = Task.Run(() => reports.RunAsync(stopping), CancellationToken.None);
        certificates.Start();
        notices.Start();
    }

    /// <summary>Has the store keep what was counted until now.</summary>
    public Task FlushAsync() => reports.FlushAsync();

    public async ValueTask DisposeAsync()
    {
        certificates.Dispose();
        await notices.DisposeAsync();
    }
}
