using Gatepost.Files;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.State;

/// <summary>
/// <c>state.db</c> as a file that may fail: a damaged one is set aside and a new one begun, one that cannot be written is opened again
/// later. Either raises an alarm, and neither stops mail. Written by one thread at a time.
/// </summary>
internal sealed class StateFile(string folder, TimeProvider time, Alarms? alarms) : IDisposable
{
    public const string Name = "state.db";

    /// <summary>Raised while the file cannot be written.</summary>
    public const string NotWritten = "state";

    /// <summary>Raised when a damaged file was set aside, until the next start.</summary>
    public const string Damaged = "state-damaged";

    /// <summary>Raised when a file of an older version could not be read, until the next start.</summary>
    public const string NotImported = "state-import";

    /// <summary>A disk that fails is not asked again with every count.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock sync = new();
    private readonly string path = Path.Combine(folder, Name);
    private StateTables? tables;
    private Database? syncing;
    private long? failed;
    private volatile bool unsynced;

    /// <summary>Opens the file and takes over what older versions remembered. Does not throw.</summary>
    public void Open()
    {
        if (Attempt(() => Tables().Clean()))
            Import();
    }

    /// <returns>Whether it is in the file. Does not throw.</returns>
    public bool Write(IReadOnlyList<CounterEntry> counted, IReadOnlyList<StateRecord> remembered) =>
        Attempt(() => Tables().Write(counted, remembered));

    /// <summary>Runs a question; a damaged file is set aside and has no answers.</summary>
    public IEnumerable<T> Read<T>(Func<IEnumerable<T>> question)
    {
        IEnumerable<T> found = [];
        return Attempt(() => found = question()) ? found : [];
    }

    /// <summary>Waits until everything written before is on the disk. Another thread may write at the same time. Does not throw.</summary>
    /// <remarks>A checkpoint syncs the log before it copies it.</remarks>
    /// <returns>Whether it is on the disk.</returns>
    public bool Sync()
    {
        lock (sync)
        {
            try
            {
                syncing?.Run("PRAGMA wal_checkpoint(PASSIVE)");
                if (unsynced && failed is null)
                    alarms?.Clear(NotWritten);
                unsynced = false;
                return syncing is not null;
            }
            catch (SqliteFailure failure)
            {
                unsynced = true;
                Report(failure);
                return false;
            }
        }
    }

    public void Dispose() => Close();

    /// <summary>Does something with the file, again with a new file if this one is damaged.</summary>
    private bool Attempt(Action action)
    {
        if (failed is { } since && time.GetElapsedTime(since) < Pause)
            return false;
        try
        {
            try
            {
                action();
            }
            catch (IOException damage) when (IsDamage(damage))
            {
                SetAside(damage);
                action();
            }

            if (failed is not null && !unsynced)
                alarms?.Clear(NotWritten);
            failed = null;
            return true;
        }
        catch (Exception failure)
        {
            // Whatever it was: counting must not end with it, nor those who wait for a count.
            failed = time.GetTimestamp();
            Close();
            Report(failure);
            return false;
        }
    }

    private StateTables Tables()
    {
        if (tables is not null)
            return tables;
        var database = StateSchema.Open(path);
        try
        {
            tables = new StateTables(database, time);
            lock (sync)
                syncing ??= Database.Open(path);
            return tables;
        }
        catch
        {
            tables = null;
            database.Dispose();
            throw;
        }
    }

    private void Import()
    {
        try
        {
            var old = OldStateFiles.In(folder);
            if (old.Present.Count == 0)
                return;
            Tables().Import(old);
            // The files go only when their content is certain to stay.
            if (!Sync())
                return;
            Disk.SyncFolder(folder);
            old.Remove();
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            alarms?.Raise(NotImported, OurEvidence.StateNotImported.Say(folder, failure.Message));
        }
    }

    /// <summary>Not for a disk that is full, absent or not ours: only for octets that are no database, or not one of ours.</summary>
    private static bool IsDamage(IOException failure) => failure is SqliteFailure { IsDamage: true } or NewerSchemaException;

    private void SetAside(IOException cause)
    {
        Close();
        // What was set aside before may still be wanted; beyond a hundred the oldest name is used again.
        string aside = Enumerable.Range(2, 99).Select(number => $"{path}.damaged-{number}").Prepend(path + ".damaged")
            .FirstOrDefault(name => !File.Exists(name), path + ".damaged");
        // Its log belongs to it: who repairs the one needs the other.
        foreach (string part in (string[])["", "-wal"])
        {
            File.Delete(aside + part);
            if (File.Exists(path + part))
                File.Move(path + part, aside + part);
        }

        File.Delete(path + "-shm");
        alarms?.Raise(Damaged, OurEvidence.StateSetAside.Say(path, aside, cause.Message));
    }

    private void Close()
    {
        try
        {
            lock (sync)
            {
                syncing?.Dispose();
                syncing = null;
            }

            tables?.Dispose();
        }
        catch (IOException failure)
        {
            Report(failure);
        }

        tables = null;
    }

    private void Report(Exception failure) => alarms?.Raise(NotWritten, OurEvidence.StateNotWritten.Say(path, failure.Message));
}
