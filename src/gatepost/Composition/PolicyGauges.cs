using System.Diagnostics.Metrics;
using Gatepost.Policy.Engine;
using Gatepost.Storage.State;

namespace Gatepost.Composition;

/// <summary>What the rules did and which alarms are on.</summary>
internal static class PolicyGauges
{
    public static void Register(Meter meter, RuleEngine rules, StateStore state)
    {
        meter.CreateObservableCounter(
            "gatepost_rule_verdicts_total", () => rules.Counts.All.Select(Verdicts),
            description: "Refusals by rule; those of rules that only warn were not applied.");
        meter.CreateObservableGauge(
            "gatepost_alarm",
            () => rules.Parts.Alarms.On.Select(alarm => new Measurement<long>(1, new KeyValuePair<string, object?>("key", alarm.Key))),
            description: "1 for each alarm that is on, as a block list set aside or a filter that is away.");
        meter.CreateObservableGauge(
            "gatepost_temporary_blocks", () => (long)rules.Parts.TemporaryBlocks.List(rules.Parts.Time.GetUtcNow()).Count,
            description: "Client networks kept out for a while.");
        meter.CreateObservableGauge(
            "gatepost_counters_dropped", () => state.Dropped,
            description: "Counts and first encounters that a restart would forget, because the disk did not follow or failed.");
    }

    private static Measurement<long> Verdicts((string Rule, bool Warned, long Count) of) => new(
        of.Count,
        new KeyValuePair<string, object?>("rule", of.Rule),
        new KeyValuePair<string, object?>("applied", of.Warned ? "no" : "yes"));
}
