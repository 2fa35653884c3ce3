using Gatepost.Policy.Directory;

namespace Gatepost.Control;

/// <summary>
/// The directory as an administrator's command sees it: of the running server, or straight from its file where none runs.
/// </summary>
internal interface IDirectoryControl : IAsyncDisposable
{
    /// <summary>Makes a change; completes when it is durable or refused.</summary>
    Task<DirectoryAnswer> ChangeAsync(DirectoryChange change, CancellationToken cancel);

    IAsyncEnumerable<DirectoryRow> ListAsync(DirectoryQuestion question, CancellationToken cancel);
}
