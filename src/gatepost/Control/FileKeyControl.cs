using Gatepost.Signing;
using Gatepost.Storage;
using Gatepost.Web.Control;

namespace Gatepost.Control;

/// <summary>The keys of a server that does not run. Holds the data folder while it is open, so that no server can start.</summary>
internal sealed class FileKeyControl : IKeyControl, IDisposable
{
    private readonly DataFolder folder;
    private readonly KeyAdministration keys;

    /// <exception cref="IOException">The folder is in use.</exception>
    public FileKeyControl(string data, TimeProvider time)
    {
        folder = DataFolder.Take(data, time);
        keys = new KeyAdministration(new SigningKeyFolder(data), time);
    }

    public Task<KeyAnswer> RunAsync(KeyRequest request, CancellationToken cancel) => Task.FromResult(keys.Run(request, hosted: null));

    public void Dispose() => folder.Dispose();
}
