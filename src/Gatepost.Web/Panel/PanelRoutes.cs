namespace Gatepost.Web.Panel;

/// <summary>Everything that can be asked of the panel, and who may: a test asks each of each role.</summary>
public static class PanelRoutes
{
    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        .. OverviewPages.All,
        .. SearchPages.All,
        .. QueuePages.All,
        .. QuarantinePages.All,
        .. DirectoryPages.All,
        .. RulePages.All,
        .. ExplainPages.All,
        .. VerdictPages.All,
        .. AuditPages.All,
        .. SignInPages.All,
    ];
}
