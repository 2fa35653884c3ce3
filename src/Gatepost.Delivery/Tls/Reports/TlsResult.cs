using System.Net;

namespace Gatepost.Delivery.Tls.Reports;

/// <summary>How TLS with one mail server of a domain ended under one policy, for reports to that domain (RFC 8460).</summary>
/// <param name="Domain">Where the mail goes, in A-labels.</param>
/// <param name="Policy">What was to be fulfilled.</param>
/// <param name="Failure">What failed; null for a session as it should be.</param>
public sealed record TlsResult(string Domain, TlsReportPolicy Policy, TlsFailure? Failure = null);

/// <summary>The policy of a session, as reports show it (RFC 8460 §4.4).</summary>
/// <param name="Type"><c>tlsa</c>, <c>sts</c> or <c>no-policy-found</c>.</param>
/// <param name="Domain">The domain of the policy: the TLSA base domain for DANE, else where the mail goes.</param>
/// <param name="Lines">The TLSA records, or the lines of the MTA-STS policy; empty if there are none.</param>
/// <param name="Hosts">The patterns of an MTA-STS policy; empty otherwise.</param>
public sealed record TlsReportPolicy(string Type, string Domain, IReadOnlyList<string> Lines, IReadOnlyList<string> Hosts)
{
    public const string Dane = "tlsa", Sts = "sts", None = "no-policy-found";
}

/// <summary>What failed in a session.</summary>
/// <param name="Type">One of the words of RFC 8460 §4.3.</param>
/// <param name="Host">The mail server; null if none was met.</param>
/// <param name="Address">Its address; null if none was met.</param>
/// <param name="Reason">In a few words, for <c>failure-reason-code</c>.</param>
public sealed record TlsFailure(string Type, string? Host, IPAddress? Address, string? Reason)
{
    public const string NoStartTls = "starttls-not-supported", HostMismatch = "certificate-host-mismatch",
        Expired = "certificate-expired", NotTrusted = "certificate-not-trusted", General = "validation-failure",
        TlsaInvalid = "tlsa-invalid", DnssecInvalid = "dnssec-invalid";
}

/// <summary>Takes how TLS ended with each host that mail goes to by MX records. Thread-safe; does not wait.</summary>
public interface ITlsResults
{
    void Note(TlsResult result);
}
