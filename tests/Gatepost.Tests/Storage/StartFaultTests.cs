using Gatepost.Storage;
using Gatepost.Storage.Sqlite;
using Xunit;

namespace Gatepost.Tests.Storage;

/// <summary>What keeps the server from starting is told with its true cause and file.</summary>
public sealed class StartFaultTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-start-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_folder_that_cannot_be_written_is_not_called_in_use()
    {
        // A running program cannot be opened for writing (ETXTBSY), whoever asks: as little as a file of a read-only disk (EROFS).
        File.CreateSymbolicLink(Path.Combine(folder, "lock"), Environment.ProcessPath!);

        var failure = Assert.ThrowsAny<IOException>(() => DataFolder.Take(folder, TimeProvider.System));
        Assert.IsNotType<DataFolderInUseException>(failure);
        Assert.Contains(Path.Combine(folder, "lock"), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_another_process_has_is()
    {
        using var held = DataFolder.Take(folder, TimeProvider.System);
        Assert.Contains($"process {Environment.ProcessId}",
            Assert.Throws<DataFolderInUseException>(() => DataFolder.Take(folder, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("queue.db")]
    [InlineData("directory.db")]
    public void A_file_that_is_no_database_is_named_with_the_remedy(string name)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, new string('x', 8192));
        using var database = Database.Open(path);

        var failure = Assert.Throws<SqliteFailure>(() => database.Run("PRAGMA journal_mode=WAL"));
        Assert.StartsWith(path + ": ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("from a backup", failure.Message, StringComparison.Ordinal);
    }
}
