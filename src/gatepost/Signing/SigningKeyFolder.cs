using System.Globalization;
using System.Security.Cryptography;
using Gatepost.Files;
using Gatepost.MailAuth.Dkim;

namespace Gatepost.Signing;

/// <summary>The keys in <c>dkim/DOMAIN/SELECTOR.pem</c> of the data folder, readable by the server's user only. A file has the key's
/// state on its first line, so that state and key change together.</summary>
/// <param name="data">The data folder.</param>
internal sealed class SigningKeyFolder(string data)
{
    private const string Ending = ".pem";
    private const string Mark = "# gatepost dkim ";

    /// <summary>The strongest that every verifier knows, and the shorter one of RFC 8463.</summary>
    private static readonly SignatureAlgorithm[] Algorithms = [SignatureAlgorithm.RsaSha256, SignatureAlgorithm.Ed25519Sha256];

    private readonly string root = Path.Combine(data, "dkim");

    private readonly Dictionary<string, (DateTime Written, long Length, StoredKey Key)> known = new(StringComparer.Ordinal);

    /// <summary>All keys, by domain and selector. A file that is as it was is not read again; one that cannot be read any more counts with
    /// the key it had.</summary>
    /// <remarks>Not thread-safe.</remarks>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    public StoredKeys Read()
    {
        var (keys, faults) = (new List<StoredKey>(), new List<KeyFault>());
        if (File.Exists(root))
            throw new IOException($"{root} is no folder");
        if (!Directory.Exists(root))
            return new StoredKeys(keys, faults);
        var files = Directory.EnumerateFiles(root, "*" + Ending, SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        foreach (string gone in known.Keys.Except(files).ToList())
            known.Remove(gone);
        foreach (string file in files)
        {
            string? state = null;
            try
            {
                var now = new FileInfo(file);
                if (!known.TryGetValue(file, out var before) || (before.Written, before.Length) != (now.LastWriteTimeUtc, now.Length))
                    known[file] = before = (now.LastWriteTimeUtc, now.Length, ReadFile(file, out state));
                keys.Add(before.Key);
            }
            catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException or FormatException)
            {
                bool isKnown = known.TryGetValue(file, out var last);
                if (isKnown)
                    keys.Add(last.Key);
                bool maySign = !isKnown && (state is null or nameof(KeyState.Active));
                faults.Add(new KeyFault(file, Path.GetFileName(Path.GetDirectoryName(file))!, failure.Message, maySign));
            }
        }

        return new StoredKeys(keys, faults);
    }

    /// <summary>Makes a key of each kind for a domain; they wait for their records.</summary>
    /// <exception cref="IOException">The disk does not take one.</exception>
    public IReadOnlyList<StoredKey> MakeAll(string domain, DateTimeOffset now) =>
        [.. Algorithms.Select(algorithm => Make(domain, algorithm, now))];

    /// <summary>Makes one key that waits for its record, with a selector that is free.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public StoredKey Make(string domain, SignatureAlgorithm algorithm, DateTimeOffset now)
    {
        char letter = algorithm == SignatureAlgorithm.RsaSha256 ? 'r' : 'e';
        string start = string.Create(CultureInfo.InvariantCulture, $"g{now.UtcDateTime:yyyyMMdd}{letter}");
        string selector = start;
        for (int i = 2; File.Exists(FileOf(domain, selector)); i++)
            selector = string.Create(CultureInfo.InvariantCulture, $"{start}{i}");
        var made = new StoredKey(SigningKey.Create(domain, selector, algorithm), KeyState.Waiting, now);
        Write(made);
        return made;
    }

    /// <summary>Puts a key into another state.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public StoredKey Change(StoredKey key, KeyState state, DateTimeOffset now)
    {
        var changed = key with { State = state, Since = now };
        Write(changed);
        return changed;
    }

    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Remove(StoredKey key) => File.Delete(FileOf(key.Key.Domain, key.Key.Selector));

    private string FileOf(string domain, string selector)
    {
        // Domains come from the directory in A-labels; nothing else may become a path.
        if (domain.Length == 0 || domain[0] == '.' || domain.AsSpan().ContainsAny("/\\\0"))
            throw new IOException($"\"{domain}\" is no domain");
        return Path.Combine(root, domain, selector + Ending);
    }

    private static StoredKey ReadFile(string file, out string? named)
    {
        named = null;
        string[] lines = File.ReadAllLines(file);
        string[] words = lines.Length > 0 && lines[0].StartsWith(Mark, StringComparison.Ordinal) ? lines[0][Mark.Length..].Split(' ') : [];
        if (words.Length != 2 || !Enum.TryParse<KeyState>(words[0], out var state))
            throw new FormatException($"its first line must be \"{Mark}STATE TIME\"");
        named = state.ToString();
        var since = DateTimeOffset.Parse(words[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        string domain = Path.GetFileName(Path.GetDirectoryName(file))!;
        var key = SigningKey.FromPem(domain, Path.GetFileNameWithoutExtension(file), string.Join('\n', lines[1..]));
        return new StoredKey(key, state, since);
    }

    private void Write(StoredKey key)
    {
        string file = FileOf(key.Key.Domain, key.Key.Selector);
        string since = key.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Disk.ReplacePrivate(file, $"{Mark}{key.State} {since}\n{key.Key.ToPem()}");
    }
}
