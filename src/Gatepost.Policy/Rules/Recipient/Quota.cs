using System.Globalization;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>What the three hourly quotas have in common.</summary>
internal static class Quota
{
    /// <summary>How a mailbox is called in counters.</summary>
    public static string NameOf(Mailbox address) => AddressKey.Of(address).ToString().ToLowerInvariant();

    /// <summary>A refusal that says how much was used and when it is free again.</summary>
    public static Verdict Exceeded(string rule, ReplyEntry entry, string recipient, string what, Usage usage, int limit)
    {
        string free = usage.FreeAt is { } at ? RoundUp(at).ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture) : "never";
        return Verdict.Refuse(
            rule,
            entry.Say(("recipient", recipient)).Adding($"({usage.Used} of {limit} in 60 minutes, free again at {free})"),
            $"{usage.Used} {what} in the last 60 minutes, {limit} is the limit",
            new Fact("counted", $"{usage.Used} {what}"),
            new Fact("limit", $"{limit} in 60 minutes"),
            new Fact("would pass", usage.FreeAt is { } when ? $"at {when:u} or with a higher limit" : "with a higher limit"));
    }

    /// <summary>A pass that says how much of the quota was used before this recipient.</summary>
    public static Verdict Within(string rule, string what, Usage usage, int limit) => Verdict.Pass(
        rule,
        $"{usage.Used} {what} in the last 60 minutes, {limit} is the limit",
        new Fact("counted", $"{usage.Used} {what}"),
        new Fact("limit", $"{limit} in 60 minutes"));

    /// <summary>To the minute in which it is free indeed.</summary>
    private static DateTimeOffset RoundUp(DateTimeOffset at)
    {
        long past = at.UtcTicks % TimeSpan.TicksPerMinute;
        return past == 0 ? at.ToUniversalTime() : new DateTimeOffset(at.UtcTicks - past + TimeSpan.TicksPerMinute, TimeSpan.Zero);
    }
}
