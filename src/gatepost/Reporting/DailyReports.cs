using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Reporting;

/// <summary>Sends what was counted on each finished day (UTC), once to each destination.</summary>
/// <remarks>
/// Domains are spread over four hours, so that not all reporters come at midnight (RFC 8460 §4.1). A destination that cannot be reached is
/// tried hourly for a day; then the report is dropped, with a note in the log. What was sent where outlives a restart.
/// </remarks>
internal sealed class DailyReports(
    IReadOnlyList<IReportKind> kinds, ReportSending sending, IStateLog state, TimeProvider time, Func<string> hostName,
    Action<Finding> report) : IReportControl
{
    private const string Progress = "report";

    /// <summary>Tries an hour apart, after which a report is dropped.</summary>
    private const int MostTries = 24;

    private static readonly TimeSpan Spread = TimeSpan.FromHours(4), Pause = TimeSpan.FromHours(1), FlushEvery = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim gate = new(1, 1);
    private long uncounted;
    private DateTimeOffset uncountedAt;

    /// <summary>Read here, before anything is kept. A list is answered while reports are being sent.</summary>
    private readonly ConcurrentDictionary<string, Sent> sent = new(
        state.Load(Progress, time.GetUtcNow()).Select(record => KeyValuePair.Create(record.Key, Sent.Read(record.Text))),
        StringComparer.Ordinal);

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await Task.Delay(FlushEvery, time, cancel);
                await FlushAsync();
                ReportUncounted();
                await SendDueAsync(isForced: false, null, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops; what was counted is kept.
            await FlushAsync();
        }
    }

    public Task FlushAsync() => Task.WhenAll(kinds.Select(kind => kind.Rows.Flush()));

    /// <summary>Says at most once an hour that there was too much to count.</summary>
    private void ReportUncounted()
    {
        long now = kinds.Sum(kind => kind.Rows.Dropped);
        if (now == uncounted || time.GetUtcNow() - uncountedAt < Pause)
            return;
        report(OurEvidence.ReportRowsUncounted.Say(now - uncounted));
        (uncounted, uncountedAt) = (now, time.GetUtcNow());
    }

    public async Task<ReportAnswer> RunAsync(ReportRequest request, CancellationToken cancel)
    {
        bool Matches(IReportKind kind, ReportDay day) => (request.Kind is null || request.Kind == kind.Word)
            && (request.Domain is null || request.Domain.Equals(day.Domain, StringComparison.OrdinalIgnoreCase))
            && (request.Day is null || request.Day == day.Day);
        if (request.Verb == ReportVerb.Send)
            await SendDueAsync(isForced: true, Matches, cancel);
        var found = (from kind in kinds from day in kind.Rows.Days() where Matches(kind, day) select (kind, day)).ToList();
        var lines = found.Select(one => LineOf(one.kind, one.day)).ToList();
        if (request.Verb != ReportVerb.Show)
            return new ReportAnswer(lines, null);
        return found is [var (shown, of), ..]
            ? new ReportAnswer([lines[0]], Encoding.UTF8.GetString(shown.Write(of, IdOf(shown, of))))
            : new ReportAnswer([], null);
    }

    /// <param name="isForced">Whether hours are left out; days that have not ended are never sent.</param>
    /// <param name="wanted">Which; null for all.</param>
    private async Task SendDueAsync(bool isForced, Func<IReportKind, ReportDay, bool>? wanted, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            var oldest = DateOnly.FromDateTime((time.GetUtcNow() - DailyRows.Kept).UtcDateTime);
            foreach (var kind in kinds)
            {
                foreach (var day in kind.Rows.Days())
                {
                    if (day.Day < oldest)
                        Forget(kind, day, OurEvidence.ReportTooOld.Say(kind.Word, day.Domain, day.Date));
                    else if (kind.IsOn && wanted?.Invoke(kind, day) != false && IsDue(kind, day, isForced))
                        await SendAsync(kind, day, cancel);
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private bool IsDue(IReportKind kind, ReportDay day, bool isForced)
    {
        var now = time.GetUtcNow();
        return now >= day.End && (isForced || now >= DueAt(day, sent.GetValueOrDefault(KeyOf(kind, day))));
    }

    private DateTimeOffset DueAt(ReportDay day, Sent? progress) => progress?.Next ?? day.End + DelayOf(day);

    /// <summary>Other reporters have other names, and so other hours for the same domain.</summary>
    private TimeSpan DelayOf(ReportDay day)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{hostName()} {day.Domain} {day.Date}"));
        return Spread * (BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue);
    }

    private async Task SendAsync(IReportKind kind, ReportDay day, CancellationToken cancel)
    {
        string key = KeyOf(kind, day), id = IdOf(kind, day);
        var before = sent.GetValueOrDefault(key) ?? new Sent(0, default, []);
        var plan = await kind.PlanAsync(day, cancel);
        if (plan.Destinations.Count == 0 && !plan.IsUnanswered)
        {
            foreach (var why in plan.Why)
                report(why);
            Forget(kind, day, null);
            return;
        }

        byte[] packed = ReportSending.Pack(kind.Write(day, id));
        var form = kind.FormOf(day, id);
        var done = before.Done.ToList();
        Finding? failure = plan.IsUnanswered ? OurEvidence.ReportUnanswered.Say(day.Domain) : null;
        foreach (var target in plan.Destinations.Where(target => !done.Contains(target.Uri)))
        {
            var failed = await sending.SendAsync(target, form, day, id, packed, cancel);
            if (failed is null)
                report(OurEvidence.ReportSent.Say(kind.Word, day.Domain, day.Date, target.Uri));
            bool isHopeless = failed?.Entry == OurEvidence.ReportTooLarge;
            if (isHopeless)
                report(failed!);
            if (failed is null || isHopeless)
                done.Add(target.Uri);
            else
                failure = OurEvidence.ReportFailed.Say(target.Uri, failed);
        }

        if (failure is null)
            Forget(kind, day, null);
        else if (before.Tries + 1 >= MostTries)
            Forget(kind, day, OurEvidence.ReportDropped.Say(kind.Word, day.Domain, day.Date, failure));
        else
            Keep(key, day, new Sent(before.Tries + 1, time.GetUtcNow() + Pause, done) { Failure = failure });
    }

    private void Keep(string key, ReportDay day, Sent now)
    {
        sent[key] = now;
        _ = state.KeepAsync(
            new StateRecord(Progress, key, day.Begin, day.Begin + DailyRows.Kept + TimeSpan.FromDays(1), now.ToText()));
    }

    private void Forget(IReportKind kind, ReportDay day, Finding? why)
    {
        if (why is not null)
            report(why);
        kind.Rows.Remove(day);
        if (!sent.TryRemove(KeyOf(kind, day), out _))
            return;
        var now = time.GetUtcNow();
        _ = state.KeepAsync(new StateRecord(Progress, KeyOf(kind, day), now, now, ""));
    }

    private ReportLine LineOf(IReportKind kind, ReportDay day)
    {
        var progress = sent.GetValueOrDefault(KeyOf(kind, day));
        return new ReportLine(kind.Word, day.Domain, day.Day, day.Count)
        {
            Due = kind.IsOn ? DueAt(day, progress) : null,
            Tries = progress?.Tries ?? 0,
            Failure = progress?.Failure,
        };
    }

    private static string KeyOf(IReportKind kind, ReportDay day) => $"{kind.Word} {day.Date} {day.Domain}";

    /// <summary>The same each time that it is sent, so that a receiver knows a second copy for one (RFC 9990 §3.5.4).</summary>
    private string IdOf(IReportKind kind, ReportDay day) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{hostName()} {KeyOf(kind, day)}")).AsSpan(0, 12));

    /// <summary>How far the sending of a report is.</summary>
    /// <param name="Tries">That did not reach all destinations.</param>
    /// <param name="Next">The next one.</param>
    /// <param name="Done">Destinations that have it.</param>
    private sealed record Sent(int Tries, DateTimeOffset Next, IReadOnlyList<string> Done)
    {
        public Finding? Failure { get; init; }

        public static Sent Read(string text)
        {
            try
            {
                if (JsonSerializer.Deserialize(text, ReportJson.Default.StringArray) is [var tries, var next, .. var done])
                {
                    return new Sent(
                        int.Parse(tries, CultureInfo.InvariantCulture),
                        DateTimeOffset.FromUnixTimeSeconds(long.Parse(next, CultureInfo.InvariantCulture)), done);
                }
            }
            catch (Exception wrong) when (wrong is JsonException or FormatException or OverflowException or ArgumentOutOfRangeException)
            {
                // Of another version: it is sent again.
            }

            return new Sent(0, default, []);
        }

        public string ToText() => JsonSerializer.Serialize(
            (string[])[
                Tries.ToString(CultureInfo.InvariantCulture), Next.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), .. Done],
            ReportJson.Default.StringArray);
    }
}
