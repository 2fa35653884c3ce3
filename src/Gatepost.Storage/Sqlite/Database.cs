using SQLitePCL;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// One connection, used by one thread at a time. SQLite's C interface without a layer: commands of ADO.NET cost several times the
/// statement itself.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 handle;
    private readonly List<Statement> statements = [];

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle, string path)
    {
        this.handle = handle;
        Path = path;
    }

    public string Path { get; }

    public static Database Open(string path, bool readOnly = false)
    {
        // One thread at a time by construction, so SQLite's own mutexes would be paid for nothing.
        int flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        int code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        if (code != raw.SQLITE_OK)
        {
            string message = handle is null ? raw.sqlite3_errstr(code).utf8_to_string() : raw.sqlite3_errmsg(handle).utf8_to_string();
            handle?.Dispose();
            throw new SqliteFailure(code, message, $"opening {path}");
        }

        raw.sqlite3_extended_result_codes(handle, 1);
        raw.sqlite3_busy_timeout(handle, 5000);
        return new Database(handle, path);
    }

    /// <summary>
    /// Opens a file for writing and makes one that is missing readable for its owner and group only, whatever the mode of the folder.
    /// SQLite gives its log the same mode.
    /// </summary>
    public static Database OpenPrivate(string path)
    {
        if (!File.Exists(path))
        {
            var wanted = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                wanted.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            new FileStream(path, wanted).Dispose();
        }

        return Open(path);
    }

    /// <summary>Runs statements that give no rows worth having.</summary>
    public void Run(string sql)
    {
        int code = raw.sqlite3_exec(handle, sql);
        if (code != raw.SQLITE_OK)
            throw Failure(code, sql);
    }

    /// <summary>The first column of the first row; null if there is none.</summary>
    public long? Number(string sql)
    {
        using var statement = PrepareApart(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.Long(0) : null;
    }

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        var statement = PrepareApart(sql);
        statements.Add(statement);
        return statement;
    }

    /// <summary>Prepares a statement its caller disposes.</summary>
    public Statement PrepareApart(string sql)
    {
        int code = raw.sqlite3_prepare_v3(handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared);
        return code == raw.SQLITE_OK ? new Statement(this, prepared, sql) : throw Failure(code, sql);
    }

    /// <summary>Whether a transaction is open: false again after SQLite rolled one back by itself.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>Closing must not write: the log is copied at the next opening, with new descriptors.</summary>
    public void CloseWithoutCheckpoint() => raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    internal SqliteFailure Failure(int code, string doing) =>
        new(raw.sqlite3_extended_errcode(handle) is var extended && (extended & 0xFF) == (code & 0xFF) ? extended
            : code, raw.sqlite3_errmsg(handle).utf8_to_string(), $"{Path}: {doing}");

    public void Dispose()
    {
        foreach (var statement in statements)
            statement.Dispose();
        handle.Dispose();
    }
}
