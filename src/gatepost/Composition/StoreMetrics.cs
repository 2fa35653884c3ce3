using Gatepost.Storage;
using Prometheus;

namespace Gatepost.Composition;

/// <summary>How long the disk takes, and how many share one wait for it. Two interlocked additions a commit, on the store's writer thread.</summary>
internal static class StoreMetrics
{
    public static void Register(CollectorRegistry registry, MailStore store)
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(registry);
        var seconds = metrics.CreateHistogram(
            "gatepost_store_commit_seconds",
            "Time until a commit of the queue was on the disk, syncs included.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.00025, 2, 15) });
        var jobs = metrics.CreateHistogram(
            "gatepost_store_commit_jobs",
            "Messages, sets of outcomes and changes that shared a commit.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 11) });
        store.Committed += (took, shared) =>
        {
            seconds.Observe(took.TotalSeconds);
            jobs.Observe(shared);
        };
    }
}
