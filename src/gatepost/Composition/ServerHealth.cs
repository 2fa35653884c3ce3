using System.Globalization;
using Gatepost.Configuration;
using Gatepost.Policy.Basics;
using Gatepost.Storage;
using Gatepost.Storage.Health;
using Gatepost.Storage.Journal;
using Gatepost.Web.Control;

namespace Gatepost.Composition;

/// <summary>What <c>/health</c> says: can mail be taken, does it leave, is there room, is the journal whole?</summary>
internal static class ServerHealth
{
    public static async Task<Health> CheckAsync(
        MailStore store, JournalStore journal, string folder, IReadOnlyList<Alarm> alarms, CancellationToken cancel)
    {
        var checks = await OwnChecksAsync(store, journal, folder, cancel);
        // An alarm is not well and says so; but a list set aside or a filter away is no reason to send mail elsewhere.
        return new Health(
            checks.All(check => check.Ok),
            [.. checks, .. alarms.Select(alarm => new HealthCheck("alarm " + alarm.Key, false, alarm.Text.ToString()))]);
    }

    /// <summary>Those of the server itself, without its alarms.</summary>
    public static async Task<IReadOnlyList<HealthCheck>> OwnChecksAsync(
        MailStore store, JournalStore journal, string folder, CancellationToken cancel) =>
    [
        new("store", store.State == StoreState.Sound, store.State.ToString().ToLowerInvariant()),
        await QueueAsync(store, cancel),
        Disk(folder, RoomOptions.MinimumFree),
        // Dropped events are a gap in the record, not a reason to send mail elsewhere.
        new("journal", true, string.Create(CultureInfo.InvariantCulture, $"{journal.Dropped} events dropped")),
    ];

    private static async Task<HealthCheck> QueueAsync(MailStore store, CancellationToken cancel)
    {
        try
        {
            var (recipients, held, messages) = store.Count();
            return new HealthCheck(
                "queue", true, string.Create(CultureInfo.InvariantCulture, $"{recipients} recipients of {messages} messages, {held} held"));
        }
        catch (IOException broken)
        {
            return new HealthCheck("queue", false, broken.Message);
        }
    }

    private static HealthCheck Disk(string folder, long minimum)
    {
        try
        {
            long free = new DriveInfo(folder).AvailableFreeSpace;
            return new HealthCheck("disk", free > minimum, $"{Quantity.Approximate(free)} free");
        }
        catch (IOException unknown)
        {
            return new HealthCheck("disk", false, unknown.Message);
        }
    }
}
