using System.Security.Cryptography.X509Certificates;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Control;

namespace Gatepost.Acme;

/// <summary>Certificates as they are shown.</summary>
internal static class CertificateLines
{
    /// <summary>One that we order.</summary>
    /// <param name="why">Why a new one waits; null to show why the last order failed, if it did.</param>
    public static CertificateLine Of(PlannedCertificate planned, CertificateFolder folder, Finding? why)
    {
        var state = folder.StateOf(planned.Name);
        var line = new CertificateLine
        {
            Name = planned.Name,
            File = folder.FileOf(planned.Name),
            Names = [.. planned.Required, .. planned.Optional],
            NotBefore = state.NotBefore,
            RenewAt = state.RenewAt,
            Why = why ?? (state.Failure is { } failure ? Finding.Read(failure) : null),
        };
        using var current = folder.Current(planned.Name);
        return current is null
            ? line with { Problem = OurEvidence.AcmeMissing.Say(string.Join(", ", line.Names)), RenewAt = null }
            : With(line, current);
    }

    /// <summary>With what is in the certificate.</summary>
    public static CertificateLine With(CertificateLine line, X509Certificate2 certificate) => line with
    {
        Names = [.. CertificateNames.Of(certificate)],
        Issuer = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
        From = new DateTimeOffset(certificate.NotBefore),
        Until = new DateTimeOffset(certificate.NotAfter),
    };
}
