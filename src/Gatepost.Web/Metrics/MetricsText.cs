using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Gatepost.Web.Metrics;

/// <summary>The instruments of one meter as text, in the exposition format that Prometheus reads (version 0.0.4).</summary>
/// <remarks>
/// Counters and gauges must be observable: they cost nothing until they are asked for. Histograms are added up as they are
/// recorded, in the buckets that their advice names. Any thread may record and write.
/// </remarks>
public sealed class MetricsText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, Series> all = new();
    private readonly Lock sync = new();

    /// <param name="meter">Disposed of together with this.</param>
    public MetricsText(Meter meter)
    {
        Meter = meter;
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
                listening.EnableMeasurementEvents(instrument, all.GetOrAdd(instrument, static made => new Series(made)));
        };
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, series) => ((Series)series!).Record(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, series) => ((Series)series!).Record(value, tags));
        listener.Start();
    }

    /// <summary>Where instruments are registered.</summary>
    public Meter Meter { get; }

    /// <summary>Asks the observable instruments and writes all, in order of their names.</summary>
    public string Write()
    {
        lock (sync)
        {
            foreach (var series in all.Values)
                series.ForgetObserved();
            listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var series in all.Values.OrderBy(series => series.Name, StringComparer.Ordinal))
                series.Write(text);
            return text.ToString();
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        Meter.Dispose();
    }

    /// <summary>What one instrument measured: a value for each set of tags, or the buckets of a histogram.</summary>
    private sealed class Series(Instrument instrument)
    {
        private readonly Lock sync = new();
        private readonly Dictionary<string, double> values = new(StringComparer.Ordinal);
        private readonly double[] bounds = [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []];
        private readonly long[] counts = new long[((instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.Count ?? 0) + 1];
        private double sum;

        public string Name => instrument.Name;

        private bool IsHistogram => instrument is Histogram<double>;

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (sync)
            {
                if (!IsHistogram)
                {
                    values[Labels(tags)] = value;
                    return;
                }

                int bucket = Array.FindIndex(bounds, bound => value <= bound);
                counts[bucket < 0 ? bounds.Length : bucket]++;
                sum += value;
            }
        }

        public void ForgetObserved()
        {
            lock (sync)
                values.Clear();
        }

        public void Write(StringBuilder text)
        {
            string type = IsHistogram ? "histogram" : instrument is ObservableCounter<long> ? "counter" : "gauge";
            text.Append("# HELP ").Append(Name).Append(' ').Append(instrument.Description).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
            lock (sync)
            {
                if (IsHistogram)
                    WriteBuckets(text);
                foreach (var (labels, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    Line(text, "", labels, value);
            }
        }

        private void WriteBuckets(StringBuilder text)
        {
            long total = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                total += counts[i];
                string bound = i < bounds.Length ? Number(bounds[i]) : "+Inf";
                Line(text, "_bucket", $"{{le=\"{bound}\"}}", total);
            }

            Line(text, "_sum", "", sum);
            Line(text, "_count", "", total);
        }

        private void Line(StringBuilder text, string suffix, string labels, double value) =>
            text.Append(Name).Append(suffix).Append(labels).Append(' ').Append(Number(value)).Append('\n');

        private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty)
                return "";
            var text = new StringBuilder("{");
            foreach (var (name, value) in tags)
            {
                string escaped = $"{value}"
                    .Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal);
                text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"").Append(escaped).Append('"');
            }

            return text.Append('}').ToString();
        }
    }
}
