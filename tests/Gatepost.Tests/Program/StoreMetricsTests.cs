using System.Text;
using Gatepost.Composition;
using Gatepost.Storage;
using Gatepost.Tests.Storage;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class StoreMetricsTests
{
    [Fact]
    public async Task Commits_of_the_queue_stand_in_the_metrics_with_their_time_and_their_size()
    {
        using var folder = new Folder();
        var registry = Prometheus.Metrics.NewCustomRegistry();
        await using (var store = MailStore.Open(new StoreOptions { Folder = folder.Path, MinimumFree = 0 }, TimeProvider.System))
        {
            StoreMetrics.Register(registry, store);
            for (int i = 0; i < 3; i++)
                await Mail.KeptAsync(store);
        }

        var page = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(page, TestContext.Current.CancellationToken);
        string text = Encoding.UTF8.GetString(page.ToArray());
        Assert.Contains("gatepost_store_commit_seconds_count 3", text, StringComparison.Ordinal);
        Assert.Contains("gatepost_store_commit_jobs_sum 3", text, StringComparison.Ordinal);
    }
}
