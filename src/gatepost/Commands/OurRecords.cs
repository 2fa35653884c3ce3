using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatepost.Commands.Answers;
using Gatepost.Configuration;
using Gatepost.Control;
using Gatepost.Explain;
using Gatepost.Files;
using Gatepost.Smtp;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>What the journal of this machine's own server knows of a text that carries one of its ids.</summary>
/// <remarks>Opened with the first id only: most documents are other people's. Without a journal at hand, and for ids that it does not know,
/// there is no record.</remarks>
internal sealed partial class OurRecords(ParseResult parsed, ReplyExplainer meanings) : IRecords, IDisposable
{
    /// <summary>Events of one message that are shown; of a longer story <c>gatepost trace</c> shows the rest.</summary>
    private const int Most = 60;

    private readonly Dictionary<string, IReadOnlyList<JournalEvent>> known = new(StringComparer.Ordinal);
    private IQueueControl? journal;
    private bool isOpened;

    public string? KeyOf(Report report) => report.VerdictId ?? report.QueueId
        ?? (QueuedAs().Match(report.Said) is { Success: true } queued && Find(queued.Groups[1].Value).Count > 0
            ? queued.Groups[1].Value : null);

    public bool Holds(Report report) => Of(report).Count > 0;

    /// <summary>The events of the record; empty if none is at hand.</summary>
    private IReadOnlyList<JournalEvent> Of(Report report) => KeyOf(report) is { } key ? Find(key) : [];

    public void Write(Report report, TextWriter output, bool isTerminal)
    {
        var events = Of(report);
        if (events.Count == 0)
            return;
        bool isVerdict = report.VerdictId is not null;
        var formatter = new TraceFormatter(new Terminal(output, isTerminal), meanings, verbose: isVerdict, oneRecord: isVerdict);
        foreach (var happened in events)
            formatter.Add(happened);
        formatter.Close();
    }

    public void Write(Utf8JsonWriter json, Report report)
    {
        var events = Of(report);
        if (events.Count == 0)
            return;
        json.WriteStartArray("record");
        foreach (var happened in events)
            meanings.Write(json, happened);
        json.WriteEndArray();
    }

    public void Dispose() => journal?.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private IReadOnlyList<JournalEvent> Find(string key)
    {
        if (known.TryGetValue(key, out var before))
            return before;
        var found = Open() is { } open ? FindAsync(open, key).GetAwaiter().GetResult() : [];
        return known[key] = found;
    }

    private static async Task<IReadOnlyList<JournalEvent>> FindAsync(IQueueControl journal, string key)
    {
        var events = new List<JournalEvent>();
        try
        {
            await foreach (var happened in journal.FindAsync(key, after: 0, Most, CancellationToken.None))
                if (!key.StartsWith("G-", StringComparison.Ordinal) || happened.VerdictId == key)
                    events.Add(happened);
        }
        catch (Exception gone) when (IsUnavailable(gone))
        {
            events.Clear();
        }

        return events;
    }

    private IQueueControl? Open()
    {
        if (isOpened)
            return journal;
        isOpened = true;
        try
        {
            return journal = QueueControls.OpenAsync(parsed, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception gone) when (IsUnavailable(gone))
        {
            return null;
        }
    }

    /// <summary>An explanation does not fail because there is no server here, or none that can be asked.</summary>
    private static bool IsUnavailable(Exception trouble) => Disk.IsFailure(trouble)
        || trouble is ControlException or ConfigurationException or HttpRequestException or TimeoutException;

    [GeneratedRegex("queued as ([0-9A-Z]{8,16})\\b")]
    private static partial Regex QueuedAs();
}
