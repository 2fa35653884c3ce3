namespace Gatepost.Tests.Storage;

/// <summary>A folder of a test's own, gone with it.</summary>
public sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gatepost-storage-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
