using System.Text;
using SQLitePCL;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// A prepared statement. Bind in order with <see cref="Add(long)"/>, then <see cref="Run"/> or <see cref="Step"/>; a run statement is
/// ready for the next round.
/// </summary>
internal sealed class Statement(Database database, sqlite3_stmt handle, string sql) : IDisposable
{
    private int bound;

    public Statement Add(long value)
    {
        raw.sqlite3_bind_int64(handle, ++bound, value);
        return this;
    }

    public Statement Add(long? value) => value is { } number ? Add(number) : AddNull();

    public Statement Add(ReadOnlySpan<byte> octets)
    {
        raw.sqlite3_bind_blob(handle, ++bound, octets);
        return this;
    }

    public Statement AddNull()
    {
        raw.sqlite3_bind_null(handle, ++bound);
        return this;
    }

    public Statement Add(string? text)
    {
        if (text is null)
            return AddNull();
        if (text.Length > 340)
        {
            raw.sqlite3_bind_text(handle, ++bound, text);
            return this;
        }

        Span<byte> utf8 = stackalloc byte[1024];
        int length = Encoding.UTF8.GetBytes(text, utf8);
        raw.sqlite3_bind_text(handle, ++bound, utf8[..length]);
        return this;
    }

    /// <summary>Runs a statement without rows.</summary>
    /// <returns>Rows changed.</returns>
    public int Run()
    {
        int code = raw.sqlite3_step(handle);
        if (code is raw.SQLITE_DONE or raw.SQLITE_ROW)
        {
            Reset();
            return database.Changes;
        }

        var failure = database.Failure(code, sql);
        Reset();
        throw failure;
    }

    /// <summary>Goes to the next row; false and ready for the next round at the end.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;

        var failure = code == raw.SQLITE_DONE ? null : database.Failure(code, sql);
        Reset();
        return failure is null ? false : throw failure;
    }

    /// <summary>Ends a round whose rows are not all wanted.</summary>
    public void Reset()
    {
        raw.sqlite3_reset(handle);
        bound = 0;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int(int column) => raw.sqlite3_column_int(handle, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    /// <summary>Empty if null; valid until the next step.</summary>
    public ReadOnlySpan<byte> Octets(int column) => raw.sqlite3_column_blob(handle, column);

    public string Text(int column) => TextOrNull(column) ?? "";

    public string? TextOrNull(int column) => IsNull(column) ? null : raw.sqlite3_column_text(handle, column).utf8_to_string();

    public void Dispose() => handle.Dispose();
}
