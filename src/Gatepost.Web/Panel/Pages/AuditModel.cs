using Gatepost.Web.Panel.Access;

namespace Gatepost.Web.Panel.Pages;

/// <summary>Changes and sessions.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Sessions">Newest first.</param>
public sealed record AuditModel(IReadOnlyList<AuditEntry> Entries, IReadOnlyList<PanelSession> Sessions);
