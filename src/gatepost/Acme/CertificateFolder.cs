using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gatepost.Acme.Protocol;
using Gatepost.Files;

namespace Gatepost.Acme;

/// <summary>
/// Accounts and certificates in <c>acme</c> of the data folder, readable by the server's user only. Certificate, chain and key are one
/// file, so that they change together.
/// </summary>
/// <remarks>Of one certificate: <c>NAME.pem</c> is in use, <c>NAME.next</c> waits, <c>NAME.json</c> says what is planned.</remarks>
/// <param name="data">The data folder.</param>
internal sealed class CertificateFolder(string data)
{
    private const string InUse = ".pem", Waiting = ".next", State = ".json", AccountMark = "# gatepost acme account ";

    private readonly string certificates = Path.Combine(data, "acme", "certificates"), accounts = Path.Combine(data, "acme", "accounts");

    /// <summary>The files of certificates in use, by name; each has certificate, chain and key.</summary>
    public IReadOnlyList<string> Files => List(InUse);

    /// <summary>The files of certificates that are ordered and wait to be used.</summary>
    public IReadOnlyList<string> WaitingFiles => List(Waiting);

    /// <summary>The certificate in use with its key; null if there is none that can be read.</summary>
    public X509Certificate2? Current(string name) => Read(FileOf(name));

    /// <summary>The certificate in use and those that vouch for it, without keys; empty if there is none.</summary>
    public X509Certificate2Collection CurrentChain(string name) => ReadChain(FileOf(name));

    /// <summary>The certificate that waits and those that vouch for it, without keys; empty if there is none.</summary>
    public X509Certificate2Collection NextChain(string name) => ReadChain(PathOf(name, Waiting));

    /// <summary>Where the certificate of that name is, or will be.</summary>
    public string FileOf(string name) => PathOf(name, InUse);

    /// <param name="chain">PEM, the certificate first.</param>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void KeepNext(string name, string chain, CertificateKey key) =>
        Disk.ReplacePrivate(PathOf(name, Waiting), chain.TrimEnd() + "\n" + key.ToPem());

    /// <summary>Uses the certificate that waits.</summary>
    /// <exception cref="IOException">The disk does not do it.</exception>
    public void Switch(string name)
    {
        File.Move(PathOf(name, Waiting), FileOf(name), overwrite: true);
        Disk.SyncFolder(certificates);
    }

    /// <summary>What is planned for a certificate; nothing if the file is not there or cannot be read.</summary>
    public CertificateState StateOf(string name)
    {
        try
        {
            string file = PathOf(name, State);
            return File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllText(file), CertificateStateJson.Default.CertificateState) ?? new() : new();
        }
        catch (Exception broken) when (Disk.IsFailure(broken) || broken is JsonException)
        {
            // It may be lost: at worst a certificate is ordered once more.
            return new();
        }
    }

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Keep(string name, CertificateState state) =>
        Disk.ReplacePrivate(PathOf(name, State), JsonSerializer.Serialize(state, CertificateStateJson.Default.CertificateState));

    /// <summary>The key and the address of our account at an authority; null if there is none yet.</summary>
    /// <exception cref="CryptographicException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public (AccountKey Key, string? Account)? AccountAt(string directory)
    {
        string file = AccountFile(directory);
        if (!File.Exists(file))
            return null;
        string[] lines = File.ReadAllLines(file);
        string? account = lines.Length > 0 && lines[0].StartsWith(AccountMark, StringComparison.Ordinal)
            ? lines[0][AccountMark.Length..].Trim() : null;
        try
        {
            return (AccountKey.FromPem(string.Join('\n', lines.SkipWhile(line => line.StartsWith('#')))), account is { Length: > 0 }
                ? account : null);
        }
        catch (ArgumentException nothing)
        {
            throw new CryptographicException($"{file} has no key", nothing);
        }
    }

    /// <param name="account">Its address; null before the authority has given one.</param>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void KeepAccount(string directory, AccountKey key, string? account) =>
        Disk.ReplacePrivate(AccountFile(directory), $"{AccountMark}{account}\n# {directory}\n{key.ToPem()}");

    private string AccountFile(string directory) => Path.Combine(
        accounts, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..16] + ".pem");

    private IReadOnlyList<string> List(string ending)
    {
        try
        {
            return Directory.Exists(certificates) ? [.. Directory.GetFiles(certificates, "*" + ending).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            return [];
        }
    }

    private string PathOf(string name, string ending) =>
        // Names come from configuration and directory in A-labels; nothing else may become a path.
        name.Length > 0 && name[0] != '.' && !name.AsSpan().ContainsAny("/\\\0")
            ? Path.Combine(certificates, name + ending) : throw new IOException($"\"{name}\" is no domain");

    private static X509Certificate2? Read(string file)
    {
        try
        {
            if (!File.Exists(file))
                return null;
            string pem = File.ReadAllText(file);
            return X509Certificate2.CreateFromPem(pem, pem);
        }
        catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static X509Certificate2Collection ReadChain(string file)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            if (File.Exists(file))
                chain.ImportFromPem(File.ReadAllText(file));
        }
        catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException)
        {
            chain.Clear();
        }

        return chain;
    }
}
