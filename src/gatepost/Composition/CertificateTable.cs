using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Configuration;
using Gatepost.Smtp.Server;

namespace Gatepost.Composition;

/// <summary>The configured certificates by name. Files are looked at again once a minute, so a renewed one is used without a restart.</summary>
internal sealed class CertificateTable : ICertificateSource
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TimeProvider time;
    private readonly Action<string> tell;
    private readonly Held[] held;
    private long looked;

    /// <param name="settings">Checked: every file was there and good a moment ago.</param>
    /// <param name="tell">Told what happens to files later, in a sentence.</param>
    public CertificateTable(IReadOnlyList<CertificateSettings> settings, TimeProvider time, Action<string> tell)
    {
        (this.time, this.tell) = (time, tell);
        held = [.. settings.Select(Held.Load)];
        looked = time.GetTimestamp();
    }

    public bool Any => held.Length > 0;

    public SslStreamCertificateContext? Find(string? serverName)
    {
        Refresh();
        if (!string.IsNullOrEmpty(serverName))
        {
            foreach (var known in held)
            {
                if (known.IsFor(serverName))
                    return known.Context;
            }
        }

        return held.Length > 0 ? held[0].Context : null;
    }

    private void Refresh()
    {
        long before = Interlocked.Read(ref looked);
        if (time.GetElapsedTime(before) < Interval || Interlocked.CompareExchange(ref looked, time.GetTimestamp(), before) != before)
            return;

        for (int i = 0; i < held.Length; i++)
        {
            try
            {
                if (!held[i].IsCurrent)
                {
                    held[i] = Held.Load(held[i].Settings);
                    tell($"certificate {held[i].Settings.File} was renewed");
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                // Half written, or a mistake: the old one stays until the files make a pair again.
                tell($"certificate {held[i].Settings.File} changed but cannot be used, the old one stays: {problem.Message}");
            }
        }
    }

    private sealed record Held(CertificateSettings Settings, SslStreamCertificateContext Context, X509Certificate2 Certificate, DateTime FileTime, DateTime KeyTime)
    {
        public bool IsCurrent => File.GetLastWriteTimeUtc(Settings.File) == FileTime && File.GetLastWriteTimeUtc(Settings.Key) == KeyTime;

        public static Held Load(CertificateSettings settings)
        {
            // The times are read first: a file changed while it is read is read once more.
            var (fileTime, keyTime) = (File.GetLastWriteTimeUtc(settings.File), File.GetLastWriteTimeUtc(settings.Key));
            var certificate = X509Certificate2.CreateFromPemFile(settings.File, settings.Key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(settings.File);
            return new Held(settings, SslStreamCertificateContext.Create(certificate, chain, offline: true), certificate, fileTime, keyTime);
        }

        public bool IsFor(string name) =>
            Settings.Names.Count == 0
                ? Certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: true)
                : Settings.Names.Any(known => known.StartsWith("*.", StringComparison.Ordinal)
                    ? name.Length > known.Length - 1 && name.EndsWith(known[1..], StringComparison.OrdinalIgnoreCase) && name.IndexOf('.') == name.Length - known.Length + 1
                    : name.Equals(known, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>For a listener that shall not offer TLS.</summary>
internal sealed class NoCertificates : ICertificateSource
{
    public static readonly NoCertificates Instance = new();

    public bool Any => false;

    public SslStreamCertificateContext? Find(string? serverName) => null;
}
