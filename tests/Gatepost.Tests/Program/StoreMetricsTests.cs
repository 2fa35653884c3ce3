using System.Diagnostics.Metrics;
using Gatepost.Composition;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Gatepost.Tests.Storage;
using Gatepost.Web.Metrics;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class StoreMetricsTests
{
    [Fact]
    public async Task Commits_of_the_queue_are_in_the_metrics_with_their_time_and_their_size()
    {
        using var folder = new Folder();
        using var meter = new Meter("Gatepost");
        using var metrics = new MetricsText(meter);
        await using (var store = MailStore.Open(new StoreOptions { Folder = folder.Path, MinimumFree = 0 }, TimeProvider.System))
        {
            StoreMetrics.Register(meter, store);
            for (int i = 0; i < 3; i++)
                await Mail.KeptAsync(store);
        }

        string text = metrics.Write();
        Assert.Contains("gatepost_store_commit_seconds_count 3", text, StringComparison.Ordinal);
        Assert.Contains("gatepost_store_commit_jobs_sum 3", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_gauges_and_their_labels_are_written_as_Prometheus_reads_them()
    {
        using var meter = new Meter("Gatepost");
        using var metrics = new MetricsText(meter);
        long[] on = [1];
        meter.CreateObservableCounter("b_total", () =>
            new Measurement<long>(3, new("rule", "x"), new("applied", "no")), description: "Refusals.");
        meter.CreateObservableGauge(
            "a", () => on.Select(value => new Measurement<long>(value, new KeyValuePair<string, object?>("key", "a\"b\\c\nd"))),
                description: "Alarms.");
        using var other = new Meter("Gatepost");
        other.CreateObservableGauge("not_ours", () => 1L);

        Assert.Equal("""
            # HELP a Alarms.
            # TYPE a gauge
            a{key="a\"b\\c\nd"} 1
            # HELP b_total Refusals.
            # TYPE b_total counter
            b_total{rule="x",applied="no"} 3

            """, metrics.Write(), ignoreLineEndingDifferences: true);
        on = [];
        Assert.DoesNotContain("key=", metrics.Write(), StringComparison.Ordinal);
    }
}
