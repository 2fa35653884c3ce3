using Gatepost.Replies;

namespace Gatepost.Policy.Directory;

/// <summary>How evidence shows what an administrator entered, a block or a suspension: what, by whom, since and until when, why.</summary>
internal static class AdminEntry
{
    /// <param name="since">The epoch where it is not known, as for entries of the configuration.</param>
    public static Finding Describe(string what, string by, DateTimeOffset since, DateTimeOffset? until, string why) =>
        (since > DateTimeOffset.UnixEpoch, until) switch
        {
            (true, { } end) => OurEvidence.AdminEntrySinceUntil.Say(what, by, since, end, why),
            (true, null) => OurEvidence.AdminEntrySince.Say(what, by, since, why),
            (false, { } end) => OurEvidence.AdminEntryUntil.Say(what, by, end, why),
            _ => OurEvidence.AdminEntry.Say(what, by, why),
        };
}
