using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Storage;
using Gatepost.Storage.Addresses;
using Gatepost.Storage.State;

namespace Gatepost.Control;

/// <summary>The directory of a server that does not run. Holds the data folder while it is open, so that no server can start.</summary>
internal sealed class FileDirectoryControl : IDirectoryControl
{
    private readonly DataFolder folder;
    private readonly DirectoryTables tables;
    private readonly DirectoryParts parts;

    /// <exception cref="IOException">The folder is in use, or the file cannot be opened.</exception>
    public FileDirectoryControl(Settings settings, TimeProvider time)
    {
        folder = DataFolder.Take(settings.Data, time);
        try
        {
            tables = DirectoryTables.Open(settings.Data);
        }
        catch
        {
            tables?.Dispose();
            folder.Dispose();
            throw;
        }

        var counters = new SlidingCounters(new StateReading(settings.Data), time.GetUtcNow());
        parts = new DirectoryParts(tables, settings, counters, new MaildirSizes(time), time);
    }

    public Task<DirectoryAnswer> ChangeAsync(DirectoryChange change, CancellationToken cancel) => parts.Book.ApplyAsync(change, cancel);

    public IAsyncEnumerable<DirectoryRow> ListAsync(DirectoryQuestion question, CancellationToken cancel) =>
        parts.Listing.ListAsync(question, cancel);

    public async ValueTask DisposeAsync()
    {
        tables.Dispose();
        folder.Dispose();
    }
}
