using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Configuration;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Composition;

/// <summary>What is wrong with the configured certificates: expired, soon to expire, for another name.</summary>
internal static class CertificateCheck
{
    /// <summary>Before its end a certificate should have been renewed; short-lived ones in the last quarter of their life.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <summary>Host names that are named at most, of those without a certificate.</summary>
    private const int MostNamed = 5;

    /// <summary>Everything found now.</summary>
    /// <param name="domains">The hosted domains, in A-labels.</param>
    /// <returns>
    /// Each problem with a key that stays the same while it is there, and whether TLS fails by it; and when each certificate expires.
    /// </returns>
    public static (
        IReadOnlyList<(string Key, Finding Problem, bool IsOver)> Problems, IReadOnlyList<(string File, DateTimeOffset End)> Ends) Of(
        Settings settings, IReadOnlyList<string> domains, DateTimeOffset now)
    {
        var (found, ends, names) = (new List<(string, Finding, bool)>(), new List<(string, DateTimeOffset)>(), new List<string>());
        var unnamed = WebNames(settings, domains);
        bool isServed = false;
        foreach (string file in settings.Certificates.Concat(settings.OrderedCertificates).Select(files => files.Chain))
        {
            try
            {
                using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
                if (Validity(file, new(certificate.NotBefore), new(certificate.NotAfter), now) is { } problem)
                    found.Add(("certificate:" + file, problem.Problem, problem.IsOver));
                isServed |= certificate.MatchesHostname(settings.HostName);
                unnamed.RemoveAll(name => certificate.MatchesHostname(name));
                names.AddRange(CertificateNames.Of(certificate));
                ends.Add((file, new(certificate.NotAfter)));
            }
            catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException)
            {
                found.Add(("certificate:" + file, OurEvidence.CertificateUnreadable.Say(file, failure.Message), true));
                isServed = true;
            }
        }

        if (settings.Certificates.Count > 0 && !isServed)
            found.Add(("certificate-name", OurEvidence.CertificateForOthers.Say(settings.HostName, string.Join(", ", names)), false));
        if (unnamed.Count > 0)
        {
            string some = string.Join(", ", unnamed.Take(MostNamed)) + (unnamed.Count > MostNamed ? ", ..." : "");
            found.Add(("certificate-web-names", OurEvidence.CertificateWithoutNames.Say(some), false));
        }

        return (found, ends);
    }

    /// <summary>What others ask the web server for; those of ordered certificates come when they are in DNS.</summary>
    private static List<string> WebNames(Settings settings, IReadOnlyList<string> domains) =>
        settings.Certificates.Count == 0 || settings.Acme.AgreesToTerms || settings.StsPublishing.Mode is null || settings.Https.Count == 0
            ? [] : [.. domains.Select(domain => "mta-sts." + domain)];

    /// <summary>What is wrong with the dates of a certificate, and whether it cannot be used because of that; null for nothing.</summary>
    public static (Finding Problem, bool IsOver)? Validity(string file, DateTimeOffset begin, DateTimeOffset end, DateTimeOffset now)
    {
        var lastQuarter = (end - begin) / 4;
        return now >= end ? (OurEvidence.CertificateExpired.Say(file, end), true)
            : now < begin ? (OurEvidence.CertificateNotYetValid.Say(file, begin), true)
            : end - now < (lastQuarter < Soon ? lastQuarter : Soon) ? (OurEvidence.CertificateExpiresSoon.Say(file, end), false)
            : null;
    }
}
