using Gatepost.Storage;
using Prometheus;

namespace Gatepost.Composition;

/// <summary>What is in quarantine, and what left it by itself.</summary>
internal static class QuarantineMetrics
{
    public static void Register(CollectorRegistry registry, QuarantineStore quarantine)
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(registry);
        var messages = metrics.CreateGauge("gatepost_quarantine_messages", "Messages in quarantine.");
        var octets = metrics.CreateGauge("gatepost_quarantine_octets", "What they take on the disk.");
        var dropped = metrics.CreateCounter("gatepost_quarantine_dropped_total", "Messages that left quarantine by themselves since the start.", "why");
        registry.AddBeforeCollectCallback(() =>
        {
            messages.Set(quarantine.Messages);
            octets.Set(quarantine.Octets);
            dropped.WithLabels("age").IncTo(quarantine.DroppedForAge);
            dropped.WithLabels("room").IncTo(quarantine.DroppedForRoom);
        });
    }
}
