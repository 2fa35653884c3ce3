namespace Gatepost.Replies.Catalogue;

public sealed partial class ReplyDatabase
{
    /// <summary>The explanation of an entry that is already known: a reply of ours, a condition our client met.</summary>
    public Explanation Explain(ReplyEntry entry, MessageOutcome? outcome = null) => new(this)
    {
        Entry = entry,
        Reason = entry.Reason,
        Basis = entry.Kind switch
        {
            EntryKind.Own or EntryKind.Condition => Basis.Own,
            EntryKind.Dialect => Basis.Dialect,
            EntryKind.Status => Basis.Status,
            EntryKind.Basic => Basis.Code,
            _ => Basis.Unknown,
        },
        Confidence = entry.Kind is EntryKind.Own or EntryKind.Condition ? Confidence.Certain : Confidence.Medium,
        Evidence = new Evidence(0, ""),
        Outcome = outcome ?? Advice.OfReply(entry.Classic.Code is >= 200 and < 600 ? entry.Classic.Code : null, entry.Classic.Status),
    };
}
