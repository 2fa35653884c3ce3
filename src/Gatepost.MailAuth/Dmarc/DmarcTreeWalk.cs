using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dmarc;

/// <summary>The records on the way from a name to the top (RFC 9989 §4.10).</summary>
/// <remarks>At most eight questions for each name, none asked twice.</remarks>
internal sealed class DmarcTreeWalk(IResolver dns, List<Finding> steps)
{
    /// <summary>From names with more labels the walk goes on at seven (§4.10).</summary>
    private const int LongestWalk = 8;

    private const int ShownRecord = 450;

    private readonly Dictionary<string, DmarcRecord?> known = new(StringComparer.Ordinal);

    /// <summary>The record of one domain; null if it has none that can be used.</summary>
    /// <exception cref="DmarcSilenceException">DNS did not answer.</exception>
    public async ValueTask<DmarcRecord?> RecordAsync(string domain, CancellationToken cancel)
    {
        if (known.TryGetValue(domain, out var record))
            return record;
        var answer = await dns.TxtAsync("_dmarc." + domain, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
        {
            steps.Add(OurEvidence.DmarcUnanswered.Say("_dmarc." + domain, answer.Detail));
            throw new DmarcSilenceException();
        }

        var texts = answer.Records.Where(DmarcRecord.IsDmarc).ToList();
        if (texts.Count > 1)
            steps.Add(OurEvidence.DmarcSeveralRecords.Say(domain, texts.Count));
        if (texts.Count == 1)
        {
            record = DmarcRecord.Parse(domain, texts[0]);
            steps.Add(OurEvidence.DmarcRecord.Say(domain, SafeText.Of(texts[0], ShownRecord)));
        }

        return known[domain] = record;
    }

    /// <summary>The organization a domain belongs to, and the record of a public suffix above it if the walk ended at one.</summary>
    /// <exception cref="DmarcSilenceException">DNS did not answer.</exception>
    public async ValueTask<DmarcOrganization> OrganizationAsync(string domain, CancellationToken cancel)
    {
        DmarcRecord? highest = null;
        string below = domain;
        foreach (string name in Walk(domain))
        {
            var record = await RecordAsync(name, cancel);
            if (record is { IsOrganization: true })
                return new DmarcOrganization(name, record, null);
            if (record is { IsPublicSuffix: true } && name != domain)
                return new DmarcOrganization(below, await RecordAsync(below, cancel), record);
            highest = record ?? highest;
            if (record is { IsPublicSuffix: true })
                break;
            below = name;
        }

        return highest is null ? new DmarcOrganization(domain, null, null) : new DmarcOrganization(highest.Domain, highest, null);
    }

    /// <summary>The name, then without its left label and so on, to the single label at the top.</summary>
    private static IEnumerable<string> Walk(string domain)
    {
        yield return domain;
        string[] labels = domain.Split('.');
        for (int kept = Math.Min(labels.Length, LongestWalk) - 1; kept > 0; kept--)
            yield return string.Join('.', labels[^kept..]);
    }
}

/// <summary>Where the walk from a name ended.</summary>
/// <param name="Domain">The organizational domain.</param>
/// <param name="Record">Its record; null if it has none.</param>
/// <param name="Suffix">The record of the public suffix right above; null if there is none.</param>
internal sealed record DmarcOrganization(string Domain, DmarcRecord? Record, DmarcRecord? Suffix);

/// <summary>DNS did not answer, so nothing can be said; the step is written already.</summary>
internal sealed class DmarcSilenceException : Exception;
