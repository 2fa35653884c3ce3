using Gatepost.Replies;

namespace Gatepost.Explain.Observations;

/// <summary>One group of a report about mail in our domain's name, or to our domain.</summary>
/// <param name="Who">The address or host it is about: who sent, or whose server was tried.</param>
/// <param name="Count">Messages or sessions.</param>
/// <param name="Problem">One word of <c>Words/*/kinds.toml</c>: <c>dmarc-pass</c>, <c>dmarc-unaligned</c>,
/// <c>tls-certificate-expired</c>.</param>
/// <param name="Detail">What the report adds: identifiers, results, the disposition; may be empty.</param>
public sealed record DigestRow(string Who, long Count, string Problem, string Detail)
{
    /// <summary>True if there is nothing to do.</summary>
    public bool Passed => Problem is "dmarc-pass" or "tls-pass";

    /// <summary>Who must act about it.</summary>
    public Actors Actors => Passed ? Actors.Nobody : Problem.StartsWith("tls-", StringComparison.Ordinal)
        ? Actors.RecipientAdmin : Actors.SenderAdmin;
}

/// <summary>A DMARC aggregate report (RFC 7489 §7.2) or a TLS report (RFC 8460) in short: who reports about which domain, and what was
/// seen.</summary>
/// <param name="Reporter">The organisation that reports.</param>
/// <param name="Domain">The domain it is about.</param>
/// <param name="Begin">Start of the time covered, or null.</param>
/// <param name="End">End of it, or null.</param>
/// <param name="Policy">The policy published: <c>reject</c>, <c>sts</c>; empty if there is none.</param>
/// <param name="Rows">Largest failing groups first, then what passed. At most some hundred.</param>
public sealed record ReportDigest(string Reporter, string Domain, DateTimeOffset? Begin, DateTimeOffset? End, string Policy,
    IReadOnlyList<DigestRow> Rows)
{
    /// <summary>Messages or sessions in all.</summary>
    public long Total => Rows.Sum(row => row.Count);

    /// <summary>Those that failed.</summary>
    public long Failed => Rows.Where(row => !row.Passed).Sum(row => row.Count);
}
