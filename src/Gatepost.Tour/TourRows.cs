namespace Gatepost.Tour;

/// <summary>Every row of the source list as scenes: B01 to B41, the basic replies; E01 to E23, a hosting provider's refusals.</summary>
internal static class TourRows
{
    public static IReadOnlyList<TourScenario> All =>
        [.. BasicRows.All.Concat(DeliveryRows.All).OrderBy(scene => scene.Name, StringComparer.Ordinal), .. RefusalRows.All];
}
