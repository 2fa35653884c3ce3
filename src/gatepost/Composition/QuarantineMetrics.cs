using System.Diagnostics.Metrics;
using Gatepost.Storage.Quarantine;

namespace Gatepost.Composition;

/// <summary>What is in quarantine, and what left it because of its age or to make room.</summary>
internal static class QuarantineMetrics
{
    public static void Register(Meter meter, QuarantineStore quarantine)
    {
        meter.CreateObservableGauge("gatepost_quarantine_messages", () =>
            (long)quarantine.Messages, description: "Messages in quarantine.");
        meter.CreateObservableGauge("gatepost_quarantine_octets", () =>
            (long)quarantine.Octets, description: "What they take on the disk.");
        meter.CreateObservableCounter(
            "gatepost_quarantine_dropped_total", () => Dropped(quarantine),
            description: "Messages that left quarantine by themselves since the start.");
    }

    private static IEnumerable<Measurement<long>> Dropped(QuarantineStore quarantine) =>
    [
        new(quarantine.DroppedForAge, new KeyValuePair<string, object?>("why", "age")),
        new(quarantine.DroppedForRoom, new KeyValuePair<string, object?>("why", "room")),
    ];
}
