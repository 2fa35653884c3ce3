using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatepost.Policy.Reputation;

namespace Gatepost.Reporting;

/// <summary>What is counted for reports to one domain on one day (UTC).</summary>
/// <param name="Count">All rows together.</param>
internal sealed record ReportDay(DateOnly Day, string Domain, long Count)
{
    public DateTimeOffset Begin => BeginOf(Day);

    /// <summary>The first instant after it.</summary>
    public DateTimeOffset End => Begin.AddDays(1);

    /// <summary><c>2026-11-27</c>.</summary>
    public string Date => Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateTimeOffset BeginOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>How names of files with the report begin (RFC 8460 §5.1, RFC 9990 §3.5.2).</summary>
    /// <param name="host">Who reports.</param>
    public string FileName(string host) => string.Create(
        CultureInfo.InvariantCulture, $"{host}!{Domain}!{Begin.ToUnixTimeSeconds()}!{End.ToUnixTimeSeconds() - 1}");
}

/// <summary>How often each thing happened on each day, by the domain that the report goes to; kept in <c>state.db</c>.</summary>
/// <remarks>
/// Thread-safe. A count is on the disk after the next <see cref="Flush"/>, so that busy destinations cost one write each time and not one
/// for each message; a killed process loses the counts since then.
/// </remarks>
internal sealed class DailyRows
{
    /// <summary>Days that a report can still be sent; what is older goes.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(4);

    private const int MostDomains = 5_000, MostRowsOfDomain = 2_000, MostRows = 100_000;

    private readonly string kind;
    private readonly IStateLog state;
    private readonly TimeProvider time;
    private readonly Lock sync = new();
    private readonly Dictionary<(DateOnly Day, string Domain), DayRows> days = [];
    private readonly HashSet<Row> changed = [];
    private int rows;
    private long dropped;

    /// <param name="kind">Of the records in the file.</param>
    /// <param name="state">Read here, before anything is kept.</param>
    public DailyRows(string kind, IStateLog state, TimeProvider time)
    {
        (this.kind, this.state, this.time) = (kind, state, time);
        foreach (var record in state.Load(kind, time.GetUtcNow()))
            Restore(record);
    }

    /// <summary>What was not counted, because there was too much of it.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <param name="domain">Whom the report goes to, in A-labels.</param>
    /// <param name="fields">What happened; equal ones are one row.</param>
    public void Add(string domain, string[] fields)
    {
        string text = JsonSerializer.Serialize(fields, ReportJson.Default.StringArray);
        var day = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        lock (sync)
        {
            if (!days.TryGetValue((day, domain), out var ofDay))
            {
                if (days.Count >= MostDomains)
                {
                    dropped++;
                    return;
                }

                days[(day, domain)] = ofDay = new DayRows();
            }

            if (!ofDay.Rows.TryGetValue(text, out var row))
            {
                if (ofDay.Rows.Count >= MostRowsOfDomain || rows >= MostRows)
                {
                    dropped++;
                    return;
                }

                ofDay.Rows[text] = row = new Row(day, domain, text);
                rows++;
            }

            row.Count++;
            ofDay.Count++;
            changed.Add(row);
        }
    }

    /// <summary>What there is to report, the oldest first.</summary>
    public IReadOnlyList<ReportDay> Days()
    {
        ReportDay[] found;
        lock (sync)
            found = [.. days.Select(one => new ReportDay(one.Key.Day, one.Key.Domain, one.Value.Count))];
        return [.. found.OrderBy(one => one.Day).ThenBy(one => one.Domain, StringComparer.Ordinal)];
    }

    /// <summary>The rows of one day and domain, the largest first.</summary>
    /// <param name="read">What the fields of a row say; null for a row of another version, which is left out.</param>
    public IReadOnlyList<(T What, long Count)> Of<T>(ReportDay day, Func<string[], T?> read)
        where T : class
    {
        (string Text, long Count)[] found;
        lock (sync)
        {
            found = days.TryGetValue((day.Day, day.Domain), out var ofDay)
                ? [.. ofDay.Rows.Values.Select(row => (row.Text, row.Count))] : [];
        }

        var rows = new List<(T, long)>(found.Length);
        foreach (var (text, count) in found.OrderByDescending(row => row.Count).ThenBy(row => row.Text, StringComparer.Ordinal))
        {
            if (read(JsonSerializer.Deserialize(text, ReportJson.Default.StringArray) ?? []) is { } what)
                rows.Add((what, count));
        }

        return rows;
    }

    /// <summary>Forgets a day that was reported, or cannot be.</summary>
    public void Remove(ReportDay day)
    {
        Row[] gone;
        lock (sync)
        {
            if (!days.Remove((day.Day, day.Domain), out var found))
                return;
            gone = [.. found.Rows.Values];
            rows -= gone.Length;
            changed.ExceptWith(gone);
        }

        var now = time.GetUtcNow();
        foreach (var row in gone)
            _ = state.KeepAsync(new StateRecord(kind, row.Key, now, now, ""));
    }

    /// <summary>Has the store keep what changed since the last time.</summary>
    public Task Flush()
    {
        Row[] waiting;
        lock (sync)
        {
            waiting = [.. changed];
            changed.Clear();
        }

        return Task.WhenAll(waiting.Select(row =>
        {
            var start = ReportDay.BeginOf(row.Day);
            string text = string.Create(CultureInfo.InvariantCulture, $"{row.Count} {row.Domain}\n{row.Text}");
            return state.KeepAsync(new StateRecord(kind, row.Key, start, start + Kept + TimeSpan.FromDays(1), text));
        }));
    }

    /// <summary>A record that is not as it was written is left out.</summary>
    private void Restore(StateRecord record)
    {
        if (record.Text.Split('\n', 2) is not [var head, var text] || head.Split(' ', 2) is not [var number, var domain]
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || !IsRow(text))
            return;
        var day = DateOnly.FromDateTime(record.At.UtcDateTime);
        if (!days.TryGetValue((day, domain), out var ofDay))
            days[(day, domain)] = ofDay = new DayRows();
        if (!ofDay.Rows.TryAdd(text, new Row(day, domain, text) { Count = count }))
            return;
        rows++;
        ofDay.Count += count;
    }

    private static bool IsRow(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ReportJson.Default.StringArray) is { Length: > 0 };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>One day and domain.</summary>
    private sealed class DayRows
    {
        public Dictionary<string, Row> Rows { get; } = [];

        /// <summary>All rows together.</summary>
        public long Count { get; set; }
    }

    private sealed class Row(DateOnly day, string domain, string text)
    {
        public DateOnly Day => day;

        public string Domain => domain;

        public string Text => text;

        public long Count { get; set; }

        /// <summary>In the file; the text itself may be long.</summary>
        public string Key { get; } = string.Create(
            CultureInfo.InvariantCulture,
            $"{day:yyyyMMdd} {domain} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12))}");
    }
}

/// <summary>What reports keep in <c>state.db</c>.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class ReportJson : JsonSerializerContext;
