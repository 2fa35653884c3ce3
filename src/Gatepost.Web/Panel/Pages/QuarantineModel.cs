using Gatepost.Policy.Quarantine;

namespace Gatepost.Web.Panel.Pages;

/// <summary>The quarantine.</summary>
/// <param name="Messages">Newest first.</param>
public sealed record QuarantineModel(IReadOnlyList<QuarantinedMessage> Messages);
