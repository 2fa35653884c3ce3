using System.Globalization;
using Gatepost.Storage.Settings;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>The tables of <c>queue.db</c>. Times are milliseconds since 1970, UTC.</summary>
internal static class Schema
{
    /// <remarks>
    /// Octets come last in their row, so that reading the rest never walks their pages. A destination's <c>earliest</c> is
    /// never later than the true time its next recipient falls due; it may be earlier, and is corrected when that is found.
    /// </remarks>
    private const string FirstTables = """
        CREATE TABLE message (
          id INTEGER PRIMARY KEY,           -- the queue id as a number
          arrived INTEGER NOT NULL,
          size INTEGER NOT NULL,            -- octets, head included
          sender TEXT,                      -- null: the null sender
          body INTEGER NOT NULL,
          smtputf8 INTEGER NOT NULL,
          ret INTEGER NOT NULL,
          envid TEXT,
          session TEXT,
          login TEXT,
          client TEXT,
          segment INTEGER NOT NULL,         -- 0: all octets below; above 0: segment; below 0: file of that generation
          offset INTEGER NOT NULL,          -- in its segment; elsewhere the checksum, 0 for none
          octets BLOB                       -- what comes before the octets kept elsewhere
        );
        CREATE TABLE recipient (
          message INTEGER NOT NULL,
          idx INTEGER NOT NULL,
          destination INTEGER NOT NULL,
          state INTEGER NOT NULL,           -- 0 queued, 1 held
          next INTEGER NOT NULL,
          address TEXT NOT NULL,
          accepted TEXT,                    -- null: as address
          notify INTEGER NOT NULL,
          orcpt TEXT,
          attempts INTEGER NOT NULL DEFAULT 0,
          last_attempt INTEGER,
          delay_notified INTEGER NOT NULL DEFAULT 0,
          last_entry TEXT,
          last_code INTEGER,
          last_status TEXT,
          last_text TEXT,
          last_host TEXT,
          last_address TEXT,
          last_stage TEXT,
          PRIMARY KEY (message, idx)
        ) WITHOUT ROWID;
        CREATE INDEX recipient_due ON recipient (destination, state, next);
        CREATE TABLE destination (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          earliest INTEGER
        );
        CREATE INDEX destination_due ON destination (earliest) WHERE earliest IS NOT NULL;
        CREATE TABLE segment (
          number INTEGER PRIMARY KEY,
          messages INTEGER NOT NULL,        -- still there
          octets INTEGER NOT NULL,          -- of those
          first INTEGER NOT NULL,           -- lowest and highest message id ever put there
          last INTEGER NOT NULL
        );
        CREATE TABLE tally (
          messages INTEGER NOT NULL,
          recipients INTEGER NOT NULL,
          held INTEGER NOT NULL,
          generation INTEGER NOT NULL       -- starts of the server so far
        );
        INSERT INTO tally (messages, recipients, held, generation) VALUES (0, 0, 0, 0);
        """;

    /// <summary>A file of version 1 may have the table already: it was made beside the others for a while.</summary>
    private const string Released = """
        CREATE TABLE IF NOT EXISTS released (
          source TEXT NOT NULL,             -- queue id of the message in quarantine
          recipient TEXT NOT NULL,
          message INTEGER NOT NULL,         -- as which it was queued
          PRIMARY KEY (source, recipient)
        ) WITHOUT ROWID;
        """;

    /// <summary>The table is made again: a column that is added comes behind the octets, and reading it would walk their pages.</summary>
    private const string WithTls = """
        ALTER TABLE message RENAME TO message_before;
        CREATE TABLE message (
          id INTEGER PRIMARY KEY,
          arrived INTEGER NOT NULL,
          size INTEGER NOT NULL,
          sender TEXT,
          body INTEGER NOT NULL,
          smtputf8 INTEGER NOT NULL,
          ret INTEGER NOT NULL,
          envid TEXT,
          session TEXT,
          login TEXT,
          client TEXT,
          segment INTEGER NOT NULL,
          offset INTEGER NOT NULL,
          tls INTEGER NOT NULL,             -- what the sender asks of TLS on the way
          octets BLOB
        );
        INSERT INTO message (id, arrived, size, sender, body, smtputf8, ret, envid, session, login, client, segment, offset, tls, octets)
          SELECT id, arrived, size, sender, body, smtputf8, ret, envid, session, login, client, segment, offset, 0, octets
          FROM message_before;
        DROP TABLE message_before;
        """;

    public static Migrations Migrations { get; } = new(FirstTables, Released, WithTls);

    /// <summary>Opens the database for writing, making or upgrading its tables.</summary>
    public static Database Open(string path, StoreOptions options)
    {
        var database = Database.Open(path);
        try
        {
            database.Run("PRAGMA page_size=4096");
            database.Run("PRAGMA journal_mode=WAL");
            database.Run("PRAGMA synchronous=FULL");
            Tune(database);
            database.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA wal_autocheckpoint={options.CheckpointPages}"));
            Migrations.Upgrade(database);
            return database;
        }
        catch
        {
            database.CloseWithoutCheckpoint();
            database.Dispose();
            throw;
        }
    }

    public static Database OpenForReading(string path)
    {
        var database = Migrations.OpenReadOnly(path);
        Tune(database);
        return database;
    }

    private static void Tune(Database database)
    {
        database.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA cache_size=-{StoreOptions.CacheBytes / 1024}"));
        database.Run("PRAGMA temp_store=MEMORY");
    }
}
