using Gatepost.Policy;
using Gatepost.Storage;
using Prometheus;

namespace Gatepost.Composition;

/// <summary>What the rules did and what worries them, counted when they are scraped.</summary>
internal static class PolicyGauges
{
    public static void Register(CollectorRegistry registry, RuleEngine rules, CounterLog counters, StateLog remembered)
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(registry);
        var verdicts = metrics.CreateCounter("gatepost_rule_verdicts_total", "Refusals by rule; those of rules that only warn were not applied.", "rule", "applied");
        var alarms = metrics.CreateGauge("gatepost_alarm", "1 for each alarm that is on, as a block list set aside or a filter that is away.", "key");
        var blocks = metrics.CreateGauge("gatepost_temporary_blocks", "Client networks kept out for a while.");
        var forgotten = metrics.CreateGauge("gatepost_counters_dropped", "Counts and first encounters that a restart would forget, because the disk did not follow.");

        registry.AddBeforeCollectCallback(() =>
        {
            foreach (var (rule, warned, count) in rules.Counts.All)
                verdicts.WithLabels(rule, warned ? "no" : "yes").IncTo(count);
            var on = rules.Parts.Alarms.On.Select(alarm => alarm.Key).ToHashSet(StringComparer.Ordinal);
            foreach (string[] over in alarms.GetAllLabelValues().Where(label => !on.Contains(label[0])).ToList())
                alarms.RemoveLabelled(over);
            foreach (string key in on)
                alarms.WithLabels(key).Set(1);
            blocks.Set(rules.Parts.TemporaryBlocks.List(rules.Parts.Time.GetUtcNow()).Count);
            forgotten.Set(counters.Dropped + remembered.Dropped);
        });
    }
}
