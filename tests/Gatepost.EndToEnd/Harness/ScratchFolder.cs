namespace Gatepost.EndToEnd.Harness;

/// <summary>A folder of one test's own, gone afterwards. Servers that drop root can read it.</summary>
public sealed class ScratchFolder : IDisposable
{
    public ScratchFolder()
    {
        Folder = Directory.CreateTempSubdirectory("gatepost-e2e-").FullName;
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
    }

    public string Folder { get; }

    public string this[params ReadOnlySpan<string> parts] => Path.Combine([Folder, .. parts]);

    /// <summary>Writes a text below the folder, creating what is missing on the way; returns its full path.</summary>
    public string Write(string name, string text)
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, path.EndsWith("gatepost.toml", StringComparison.Ordinal) ? text + "\n[alarms]\nmail = false\n" : text);
        return path;
    }

    public string Write(string name, ReadOnlySpan<byte> octets)
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, octets);
        return path;
    }

    /// <summary>Creates a folder below, open to every user (servers that drop root write there).</summary>
    public string MakeOpenFolder(string name)
    {
        string path = Directory.CreateDirectory(this[name]).FullName;
        File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        return path;
    }

    public void Dispose()
    {
        for (int tries = 0; tries < 5; tries++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException)
            {
                // A server that is just ending still writes its last line; the next try finds it gone.
            }
            catch (UnauthorizedAccessException)
            {
                return;
            }
        }
    }
}
