using System.Globalization;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.State;

/// <summary>
/// The tables of <c>state.db</c>: what quotas, greylisting, temporary blocks and log-ins remember. Times are milliseconds since 1970, UTC.
/// </summary>
/// <remarks>
/// A file apart from the queue, because it may be lost: mail goes on without it, and the queue's writer must not wait for counts.
/// </remarks>
internal static class StateSchema
{
    /// <summary>The writer copies its log by itself only when the copying of every second does not follow: 16 MB.</summary>
    private const int MaxLogPages = 4_000;

    /// <remarks>
    /// Without further indexes: each would be another page to write with each count. So counts are in the order in which they end, which is
    /// nearly that in which they come.
    /// </remarks>
    private const string FirstTables = """
        CREATE TABLE counted (
          until INTEGER NOT NULL,           -- one window after it was counted
          id INTEGER NOT NULL,              -- tells counts of the same moment apart
          at INTEGER NOT NULL,
          amount INTEGER NOT NULL,
          what TEXT NOT NULL,               -- the name of a Counted
          whose TEXT NOT NULL,
          PRIMARY KEY (until, id)
        ) WITHOUT ROWID;
        CREATE TABLE remembered (
          kind TEXT NOT NULL,
          key TEXT NOT NULL,
          at INTEGER NOT NULL,
          until INTEGER NOT NULL,
          text TEXT NOT NULL,
          PRIMARY KEY (kind, key)
        ) WITHOUT ROWID;
        CREATE TABLE imported (             -- files of older versions whose content is here
          file TEXT PRIMARY KEY,
          octets INTEGER NOT NULL,
          changed INTEGER NOT NULL          -- ticks, UTC
        ) WITHOUT ROWID;
        """;

    public static Migrations Migrations { get; } = new(FirstTables);

    /// <summary>Opens the file for writing, making or upgrading its tables.</summary>
    /// <remarks>
    /// A commit is with the operating system when it returns, so a killed process loses nothing; it is not synced. That is the work of
    /// <see cref="StateFile.Sync"/>.
    /// </remarks>
    public static Database Open(string path)
    {
        var database = Database.OpenPrivate(path);
        try
        {
            database.Run("PRAGMA journal_mode=WAL");
            database.Run("PRAGMA synchronous=NORMAL");
            database.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA wal_autocheckpoint={MaxLogPages}"));
            Migrations.Upgrade(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
