using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dmarc.Reports;

/// <summary>Where reports about a domain go, after those elsewhere have agreed (RFC 9990 §4).</summary>
/// <param name="Addresses">Those that may get one, in the order of the record.</param>
/// <param name="Refused">Why others get none.</param>
/// <param name="IsUnanswered">Whether DNS was silent about one of them, so that it is to be asked again.</param>
public sealed record ReportDestinations(IReadOnlyList<ReportAddress> Addresses, IReadOnlyList<Finding> Refused, bool IsUnanswered)
{
    /// <summary>RFC 7489 §6.2 asks for two at least.</summary>
    private const int Most = 5;

    private const int LongestName = 253;

    /// <param name="record">The policy that the reports are about.</param>
    public static async Task<ReportDestinations> FindAsync(DmarcRecord record, IResolver dns, CancellationToken cancel)
    {
        var found = new List<ReportAddress>();
        var refused = new List<Finding>();
        bool isUnanswered = false;
        foreach (string uri in record.AggregateReports)
        {
            if (found.Count == Most)
                break;
            if (ReportAddress.Parse(uri) is not { } address)
            {
                refused.Add(OurEvidence.ReportUriUnusable.Say(SafeText.Of(uri, 200)));
                continue;
            }

            if (await IsInternalAsync(record.Domain, address.Domain, dns, cancel) is not { } isInternal)
            {
                isUnanswered = true;
                continue;
            }

            if (isInternal)
            {
                found.Add(address);
                continue;
            }

            var (allowed, why, silent) = await AskAsync(record.Domain, address, dns, cancel);
            isUnanswered |= silent;
            found.AddRange(allowed);
            if (why is not null)
                refused.Add(why);
        }

        return new ReportDestinations([.. found.DistinctBy(one => one.Address).Take(Most)], refused, isUnanswered);
    }

    /// <summary>Whether both belong to one organization; null if DNS does not say.</summary>
    private static async ValueTask<bool?> IsInternalAsync(string domain, string other, IResolver dns, CancellationToken cancel)
    {
        if (domain.Equals(other, StringComparison.OrdinalIgnoreCase))
            return true;
        var walk = new DmarcTreeWalk(dns, []);
        try
        {
            return (await walk.OrganizationAsync(domain, cancel)).Domain == (await walk.OrganizationAsync(other, cancel)).Domain;
        }
        catch (DmarcSilenceException)
        {
            return null;
        }
    }

    /// <summary>Whether the other domain has agreed, and where it wants them instead: on the same host only.</summary>
    private static async ValueTask<(IReadOnlyList<ReportAddress> Allowed, Finding? Why, bool IsSilent)> AskAsync(
        string domain, ReportAddress address, IResolver dns, CancellationToken cancel)
    {
        string name = $"{domain}._report._dmarc.{address.Domain}";
        var refused = OurEvidence.ReportNotAgreed.Say(address.Domain, name);
        if (name.Length > LongestName)
            return ([], refused, false);
        var answer = await dns.TxtAsync(name, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
            return ([], null, true);
        var agreed = answer.Records.Where(DmarcRecord.IsDmarc).ToList();
        if (agreed.Count == 0)
            return ([], refused, false);
        var instead = agreed.SelectMany(text => DmarcRecord.Parse(domain, text).AggregateReports).Select(ReportAddress.Parse).ToList();
        if (instead.Count == 0)
            return ([address], null, false);
        IReadOnlyList<ReportAddress> replaced = [.. instead.OfType<ReportAddress>()];
        return instead.TrueForAll(one => one?.Domain == address.Domain)
            ? (replaced, null, false)
            : ([], OurEvidence.ReportLedElsewhere.Say(address.Domain, name), false);
    }
}
