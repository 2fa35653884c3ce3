using System.Text.Json;
using System.Text.Json.Serialization;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;

namespace Gatepost.Web.Panel.Access;

/// <summary>One change that a person made.</summary>
/// <param name="At">When.</param>
/// <param name="Who">Account, or how they came in.</param>
/// <param name="From">The client's address.</param>
/// <param name="What">Word for what was done, as <c>queue-retry</c>.</param>
/// <param name="Subject">To what.</param>
/// <param name="Before">What was there before, in short; empty where nothing was.</param>
/// <param name="After">What is there now, or what the change answered.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string Who, string From, string What, string Subject, string Before, string After);

/// <summary>Who changed what, from where, with what was there before and after. Kept for 400 days.</summary>
public sealed class AuditTrail
{
    private const string Kind = "panel-audit";

    /// <summary>Entries that can be shown; older ones stay in the file until they expire.</summary>
    private const int Most = 10_000;

    private const int MaxText = 1_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    private readonly Lock sync = new();
    private readonly LinkedList<AuditEntry> entries;
    private readonly IStateLog log;
    private readonly TimeProvider time;
    private int sequence;

    /// <param name="log">Asked before anything is kept in it.</param>
    public AuditTrail(IStateLog log, TimeProvider time)
    {
        (this.log, this.time) = (log, time);
        entries = new LinkedList<AuditEntry>(log.Load(Kind, time.GetUtcNow()).OrderByDescending(kept => kept.Key, StringComparer.Ordinal)
            .Take(Most).Select(kept => JsonSerializer.Deserialize(kept.Text, AuditJson.Default.AuditEntry)).OfType<AuditEntry>());
    }

    /// <summary>Completes when the entry survives the end of this process.</summary>
    public Task AddAsync(string who, string from, string what, string subject, string before, string after)
    {
        var now = time.GetUtcNow();
        var entry = new AuditEntry(
            now, SafeText.Of(who, MaxText), from, what, SafeText.Of(subject, MaxText), SafeText.Of(before, MaxText),
            SafeText.Of(after, MaxText));
        string key;
        lock (sync)
        {
            key = $"{now.UtcTicks:x16}-{sequence++:x8}";
            entries.AddFirst(entry);
            if (entries.Count > Most)
                entries.RemoveLast();
        }

        return log.KeepAsync(new StateRecord(Kind, key, now, now + KeptFor, JsonSerializer.Serialize(entry, AuditJson.Default.AuditEntry)));
    }

    /// <summary>Newest first.</summary>
    /// <param name="max">1 to 10,000.</param>
    public IReadOnlyList<AuditEntry> List(int max)
    {
        lock (sync)
            return [.. entries.Take(max)];
    }
}

[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
