using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;

namespace Gatepost.Web.Panel;

/// <summary>Which rules there are, and how often each refused.</summary>
internal static class RulePages
{
    public static IReadOnlyList<PanelRoute> All { get; } = [new("GET", "/rules", Role.Staff, ShowAsync) { Menu = "panel.rules" }];

    private static async Task ShowAsync(PanelRequest request)
    {
        if (request.Desk.Activity is not { } activity)
        {
            await request.NotFoundAsync();
            return;
        }

        var hours = activity.Last(Metrics.HourlyCounts.Kept);
        var day = Sum(hours.TakeLast(24));
        var week = Sum(hours.TakeLast(7 * 24));
        var last = hours.SelectMany(hour => hour.ByRule.Keys, (hour, rule) => (rule, hour.Hour)).GroupBy(one => one.rule)
            .ToDictionary(one => one.Key, one => one.Max(hit => hit.Hour), StringComparer.Ordinal);
        await request.PageAsync<RulesPage, RulesModel>(new RulesModel([.. Policy.Engine.RuleEngine.RuleNames
            .Select(rule => new RuleLine(
                rule, day.GetValueOrDefault(rule), week.GetValueOrDefault(rule), last.TryGetValue(rule, out var at) ? at : null))]));
    }

    private static Dictionary<string, long> Sum(IEnumerable<Metrics.HourOfMail> hours) => hours.SelectMany(hour => hour.ByRule)
        .GroupBy(one => one.Key, one => one.Value).ToDictionary(one => one.Key, one => one.Sum(), StringComparer.Ordinal);
}
