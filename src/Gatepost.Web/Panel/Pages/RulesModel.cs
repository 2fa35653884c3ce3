namespace Gatepost.Web.Panel.Pages;

/// <summary>One rule.</summary>
/// <param name="Name">As in <c>[[rule]]</c>.</param>
/// <param name="Day">Refusals in 24 hours.</param>
/// <param name="Week">Refusals in seven days.</param>
/// <param name="Last">The hour of the last; null for none in eight days.</param>
public sealed record RuleLine(string Name, long Day, long Week, DateTimeOffset? Last);

/// <summary>The rules.</summary>
/// <param name="Rules">In the order in which they are asked.</param>
public sealed record RulesModel(IReadOnlyList<RuleLine> Rules);
