using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Acme;

/// <summary>The alarms about certificates: each ends with its cause, or when the certificate is not planned any more.</summary>
internal sealed class CertificateAlarms(IAlarms alarms)
{
    /// <summary>What an alarm is about, before the certificate's name in its key.</summary>
    public const string Order = "acme:", Dane = "acme-dane:", Look = "acme-look:";

    private readonly HashSet<string> raised = new(StringComparer.Ordinal);

    public void Raise(string kind, string name, Finding what)
    {
        raised.Add(name);
        alarms.Raise(kind + name, what);
    }

    public void Clear(string kind, string name) => alarms.Clear(kind + name);

    /// <summary>All about a certificate.</summary>
    public void ClearAll(string name)
    {
        raised.Remove(name);
        foreach (string kind in new[] { Order, Dane, Look })
            alarms.Clear(kind + name);
    }

    /// <summary>Those about certificates that are not planned any more.</summary>
    public void Keep(IReadOnlyList<PlannedCertificate> plan)
    {
        foreach (string gone in raised.Where(name => !plan.Any(planned => planned.Name == name)).ToList())
            ClearAll(gone);
    }
}
