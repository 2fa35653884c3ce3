using Gatepost.Files;
using SQLitePCL;

namespace Gatepost.Storage.Sqlite;

/// <summary>SQLite could not do what it was asked to do.</summary>
internal sealed class SqliteFailure(int code, string message, string doing)
    : IOException($"{doing}: {message} (SQLite {code}){Remedy(code)}"), IDiskFailure
{
    private static string Remedy(int code) => (code & 0xFF) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
        ? ". The file is damaged: put a copy of it from a backup in its place, or move it away to begin with an empty one" : "";

    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>No room on the disk. Nothing of the transaction is there; the database itself is sound.</summary>
    public bool IsFull => (Code & 0xFF) == raw.SQLITE_FULL;

    /// <summary>
    /// The file is no database, is damaged, or has not the tables its version says: statements of ours are right, or no test would pass.
    /// </summary>
    public bool IsDamage => (Code & 0xFF) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR;
}
