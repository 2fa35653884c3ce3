namespace Gatepost.Storage.Sqlite;

/// <summary>
/// How a file gets the tables of this program: step <c>n</c> makes version <c>n</c> of version <c>n - 1</c>, the first one of an empty
/// file.
/// </summary>
/// <remarks>
/// A step that was released never changes, since files made by it exist: a change of the tables is a further step. The version of a file
/// is its <c>user_version</c>, set in the transaction of the step, so a crash leaves one version or the next and nothing in between.
/// </remarks>
/// <param name="steps">The statements of each step, the oldest first.</param>
internal sealed class Migrations(params string[] steps)
{
    /// <summary>The version that this program reads and writes.</summary>
    public int Version => steps.Length;

    /// <summary>Runs the steps that the file lacks.</summary>
    /// <exception cref="NewerSchemaException">A newer program wrote the file; it is left as it is.</exception>
    /// <exception cref="SqliteFailure">A step failed; the file is of the version before it.</exception>
    public void Upgrade(Database database)
    {
        while (VersionOf(database) < Version)
            Step(database);
    }

    /// <summary>Opens a file for reading, beside a server that runs or without one.</summary>
    /// <exception cref="NewerSchemaException">A newer program wrote the file.</exception>
    /// <exception cref="IOException">An older program wrote it, or it cannot be opened.</exception>
    public Database OpenReadOnly(string path)
    {
        var database = Database.Open(path, readOnly: true);
        try
        {
            long found = VersionOf(database);
            return found == Version ? database : throw new IOException(
                $"{path} was written by an older Gatepost (schema {found}, this one reads {Version}): "
                + "start gatepost serve once, which brings it up to date");
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void Step(Database database)
    {
        database.Run("BEGIN IMMEDIATE");
        try
        {
            // Looked at again under the lock: another process may have been faster.
            long found = VersionOf(database);
            if (found < Version)
            {
                database.Run(steps[found]);
                database.Run($"PRAGMA user_version={found + 1}");
            }

            database.Run("COMMIT");
        }
        catch
        {
            if (database.InTransaction)
                database.Run("ROLLBACK");
            throw;
        }
    }

    private long VersionOf(Database database)
    {
        long found = database.Number("PRAGMA user_version") ?? 0;
        return found <= Version ? found
            : throw new NewerSchemaException(
                $"{database.Path} was written by a newer Gatepost (schema {found}, this one knows {Version}): "
                + "install that version again, or put back a copy of the file from before");
    }
}
