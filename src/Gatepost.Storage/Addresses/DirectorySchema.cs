using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Addresses;

/// <summary>
/// The tables of <c>directory.db</c>. Times are milliseconds since 1970, UTC; names are in lower case, domains in A-labels.
/// </summary>
/// <remarks>
/// A file apart from the queue: it is written a few times a day, copied by administrators as it is, and the queue's writer must never
/// wait for it.
/// </remarks>
internal static class DirectorySchema
{
    private const string FirstTables = """
        CREATE TABLE domain (
          name TEXT PRIMARY KEY,
          kind INTEGER NOT NULL,            -- 0 hosted, 1 relay, 2 alias
          alias_of TEXT,
          deliver TEXT,
          catch_all TEXT,
          catch_all_domain TEXT,
          delimiter TEXT,
          recipients_per_hour INTEGER,
          by TEXT NOT NULL,
          at INTEGER NOT NULL,
          added INTEGER NOT NULL            -- counts up: which was first
        ) WITHOUT ROWID;
        CREATE INDEX domain_catch_all ON domain (catch_all_domain) WHERE catch_all_domain IS NOT NULL;
        CREATE TABLE address (
          domain TEXT NOT NULL,
          local TEXT NOT NULL,
          written TEXT NOT NULL,
          is_alias INTEGER NOT NULL,
          keeps_copy INTEGER NOT NULL,
          password TEXT,
          moved_to TEXT,
          quota INTEGER,
          recipients_per_hour INTEGER,
          received_per_hour INTEGER,
          by TEXT NOT NULL,
          at INTEGER NOT NULL,
          PRIMARY KEY (domain, local)
        ) WITHOUT ROWID;
        CREATE TABLE target (
          domain TEXT NOT NULL,
          local TEXT NOT NULL,
          idx INTEGER NOT NULL,
          target TEXT NOT NULL,
          target_domain TEXT NOT NULL,
          PRIMARY KEY (domain, local, idx)
        ) WITHOUT ROWID;
        CREATE INDEX target_in ON target (target_domain);
        CREATE TABLE leave (
          domain TEXT NOT NULL,
          local TEXT NOT NULL,
          idx INTEGER NOT NULL,
          pattern TEXT NOT NULL,
          PRIMARY KEY (domain, local, idx)
        ) WITHOUT ROWID;
        CREATE TABLE suspension (
          subject TEXT NOT NULL,            -- an address, or @domain
          what INTEGER NOT NULL,            -- 1 receiving, 2 sending, 4 login
          by TEXT NOT NULL,
          since INTEGER NOT NULL,
          why TEXT NOT NULL,
          until INTEGER,
          PRIMARY KEY (subject, what)
        ) WITHOUT ROWID;
        CREATE TABLE block (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          side INTEGER NOT NULL,            -- 0 senders, 1 recipients
          pattern TEXT NOT NULL,
          scope TEXT NOT NULL,              -- empty: everybody
          by TEXT NOT NULL,
          since INTEGER NOT NULL,
          why TEXT NOT NULL,
          until INTEGER,
          UNIQUE (side, pattern, scope)
        );
        """;

    public static Migrations Migrations { get; } = new(FirstTables);

    /// <summary>Opens the file for writing, making or upgrading its tables.</summary>
    /// <remarks>It has password hashes, so other users of the machine must not read it.</remarks>
    public static Database Open(string path)
    {
        var database = Database.OpenPrivate(path);
        try
        {
            database.Run("PRAGMA journal_mode=WAL");
            database.Run("PRAGMA synchronous=FULL");
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
