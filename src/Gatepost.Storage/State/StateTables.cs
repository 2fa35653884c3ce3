using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.State;

/// <summary>Writes <c>state.db</c>. Used by one thread at a time.</summary>
internal sealed class StateTables : IDisposable
{
    /// <summary>Encounters, blocks and log-ins stored at most; beyond them the oldest go.</summary>
    public const int MaxRemembered = 1_000_000;

    /// <summary>Records written between two walks over all of them.</summary>
    private const int TrimEvery = 50_000;

    private static readonly TimeSpan ExpireEvery = TimeSpan.FromMinutes(1);

    /// <summary>What is over is not loaded, so it may stay in the file for a while.</summary>
    private static readonly TimeSpan TrimAtLeastEvery = TimeSpan.FromHours(6);

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement count;
    private readonly Statement forget;
    private readonly Statement remember;
    private readonly Statement takeBack;
    private readonly Statement expireCounts;
    private long expired;
    private long trimmed;
    private int sinceTrim;
    private long nextId;

    /// <param name="database">Opened for writing; owned from here on.</param>
    public StateTables(Database database, TimeProvider time)
    {
        (this.database, this.time) = (database, time);
        begin = database.Prepare("BEGIN IMMEDIATE");
        commit = database.Prepare("COMMIT");
        count = database.Prepare("INSERT INTO counted (until, id, at, amount, what, whose) VALUES (?, ?, ?, ?, ?, ?)");
        forget = database.Prepare("DELETE FROM counted WHERE what=? AND whose=?");
        remember = database.Prepare("INSERT OR REPLACE INTO remembered (kind, key, at, until, text) VALUES (?, ?, ?, ?, ?)");
        takeBack = database.Prepare("DELETE FROM remembered WHERE kind=? AND key=?");
        expireCounts = database.Prepare("DELETE FROM counted WHERE until<=?");
        nextId = (database.Number("SELECT max(id) FROM counted") ?? 0) + 1;
    }

    /// <summary>Writes everything or nothing.</summary>
    public void Write(IEnumerable<CounterEntry> counted, IEnumerable<StateRecord> remembered) => InTransaction(() =>
    {
        foreach (var entry in counted)
            Count(entry);
        foreach (var record in remembered)
            Remember(record);
        if (time.GetElapsedTime(expired) >= ExpireEvery)
            Expire();
    });

    /// <summary>Takes over files of older versions.</summary>
    public void Import(OldStateFiles old) => InTransaction(() =>
    {
        foreach (var file in old.Present.Where(file => !IsImported(file)))
        {
            foreach (var entry in OldStateFiles.Counts(file.Path))
                Count(entry);
            foreach (var record in OldStateFiles.Records(file.Path))
                Remember(record);
            using var imported = database.PrepareApart("INSERT OR REPLACE INTO imported (file, octets, changed) VALUES (?, ?, ?)");
            imported.Add(file.Name).Add(file.Octets).Add(file.Changed).Run();
        }
    });

    /// <summary>
    /// At the start: removes what is over. Counts from a clock that was ahead are counted as if they were counted now, as the running
    /// server does it, so that none is frozen until the clock has caught up.
    /// </summary>
    public void Clean() => InTransaction(() =>
    {
        long now = Now;
        using var rewind = database.PrepareApart("UPDATE counted SET until=until-at+?1, at=?1 WHERE at>?1");
        rewind.Add(now).Run();
        Expire();
        Trim();
    });

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsImported(OldStateFile file)
    {
        using var known = database.PrepareApart("SELECT 1 FROM imported WHERE file=? AND octets=? AND changed=?");
        bool found = known.Add(file.Name).Add(file.Octets).Add(file.Changed).Step();
        known.Reset();
        return found;
    }

    private void Count(CounterEntry entry)
    {
        // An amount of 0 begins the counter again.
        if (entry.Amount == 0)
        {
            forget.Add(entry.Key.What.ToString()).Add(entry.Key.Whose).Run();
            return;
        }

        // Rounded up, so that nothing is free too early.
        long at = (entry.At.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        long window = (long)Math.Ceiling(entry.Window.TotalMilliseconds);
        count.Add(at + window).Add(nextId++).Add(at).Add(entry.Amount)
            .Add(entry.Key.What.ToString()).Add(entry.Key.Whose).Run();
    }

    private void Remember(StateRecord record)
    {
        if (record.Until <= record.At)
        {
            takeBack.Add(record.Kind).Add(record.Key).Run();
            return;
        }

        sinceTrim++;
        remember.Add(record.Kind).Add(record.Key).Add(record.At.ToUnixTimeMilliseconds()).Add(record.Until.ToUnixTimeMilliseconds())
            .Add(record.Text).Run();
    }

    private void Expire()
    {
        expired = time.GetTimestamp();
        expireCounts.Add(Now).Run();
        if (sinceTrim >= TrimEvery || time.GetElapsedTime(trimmed) >= TrimAtLeastEvery)
            Trim();
    }

    /// <summary>Removes records that are over, and of too many the oldest; a tenth more, so that a flood causes this rarely.</summary>
    private void Trim()
    {
        (sinceTrim, trimmed) = (0, time.GetTimestamp());
        using var over = database.PrepareApart("DELETE FROM remembered WHERE until<=?");
        over.Add(Now).Run();
        if (database.Number("SELECT count(*) FROM remembered") <= MaxRemembered)
            return;
        using var surplus = database.PrepareApart(
            "DELETE FROM remembered WHERE (kind, key) IN (SELECT kind, key FROM remembered ORDER BY at DESC LIMIT -1 OFFSET ?)");
        surplus.Add(MaxRemembered / 10 * 9).Run();
    }

    private void InTransaction(Action change)
    {
        begin.Run();
        try
        {
            change();
            commit.Run();
        }
        catch
        {
            if (database.InTransaction)
                database.Run("ROLLBACK");
            throw;
        }
    }

    public void Dispose() => database.Dispose();
}
