using Gatepost.Smtp;

namespace Gatepost.Storage;

/// <summary>Compares the journal with the queue: what was accepted must be in the queue, or its end must be on record.</summary>
public static class QueueAudit
{
    private const int PageSize = 5_000;
    private const int MaxRecords = 300_000;

    /// <summary>After a crash the journal may lack what happened in its last moments; the queue does not.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(10);

    /// <summary>Messages that were accepted and are gone without a trace.</summary>
    /// <param name="since">How far back.</param>
    /// <param name="until">When this run of the server began.</param>
    /// <returns>Queue ids in the order of acceptance.</returns>
    public static async Task<IReadOnlyList<string>> MissingAsync(
        IJournalReader journal, MailStore store, DateTimeOffset since, DateTimeOffset until, CancellationToken cancel)
    {
        var accepted = new Dictionary<string, DateTimeOffset>(StringComparer.OrdinalIgnoreCase);
        var last = DateTimeOffset.MinValue;
        long after = 0;
        for (int read = 0; read < MaxRecords; read += PageSize)
        {
            var page = await journal.FindBetweenAsync(since, until, after, PageSize, cancel);
            foreach (var record in page)
            {
                last = record.At > last ? record.At : last;
                if (record.QueueId is not { } id)
                    continue;
                if (record.Kind == JournalKind.Accepted)
                    accepted[id] = record.At;
                else if (record.Kind is JournalKind.Delivered or JournalKind.Failed or JournalKind.QueueChanged)
                    accepted.Remove(id);
            }

            if (page.Count < PageSize)
                break;
            after = page[^1].Position;
        }

        var sure = store.WasStopped ? DateTimeOffset.MaxValue : last - Lag;
        return [.. accepted.Where(pair => pair.Value < sure && !store.Has(pair.Key)).OrderBy(pair => pair.Value).Select(pair => pair.Key)];
    }
}
