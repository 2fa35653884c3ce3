using System.Net;
using Gatepost.Delivery;
using Gatepost.Delivery.Tls.Reports;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Iprev;
using Gatepost.MailAuth.Spf;
using Gatepost.Replies;

namespace Gatepost.Publishing;

/// <summary>Compares a domain in DNS with what it should be: for a hosted one with this server, for a foreign one with what every domain
/// needs.</summary>
/// <param name="tls">Asks without connecting.</param>
internal sealed class DomainCheck(IResolver dns, StsPolicies sts, TlsSurvey tls, TimeProvider time)
{
    /// <summary>What a hosted domain should have; null for a foreign one.</summary>
    public IReadOnlyList<WantedRecord>? Wanted { get; init; }

    /// <summary>This server's name and addresses.</summary>
    public string Host { get; init; } = "";

    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <param name="domain">In A-labels, lower case.</param>
    public async Task<IReadOnlyList<DomainCheckItem>> RunAsync(string domain, CancellationToken cancel)
    {
        var items = new List<DomainCheckItem>();
        var mx = await dns.MxAsync(domain, cancel);
        items.Add(Mx(domain, mx));
        if (mx.Outcome == DnsOutcome.NoSuchName)
            return items;
        string[] hosts = [.. mx.Records.Where(record => record.Exchange.Length > 0).OrderBy(record => record.Preference)
            .Select(record => record.Exchange).DefaultIfEmpty(domain).Take(5)];
        foreach (string host in hosts)
            items.Add(await AddressAsync(host, cancel));
        foreach (var address in Addresses)
            items.Add(await ReverseAsync(address, cancel));
        items.Add(await SpfAsync(domain, cancel));
        foreach (var key in Wanted?.Where(record => record.Kind == RecordKind.Dkim) ?? [])
            items.Add(await TextAsync("dkim", key, cancel));
        items.Add(await DmarcAsync(domain, cancel));
        items.Add(await StsAsync(domain, hosts, cancel));
        items.Add(await TlsReportsAsync(domain, cancel));
        items.AddRange(await DaneAsync(domain, cancel));
        foreach (var record in Wanted?.Where(record => record.Kind is RecordKind.Service or RecordKind.Autoconfig) ?? [])
            items.Add(await MailProgramsAsync(record, cancel));
        return items;
    }

    private WantedRecord? WantedOf(RecordKind kind) => Wanted?.FirstOrDefault(record => record.Kind == kind);

    private DomainCheckItem Mx(string domain, DnsAnswer<MxRecord> mx)
    {
        var zone = OurEvidence.CheckZone.Say(domain);
        string hosts = string.Join(", ", mx.Records.OrderBy(record => record.Preference).Select(record => record.Exchange).Take(5));
        var wanted = WantedOf(RecordKind.Mx);
        return mx.Outcome switch
        {
            DnsOutcome.Unanswered => Unanswered("mx", domain, mx.Detail),
            DnsOutcome.NoSuchName => new("mx", CheckState.Wrong, [OurEvidence.SpfNoSuchDomain.Say(domain)], zone),
            DnsOutcome.NoRecords when wanted is null => new("mx", CheckState.Advice, [OurEvidence.CheckNoMx.Say(domain)], zone),
            DnsOutcome.NoRecords => Missing("mx", wanted, zone, CheckState.Wrong),
            _ when wanted is null || mx.Records.Any(record => record.Exchange == Host) =>
                new("mx", CheckState.Good, [OurEvidence.CheckMx.Say(domain, hosts.Length == 0 ? "." : hosts)]),
            _ => new("mx", CheckState.Wrong, [OurEvidence.CheckMxElsewhere.Say(domain, hosts, Host), Publish(wanted)], zone),
        };
    }

    private async Task<DomainCheckItem> AddressAsync(string host, CancellationToken cancel)
    {
        var answer = await dns.AddressesAsync(host, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
            return Unanswered("address", host, answer.Detail);
        var zone = OurEvidence.CheckZone.Say(host);
        if (answer.Outcome != DnsOutcome.Found)
            return new("address", CheckState.Wrong, [OurEvidence.CheckNoAddress.Say(host)], zone);
        string found = string.Join(", ", answer.Records.Take(5));
        bool isElsewhere = host == Host && Addresses.Count > 0 && !answer.Records.Any(address => Addresses.Contains(address));
        return isElsewhere
            ? new("address", CheckState.Wrong, [OurEvidence.CheckAddressElsewhere.Say(host, found, string.Join(", ", Addresses))], zone)
            : new("address", CheckState.Good, [OurEvidence.CheckAddress.Say(host, found)]);
    }

    private async Task<DomainCheckItem> ReverseAsync(IPAddress address, CancellationToken cancel)
    {
        var found = await new IprevVerifier(dns).CheckAsync(address, cancel);
        var owner = OurEvidence.CheckAddressOwner.Say(address);
        return found.Result switch
        {
            AuthResult.Pass when found.Name == Host => new("ptr", CheckState.Good, found.Steps),
            AuthResult.Pass =>
                new("ptr", CheckState.Advice, [.. found.Steps, OurEvidence.CheckReverseOther.Say(address, found.Name!, Host)], owner),
            AuthResult.TempError => new("ptr", CheckState.Unanswered, found.Steps),
            _ => new("ptr", CheckState.Wrong, [.. found.Steps, OurEvidence.RecordForReverse.Say(address, Host)], owner),
        };
    }

    private async Task<DomainCheckItem> SpfAsync(string domain, CancellationToken cancel)
    {
        var zone = OurEvidence.CheckZone.Say(domain);
        var answer = await dns.TxtAsync(domain, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
            return Unanswered("spf", domain, answer.Detail);
        var wanted = WantedOf(RecordKind.Spf);
        string? published = answer.Records.FirstOrDefault(SpfVerifier.IsRecord);
        if (published is null)
        {
            return wanted is not null
                ? Missing("spf", wanted, zone, CheckState.Wrong)
                : new("spf", CheckState.Wrong, [OurEvidence.SpfNoRecord.Say(domain)], zone);
        }

        // Without addresses of ours any client shows whether the record can be read.
        var probes = Addresses.Count > 0 ? Addresses : [IPAddress.Parse("192.0.2.1")];
        var verifier = new SpfVerifier(dns, time);
        foreach (var address in probes)
        {
            var question = new SpfQuestion { Client = address, Helo = Host, Sender = "postmaster@" + domain };
            var result = await verifier.CheckAsync(question, cancel);
            if (result.Result == AuthResult.TempError)
                return new("spf", CheckState.Unanswered, result.Steps);
            if (result.Result == AuthResult.PermError || (Addresses.Count > 0 && result.Result != AuthResult.Pass))
                return new("spf", CheckState.Wrong, wanted is null ? result.Steps : [.. result.Steps, Publish(wanted)], zone);
        }

        return new("spf", CheckState.Good, [OurEvidence.SpfRecord.Say(domain, published)]);
    }

    private async Task<DomainCheckItem> DmarcAsync(string domain, CancellationToken cancel)
    {
        var zone = OurEvidence.CheckZone.Say(domain);
        var result = await new DmarcVerifier(dns).CheckAsync(new DmarcQuestion { Author = AuthorDomains.Of(domain) }, cancel);
        if (result.Result == AuthResult.TempError)
            return new("dmarc", CheckState.Unanswered, result.Steps);
        if (result.Record is not { } record)
        {
            var wanted = WantedOf(RecordKind.Dmarc);
            return wanted is null ? new("dmarc", CheckState.Wrong, result.Steps, zone) : Missing("dmarc", wanted, zone, CheckState.Wrong);
        }

        var published = OurEvidence.DmarcRecord.Say(record.Domain, record.Text);
        return result.Policy == DmarcPolicy.None
            ? new("dmarc", CheckState.Advice, [published, OurEvidence.CheckDmarcOnlyWatches.Say(record.Domain)], zone)
            : new("dmarc", CheckState.Good, [published]);
    }

    private async Task<DomainCheckItem> StsAsync(string domain, IReadOnlyList<string> hosts, CancellationToken cancel)
    {
        var wanted = WantedOf(RecordKind.Sts);
        if (wanted is not null && await TextAsync("mta-sts", wanted, cancel) is { State: not CheckState.Good } notOurs)
            return notOurs;
        var found = await sts.FindAsync(domain, cancel);
        var zone = OurEvidence.CheckZone.Say(domain);
        if (found.Failure is not null)
            return new("mta-sts", CheckState.Wrong, [found.Why], zone);
        if (found.Policy is not { } policy)
            return new("mta-sts", CheckState.Advice, [found.Why], zone);
        var unlisted = hosts.Where(host => policy.Mode != StsMode.None && !policy.Lists(host))
            .Select(host => OurEvidence.StsNotListed.Say(host)).ToList();
        return unlisted.Count == 0
            ? new("mta-sts", CheckState.Good, [found.Why])
            : new("mta-sts", CheckState.Wrong, [found.Why, .. unlisted], zone);
    }

    private async Task<DomainCheckItem> TlsReportsAsync(string domain, CancellationToken cancel)
    {
        string name = TlsReportRecord.NameOf(domain);
        var answer = await dns.TxtAsync(name, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
            return Unanswered("tls-rpt", name, answer.Detail);
        if (answer.Records.FirstOrDefault(record => record.StartsWith("v=TLSRPTv1", StringComparison.Ordinal)) is { } record)
            return new("tls-rpt", CheckState.Good, [OurEvidence.CheckPublished.Say(name, record)]);
        var zone = OurEvidence.CheckZone.Say(domain);
        return WantedOf(RecordKind.TlsReports) is { } wanted
            ? Missing("tls-rpt", wanted, zone, CheckState.Advice)
            : new("tls-rpt", CheckState.Advice, [OurEvidence.CheckNoTlsReports.Say(domain)], zone);
    }

    /// <summary>Mail works without these; users must then type in what mail programs would find.</summary>
    private async Task<DomainCheckItem> MailProgramsAsync(WantedRecord wanted, CancellationToken cancel)
    {
        const string Part = "autoconfig";
        var zone = OurEvidence.CheckZone.Say(wanted.Name);
        var (outcome, found, detail) = wanted.Kind == RecordKind.Service
            ? Found(await dns.SrvAsync(wanted.Name, cancel), srv => $"{srv.Priority} {srv.Weight} {srv.Port} {srv.Target}.")
            : Found(await dns.AddressesAsync(wanted.Name, cancel), address => $"{address}");
        if (outcome == DnsOutcome.Unanswered)
            return Unanswered(Part, wanted.Name, detail);
        if (found.Count == 0)
            return Missing(Part, wanted, zone, CheckState.Advice);
        // Priority and weight are the owner's affair; where it leads is what counts.
        bool leadsHere = wanted.Kind == RecordKind.Service
            ? found.Any(one => one.Split(' ').Skip(2).SequenceEqual(wanted.Data.Split(' ').Skip(2)))
            : Addresses.Count == 0 || found.Any(one => Addresses.Any(address => $"{address}" == one));
        string shown = string.Join("; ", found.Take(5));
        return leadsHere ? new(Part, CheckState.Good, [OurEvidence.CheckPublished.Say(wanted.Name, shown)])
            : new(Part, CheckState.Wrong, [OurEvidence.CheckDiffers.Say(wanted.Name, shown), Publish(wanted)], zone);
    }

    private static (DnsOutcome Outcome, IReadOnlyList<string> Found, Finding? Detail) Found<T>(
        DnsAnswer<T> answer, Func<T, string> show) => (answer.Outcome, [.. answer.Records.Select(show)], answer.Detail);

    /// <summary>Whether records of our certificates are there; and what those of every mail server mean.</summary>
    private async Task<IReadOnlyList<DomainCheckItem>> DaneAsync(string domain, CancellationToken cancel)
    {
        var items = new List<DomainCheckItem>();
        foreach (var host in await tls.AskAsync(domain, connects: false, cancel))
        {
            if (items.Exists(item => item.Steps.SequenceEqual(host.Steps)))
                continue;
            var zone = OurEvidence.CheckZone.Say(host.Host);
            var stale = host.Host == Host ? await StaleAsync(cancel) : null;
            items.Add(host.Outcome switch
            {
                _ when stale is not null => new("dane", CheckState.Wrong, [.. host.Steps, stale], zone),
                TlsOutcome.Fulfilled => new("dane", CheckState.Good, host.Steps),
                TlsOutcome.Undemanded => new("dane", CheckState.Advice, host.Steps, zone),
                TlsOutcome.Failed => new("dane", CheckState.Wrong, host.Steps, zone),
                _ => new("dane", CheckState.Unanswered, host.Steps),
            });
        }

        return items;
    }

    /// <summary>What is wrong with the TLSA records of this server; null if nothing is, or none are published.</summary>
    private async Task<Finding?> StaleAsync(CancellationToken cancel)
    {
        var ours = Wanted?.Where(record => record.Kind == RecordKind.Tlsa).ToList() ?? [];
        if (ours.Count == 0)
            return null;
        var published = await dns.TlsaAsync(ours[0].Name, cancel);
        bool isMissing = published.Outcome == DnsOutcome.Found
            && !ours.TrueForAll(one => published.Records.Any(record => $"{record} {record.Data}" == one.Data));
        return isMissing ? OurEvidence.CheckTlsaStale.Say(ours[0].Name, string.Join("; ", ours.Select(one => one.Data))) : null;
    }

    /// <summary>Whether a text of ours is there, and the only one of its kind.</summary>
    private async Task<DomainCheckItem> TextAsync(string part, WantedRecord wanted, CancellationToken cancel)
    {
        var answer = await dns.TxtAsync(wanted.Name, cancel);
        var zone = OurEvidence.CheckZone.Say(wanted.Name);
        if (answer.Outcome == DnsOutcome.Unanswered)
            return Unanswered(part, wanted.Name, answer.Detail);
        if (answer.Outcome != DnsOutcome.Found)
            return Missing(part, wanted, zone, CheckState.Wrong);
        return answer.Records is [var only] && Same(only, wanted.Text!)
            ? new(part, CheckState.Good, [OurEvidence.CheckPublished.Say(wanted.Name, Short(only))])
            : new(
                part, CheckState.Wrong, [
                    OurEvidence.CheckDiffers.Say(wanted.Name, Short(string.Join("; ", answer.Records))), Publish(wanted)], zone);
    }

    private static bool Same(string found, string wanted) => WithoutBlanks(found) == WithoutBlanks(wanted);

    private static string WithoutBlanks(string text) => string.Concat(text.Where(c => c is not (' ' or '\t'))).TrimEnd(';');

    private static string Short(string text) => text.Length <= 120 ? text : text[..117] + "...";

    private static DomainCheckItem Missing(string part, WantedRecord wanted, Finding who, CheckState state) =>
        new(part, state, [OurEvidence.CheckMissing.Say(wanted.Name, wanted.Type), Publish(wanted)], who);

    private static Finding Publish(WantedRecord wanted) => OurEvidence.CheckPublish.Say(wanted.ToString());

    private static DomainCheckItem Unanswered(string part, string name, Finding? cause) =>
        new(part, CheckState.Unanswered, [OurEvidence.CheckUnanswered.Say(name, cause)]);
}
