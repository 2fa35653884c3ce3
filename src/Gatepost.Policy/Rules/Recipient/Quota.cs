using System.Globalization;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>What the three hourly quotas have in common.</summary>
internal static class Quota
{
    private static readonly TimeSpan Hour = TimeSpan.FromMinutes(60);

    /// <summary>How a mailbox is called in counters.</summary>
    public static string NameOf(Mailbox address) => AddressKey.Of(address).ToString().ToLowerInvariant();

    /// <summary>A refusal that says how much was used and when it is free again.</summary>
    public static Verdict Exceeded(
        string rule,
        ReplyEntry entry,
        string recipient,
        EvidenceEntry<int, string, int> why,
        FactEntry<string, int> counted,
        string whose,
        Usage usage,
        int limit)
    {
        string free = usage.FreeAt is { } at ? RoundUp(at).ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture) : "never";
        return Verdict.Refuse(
            rule,
            entry.Say(("recipient", recipient)).Adding($"({usage.Used} of {limit} in 60 minutes, free again at {free})"),
            why.Say(usage.Used, whose, limit),
            counted.Is(whose, usage.Used),
            OurFacts.Limit.Is(limit),
            OurFacts.Within.Is(Hour),
            OurFacts.WouldPass.Is(usage.FreeAt is { } when ? OurEvidence.PassAtOrHigher.Say(when) : OurEvidence.PassHigherLimit.Say()));
    }

    /// <summary>A pass that says how much of the quota was used before this recipient.</summary>
    public static Verdict Within(
        string rule, EvidenceEntry<int, string, int> why, FactEntry<string, int> counted, string whose, Usage usage, int limit) =>
            Verdict.Pass(
        rule,
        why.Say(usage.Used, whose, limit),
        counted.Is(whose, usage.Used),
        OurFacts.Limit.Is(limit),
        OurFacts.Within.Is(Hour));

    /// <summary>To the minute in which it is free indeed.</summary>
    private static DateTimeOffset RoundUp(DateTimeOffset at)
    {
        long past = at.UtcTicks % TimeSpan.TicksPerMinute;
        return past == 0 ? at.ToUniversalTime() : new DateTimeOffset(at.UtcTicks - past + TimeSpan.TicksPerMinute, TimeSpan.Zero);
    }
}
