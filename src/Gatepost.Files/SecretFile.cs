namespace Gatepost.Files;

/// <summary>A secret of one line: in a file that only its owner can read, or among the credentials systemd gives the service.</summary>
/// <param name="place">An absolute path, or <c>credential:NAME</c> (systemd.exec(5), LoadCredential=).</param>
public sealed class SecretFile(string place)
{
    /// <summary>Before the name of a credential.</summary>
    public const string CredentialPrefix = "credential:";

    private const int MaxLength = 16 * 1024;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>What keeps it from being read, in the administrator's words; null if nothing does.</summary>
    public string? Problem()
    {
        try
        {
            Read();
            return null;
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            return failure.Message;
        }
    }

    /// <summary>The first line, without its end.</summary>
    /// <exception cref="IOException">It cannot be read, others can read it, or it is empty; the secret is not in the message.</exception>
    /// <exception cref="UnauthorizedAccessException">Our user may not read it.</exception>
    public string Read()
    {
        bool isCredential = place.StartsWith(CredentialPrefix, StringComparison.Ordinal);
        string path = isCredential ? Credential(place[CredentialPrefix.Length..]) : place;
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no file {path}");
        // systemd keeps its credentials private itself, and its access list shows as a mode for the group.
        if (!isCredential && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            throw new IOException($"{path} can be read by others: chmod 600 {path}");

        using var reader = new StreamReader(path);
        char[] text = new char[MaxLength];
        int length = reader.ReadBlock(text);
        string line = new string(text, 0, length).Split('\n')[0].TrimEnd('\r');
        return line.Length > 0 && length < MaxLength ? line
            : throw new IOException(length == 0 || line.Length == 0 ? $"{path} is empty" : $"{path} is too long to be a password");
    }

    private static string Credential(string name) =>
        Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder
            ? Path.Combine(folder, name)
            : throw new IOException($"there is no credential {name}: systemd gives none, write LoadCredential={name}:PATH into the unit");
}
