namespace Gatepost.Tests.Delivery;

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gatepost-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
