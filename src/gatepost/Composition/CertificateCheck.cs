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

    /// <summary>Everything found now; each with a key that stays the same while it is wrong, and whether TLS fails by it.</summary>
    public static IReadOnlyList<(string Key, Finding Problem, bool IsOver)> Of(Settings settings, DateTimeOffset now)
    {
        var found = new List<(string, Finding, bool)>();
        var names = new List<string>();
        bool isServed = false;
        foreach (var files in settings.Certificates.Concat(settings.OrderedCertificates))
        {
            try
            {
                using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(files.Chain));
                if (Validity(files.Chain, new(certificate.NotBefore), new(certificate.NotAfter), now) is { } problem)
                    found.Add(("certificate:" + files.Chain, problem.Problem, problem.IsOver));
                isServed |= certificate.MatchesHostname(settings.HostName);
                names.AddRange(CertificateNames.Of(certificate));
            }
            catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException)
            {
                found.Add(("certificate:" + files.Chain, OurEvidence.CertificateUnreadable.Say(files.Chain, failure.Message), true));
                isServed = true;
            }
        }

        if (settings.Certificates.Count > 0 && !isServed)
            found.Add(("certificate-name", OurEvidence.CertificateForOthers.Say(settings.HostName, string.Join(", ", names)), false));
        return found;
    }

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
