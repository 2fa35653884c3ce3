using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Files;

namespace Gatepost.Smtp.Server;

/// <summary>A certificate in PEM files.</summary>
/// <param name="Chain">The certificate first, then those it was signed by (<c>fullchain.pem</c>).</param>
/// <param name="Key">Its private key, not encrypted (<c>privkey.pem</c>); may be the same file.</param>
public sealed record CertificateFiles(string Chain, string Key);

/// <summary>Certificates from files, read again by themselves when the files change.</summary>
/// <remarks>
/// Checked at most each second, and only at a handshake. A bad new file leaves the old certificate in use.
/// </remarks>
public sealed class FileCertificates : ICertificateSource
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Entry[] entries;
    private readonly TimeProvider time;
    private readonly Action<string> problem;
    private readonly Lock sync = new();
    private long lookedAt;

    /// <param name="files">The first one is used for clients that ask for no name, or for one no certificate has.</param>
    /// <param name="time">For the second between two looks.</param>
    /// <param name="problem">Called, once a change, with the reason why new files cannot be used.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file is no certificate or key, or they do not belong together.</exception>
    public FileCertificates(IReadOnlyList<CertificateFiles> files, TimeProvider time, Action<string> problem)
    {
        this.time = time;
        this.problem = problem;
        entries = [.. files.Select(Entry.Load)];
        lookedAt = time.GetTimestamp();
    }

    public bool Any => entries.Length > 0;

    public SslStreamCertificateContext? Find(string? serverName)
    {
        LookAgain();
        if (!string.IsNullOrEmpty(serverName))
        {
            foreach (var entry in entries)
            {
                if (entry.Current.Serves(serverName))
                    return entry.Current.Context;
            }
        }

        return entries.Length > 0 ? entries[0].Current.Context : null;
    }

    private void LookAgain()
    {
        if (time.GetElapsedTime(Volatile.Read(ref lookedAt)) < Interval || !sync.TryEnter())
            return;
        try
        {
            Volatile.Write(ref lookedAt, time.GetTimestamp());
            foreach (var entry in entries)
                entry.Refresh(problem);
        }
        finally
        {
            sync.Exit();
        }
    }

    private sealed class Entry
    {
        private readonly CertificateFiles files;
        private Loaded current;
        private string? reported;

        private Entry(CertificateFiles files, Loaded current)
        {
            this.files = files;
            this.current = current;
        }

        public Loaded Current => Volatile.Read(ref current);

        public static Entry Load(CertificateFiles files) => new(files, Loaded.From(files));

        /// <summary>A renewal that is half written fails now and is tried again with the next look.</summary>
        public void Refresh(Action<string> problem)
        {
            try
            {
                if (Loaded.StampOf(files) != Current.Stamp)
                    Volatile.Write(ref current, Loaded.From(files));
                reported = null;
            }
            catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException)
            {
                string what = $"certificate {files.Chain}: {failure.Message}; the old one stays in use";
                if (what != reported)
                    problem(what);
                reported = what;
            }
        }
    }

    private sealed record Loaded(SslStreamCertificateContext Context, string[] Names, (DateTime, DateTime) Stamp)
    {
        public static (DateTime, DateTime) StampOf(CertificateFiles files) =>
            (File.GetLastWriteTimeUtc(files.Chain), File.GetLastWriteTimeUtc(files.Key));

        public static Loaded From(CertificateFiles files)
        {
            var stamp = StampOf(files);
            string chain = File.ReadAllText(files.Chain);
            var leaf = Pair(chain, File.ReadAllText(files.Key));
            var others = new X509Certificate2Collection();
            others.ImportFromPem(chain);
            if (others.Count > 0)
                others.RemoveAt(0);
            // Offline: a handshake must not wait for a web server elsewhere.
            return new Loaded(SslStreamCertificateContext.Create(leaf, others, offline: true), [.. CertificateNames.Of(leaf)], stamp);
        }

        /// <summary>.NET reports a key that belongs to another certificate as a bad argument.</summary>
        private static X509Certificate2 Pair(string chain, string key)
        {
            try
            {
                return X509Certificate2.CreateFromPem(chain, key);
            }
            catch (ArgumentException mismatch)
            {
                throw new CryptographicException("certificate and key do not belong together", mismatch);
            }
        }

        /// <summary>A name, or <c>*.</c> for one label in its place (RFC 9525 §6.3).</summary>
        public bool Serves(string name)
        {
            int dot = name.IndexOf('.');
            foreach (string own in Names)
            {
                bool equal = own.StartsWith("*.", StringComparison.Ordinal)
                    ? dot > 0 && name.AsSpan(dot).Equals(own.AsSpan(1), StringComparison.OrdinalIgnoreCase)
                    : own.Equals(name, StringComparison.OrdinalIgnoreCase);
                if (equal)
                    return true;
            }

            return false;
        }
    }
}
