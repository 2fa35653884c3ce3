namespace Gatepost.Replies;

/// <summary>Everything a rule, a session or the server can say of its decisions; one file per subject.</summary>
public static partial class OurEvidence
{
    /// <summary>All of them by id, found by reflection once.</summary>
    public static IReadOnlyDictionary<string, EvidenceEntry> All => field ??= typeof(OurEvidence).GetFields()
        .Select(known => (EvidenceEntry)known.GetValue(null)!)
        .ToDictionary(known => known.Id, StringComparer.Ordinal);
}
