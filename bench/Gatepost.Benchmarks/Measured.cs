using System.Diagnostics;

namespace Gatepost.Benchmarks;

/// <summary>Time and processor time of a stretch of work, and how long its single steps took.</summary>
internal sealed class Measured
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TimeSpan processorBefore = Process.GetCurrentProcess().TotalProcessorTime;
    private readonly long allocatedBefore = GC.GetTotalAllocatedBytes();
    private readonly int collectionsBefore = GC.CollectionCount(0);

    public TimeSpan Elapsed => watch.Elapsed;

    public string Of(long count, IEnumerable<double>? milliseconds = null)
    {
        var elapsed = watch.Elapsed;
        var processor = Process.GetCurrentProcess().TotalProcessorTime - processorBefore;
        string latency = "";
        if (milliseconds is not null)
        {
            double[] sorted = [.. milliseconds.Order()];
            if (sorted.Length > 0)
                latency =
                    $", p50 {sorted[sorted.Length / 2]:0.00} ms, p99 {sorted[(int)(sorted.Length * 0.99)]:0.00} ms, max {sorted[^1]:0.0} "
                    + $"ms";
        }

        return $"{count / elapsed.TotalSeconds:0}/s, {processor.TotalMicroseconds / count:0.0} us CPU each, "
            + $"{(GC.GetTotalAllocatedBytes() - allocatedBefore) / count:0} octets allocated each, "
            + $"{GC.CollectionCount(0) - collectionsBefore} collections{latency}";
    }
}
