using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dmarc;

/// <summary>DMARC, RFC 9989, over what SPF and DKIM found: which record applies, and does anything belong to the author?</summary>
/// <remarks>Thread-safe; keeps nothing between checks. Silence of DNS is <see cref="AuthResult.TempError"/>.</remarks>
public sealed class DmarcVerifier(IResolver dns)
{
    /// <summary>Domains in From that are looked up; a message with more counts as one without an author.</summary>
    private const int MostAuthors = 5;

    /// <summary>Asks for what <see cref="CheckAsync(DmarcQuestion, CancellationToken)"/> needs first, while SPF and DKIM still go on; the
    /// resolver remembers it.</summary>
    public Task PrefetchAsync(AuthorDomains author, CancellationToken cancel) =>
        Task.WhenAll(author.Domains.Take(MostAuthors).Select(domain => dns.TxtAsync("_dmarc." + domain, cancel).AsTask()));

    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<DmarcResult> CheckAsync(DmarcQuestion question, CancellationToken cancel)
    {
        var author = question.Author;
        if (FaultOf(author) is { } fault)
            return new DmarcResult
            {
                Result = AuthResult.PermError,
                Author = author.Domains is [var first, ..] ? first
                : null,
                Steps = [fault]
            };
        if (author.Domains.Count == 1)
            return await CheckAsync(author.Domains[0], question, cancel);

        // Readers see all of them, so all must pass, and the strictest wish holds (RFC 9989 §5.3.1).
        var results = new List<DmarcResult>();
        foreach (string domain in author.Domains)
            results.Add(await CheckAsync(domain, question, cancel));
        var worst = results
            .OrderBy(static result => Array.IndexOf(WorstFirst, result.Result))
            .ThenByDescending(static result => result.Policy);
        List<Finding> steps = [OurEvidence.DmarcSeveralAuthors.Say(author.Domains), .. results.SelectMany(static result => result.Steps)];
        return worst.First() with { Steps = steps };
    }

    private static readonly AuthResult[] WorstFirst =
        [AuthResult.Fail, AuthResult.TempError, AuthResult.PermError, AuthResult.None, AuthResult.Pass];

    private static Finding? FaultOf(AuthorDomains author) => author switch
    {
        { Fields: 0 } => OurEvidence.DmarcNoFrom.Say(),
        { IsUnreadable: true } or { Domains.Count: 0 } => OurEvidence.DmarcFromUnreadable.Say(),
        { Domains.Count: > MostAuthors } => OurEvidence.DmarcTooManyAuthors.Say(author.Domains.Count, MostAuthors),
        _ => null,
    };

    private async Task<DmarcResult> CheckAsync(string author, DmarcQuestion question, CancellationToken cancel)
    {
        var steps = new List<Finding> { OurEvidence.DmarcAuthor.Say(author) };
        var walk = new DmarcTreeWalk(dns, steps);
        DmarcRecord? record;
        DmarcPolicy? policy;
        try
        {
            record = await DiscoverAsync(author, walk, cancel);
            if (record is null)
            {
                steps.Add(OurEvidence.DmarcNoRecord.Say(author));
                return new DmarcResult { Result = AuthResult.None, Author = author, Steps = steps };
            }

            policy = await PolicyAsync(author, record, steps, cancel);
        }
        catch (DmarcSilenceException)
        {
            return new DmarcResult { Result = AuthResult.TempError, Author = author, Steps = steps };
        }

        if (policy is not { } wanted)
            return new DmarcResult { Result = AuthResult.PermError, Author = author, Record = record, Steps = steps };
        var (result, bySpf, byDkim) = await new DmarcAlignment(author, record, walk, steps).CheckAsync(question, cancel);
        return new DmarcResult
        {
            Result = result,
            Author = author,
            Record = record,
            Policy = wanted,
            AlignedBy = bySpf ? "spf" : byDkim ? "dkim" : null,
            SpfAligned = bySpf,
            DkimAligned = byDkim,
            Steps = steps,
        };
    }

    /// <summary>The author's own record, else of the organization, else of the public suffix above it (RFC 9989 §4.10.1).</summary>
    private static async ValueTask<DmarcRecord?> DiscoverAsync(string author, DmarcTreeWalk walk, CancellationToken cancel)
    {
        if (await walk.RecordAsync(author, cancel) is { } own)
            return own;
        var organization = await walk.OrganizationAsync(author, cancel);
        return organization.Record ?? organization.Suffix;
    }

    /// <summary>What the record asks for this author; null if it cannot be applied.</summary>
    private async ValueTask<DmarcPolicy?> PolicyAsync(
        string author, DmarcRecord record, List<Finding> steps, CancellationToken cancel)
    {
        if (record.HasBadPolicy)
        {
            bool wantsReports = record.AggregateReports.Count > 0;
            steps.Add((wantsReports ? OurEvidence.DmarcPolicyAsNone : OurEvidence.DmarcPolicyMissing).Say(record.Domain));
            return wantsReports ? DmarcPolicy.None : null;
        }

        var (tag, policy) = ("p", record.Policy!.Value);
        if (record.Domain != author)
        {
            var forSubdomains = record.SubdomainPolicy ?? policy;
            if (record.NonexistentPolicy is { } forMissing && forMissing != forSubdomains && await IsMissingAsync(author, steps, cancel))
                (tag, policy) = ("np", forMissing);
            else if (record.SubdomainPolicy is not null)
                (tag, policy) = ("sp", forSubdomains);
        }

        steps.Add(OurEvidence.DmarcPolicy.Say(record.Domain, $"{tag}={policy.Word()}"));
        if (!record.IsTesting || policy == DmarcPolicy.None)
            return policy;
        policy = policy == DmarcPolicy.Reject ? DmarcPolicy.Quarantine : DmarcPolicy.None;
        steps.Add(OurEvidence.DmarcTesting.Say(record.Domain, policy.Word()));
        return policy;
    }

    /// <summary>Whether the name does not exist, as RFC 8020 has it; one without records does.</summary>
    private async ValueTask<bool> IsMissingAsync(string author, List<Finding> steps, CancellationToken cancel)
    {
        var answer = await dns.Ipv4AddressesAsync(author, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
        {
            steps.Add(OurEvidence.DmarcUnanswered.Say(author, answer.Detail));
            throw new DmarcSilenceException();
        }

        if (answer.Outcome == DnsOutcome.NoSuchName)
            steps.Add(OurEvidence.DmarcNoSuchDomain.Say(author));
        return answer.Outcome == DnsOutcome.NoSuchName;
    }
}
