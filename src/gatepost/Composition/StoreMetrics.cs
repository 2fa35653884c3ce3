using System.Diagnostics.Metrics;
using Gatepost.Storage;

namespace Gatepost.Composition;

/// <summary>How long the disk takes, and how many share one wait for it. Two records a commit, on the store's writer thread.</summary>
internal static class StoreMetrics
{
    public static void Register(Meter meter, MailStore store)
    {
        var seconds = Histogram(
            meter, "gatepost_store_commit_seconds", "Time until a commit of the queue was on the disk, syncs included.", from: 0.00025,
                buckets: 15);
        var jobs = Histogram(
            meter, "gatepost_store_commit_jobs", "Messages, sets of outcomes and changes that shared a commit.", from: 1, buckets: 11);
        store.Committed += (took, shared) =>
        {
            seconds.Record(took.TotalSeconds);
            jobs.Record(shared);
        };
    }

    /// <summary>Each bucket is twice as wide as the one before.</summary>
    private static Histogram<double> Histogram(Meter meter, string name, string description, double from, int buckets) =>
        meter.CreateHistogram(name, unit: null, description, tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [.. Enumerable.Range(0, buckets).Select(i => from * Math.Pow(2, i))],
        });
}
