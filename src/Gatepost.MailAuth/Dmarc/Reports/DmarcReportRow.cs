using System.Net;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Spf;
using Gatepost.MailAuth.Verification;

namespace Gatepost.MailAuth.Dmarc.Reports;

/// <summary>What an aggregate report says of messages that are alike (RFC 9990 §3.1.1.5): everything but their number.</summary>
public sealed record DmarcReportRow
{
    /// <summary>Signatures in one row; RFC 9990 allows 100, mail in use has below five.</summary>
    private const int MostSignatures = 20;

    public required IPAddress Source { get; init; }

    /// <summary><c>none</c>, <c>pass</c>, <c>quarantine</c> or <c>reject</c>: what was done with them by DMARC.</summary>
    public required string Disposition { get; init; }

    /// <summary>Whether a signature that passed belongs to the author.</summary>
    public required bool DkimAligned { get; init; }

    /// <summary>Whether the envelope that passed SPF belongs to the author.</summary>
    public required bool SpfAligned { get; init; }

    /// <summary>Why something else was done than the domain asks for: a word of RFC 9990 §3.1.6; null if nothing else was.</summary>
    public string? Reason { get; init; }

    public required string HeaderFrom { get; init; }

    /// <summary>The domain of the sender in the envelope; empty for the null sender.</summary>
    public required string EnvelopeFrom { get; init; }

    public IReadOnlyList<DmarcReportSignature> Signatures { get; init; } = [];

    /// <summary>Null if SPF was not checked.</summary>
    public string? SpfDomain { get; init; }

    public string? SpfResult { get; init; }

    /// <summary>Whether SPF was checked for the name in EHLO, because the sender is the null sender.</summary>
    public bool IsSpfOfHelo { get; init; }

    /// <param name="result">What was found out about the message; with a DMARC record.</param>
    /// <param name="source">The client.</param>
    /// <param name="sender">The domain of the sender in the envelope; empty for the null sender.</param>
    /// <param name="disposition">What was done with it by DMARC.</param>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public static DmarcReportRow Of(MessageResult result, IPAddress source, string sender, string disposition, string? reason) => new()
    {
        Source = source,
        Disposition = disposition,
        DkimAligned = result.Dmarc.DkimAligned,
        SpfAligned = result.Dmarc.SpfAligned,
        Reason = reason,
        HeaderFrom = result.Dmarc.Author ?? "",
        EnvelopeFrom = sender,
        Signatures = [.. result.Dkim.Where(static one => one.Domain is not null)
            .OrderBy(one => Order(one, result.Dmarc.Author)).Take(MostSignatures)
            .Select(static one => new DmarcReportSignature(one.Domain!, one.Selector ?? "", one.Result.Word()))],
        SpfDomain = result.Spf?.Domain,
        SpfResult = result.Spf?.Result.Word(),
        IsSpfOfHelo = result.Spf?.Identity == SpfIdentity.Helo,
    };

    /// <summary>Those that pass for the author first, then those that pass (RFC 9990 §3.1.3).</summary>
    private static int Order(DkimResult signature, string? author) => signature.Result != AuthResult.Pass ? 3
        : string.Equals(signature.Domain, author, StringComparison.OrdinalIgnoreCase) ? 0
        : author?.EndsWith("." + signature.Domain, StringComparison.OrdinalIgnoreCase) == true ? 1
        : 2;

    /// <summary>Rows with equal content are one row.</summary>
    public bool Equals(DmarcReportRow? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    private string Key => string.Join('\n', [
        Source.ToString(), Disposition, DkimAligned ? "1" : "0", SpfAligned ? "1" : "0", Reason ?? "", HeaderFrom, EnvelopeFrom,
        SpfDomain ?? "", SpfResult ?? "", .. Signatures.Select(static one => one.ToString())]);
}

/// <param name="Domain">d=.</param>
/// <param name="Selector">s=; empty if it could not be read.</param>
/// <param name="Result">As in Authentication-Results.</param>
public sealed record DmarcReportSignature(string Domain, string Selector, string Result);
