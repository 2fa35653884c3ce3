namespace Gatepost.Reporting;

/// <summary>The reports that are sent to other domains, once a day.</summary>
public sealed record ReportOptions
{
    /// <summary>Reports about TLS to domains that ask for them (RFC 8460).</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Reports about mail in a domain's name, to those that ask for them (RFC 9990).</summary>
    public bool Dmarc { get; init; }

    /// <summary>Who sends them; null for the postmaster of the first hosted domain.</summary>
    public string? From { get; init; }
}
