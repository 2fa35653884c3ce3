using Gatepost.Files;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage;

namespace Gatepost.Composition;

/// <summary>Reports after the start what of the queue was damaged or is missing, as alarms.</summary>
internal sealed class QueueCheck(MailStore store, IJournalReader journal, Alarms alarms, TimeProvider time)
{
    private const int MaxNamed = 20;

    /// <summary>How far back the journal is compared with the queue if nothing looks wrong.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(10);

    /// <summary>And if something does: longer than most mail waits.</summary>
    private static readonly TimeSpan Thorough = TimeSpan.FromDays(5);

    /// <param name="started">When this run of the server began.</param>
    public async Task RunAsync(DateTimeOffset started, CancellationToken cancel)
    {
        try
        {
            if (store.Damage.Count > 0)
                alarms.Raise("queue:damaged", OurEvidence.QueueDamaged.Say(string.Join("; ", store.Damage), store.Aside));
            var since = time.GetUtcNow() - (store.Damage.Count > 0 ? Thorough : Usual);
            var missing = await QueueAudit.MissingAsync(journal, store, since, started, cancel);
            if (missing.Count > 0)
                alarms.Raise("queue:missing", OurEvidence.MailMissing.Say(missing.Count, string.Join(' ', missing.Take(MaxNamed))));
        }
        catch (Exception failure) when (Disk.IsFailure(failure) || failure is OperationCanceledException)
        {
            // The journal cannot be read, which is reported elsewhere, or the server stops.
        }
    }
}
