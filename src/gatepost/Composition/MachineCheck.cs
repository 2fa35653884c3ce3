using System.Net.Sockets;
using Gatepost.Configuration;
using Gatepost.Dns;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Composition;

/// <summary>
/// What <c>config check</c> asks the machine and its neighbours: do resolver, filters and mailbox stores answer, can folders be made, are
/// the certificates valid?
/// </summary>
internal static class MachineCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Risk>> RunAsync(Settings settings, TimeProvider time, CancellationToken cancel)
    {
        var dns = new DnsResolver(settings.Dns with { Retries = 0 }, time);
        var asked = new List<Task<Risk?>> { ResolverAsync(settings, dns, cancel) };
        asked.AddRange(settings.Policy.Scanners.Select(scanner => PlaceAsync(
            scanner.Address, "scanner", scanner.Name, "address", OurEvidence.NeighbourFilter.Say(scanner.Name), cancel)));
        asked.AddRange(settings.Policy.Dnsbls.Select(list => ListAsync(list.Zone, dns, cancel)));
        asked.AddRange(settings.Domains.Where(domain => domain.Deliver is not null).Select(domain => DomainAsync(domain, cancel)));
        if (settings.DovecotAuth is { } dovecot)
            asked.Add(PlaceAsync(dovecot, "policy", "", "dovecot-auth", OurEvidence.NeighbourDovecot.Say(), cancel));
        var answers = await Task.WhenAll(asked);
        return
        [
            .. answers.OfType<Risk>(),
            .. CertificateCheck.Of(settings, HostedDomains(settings), time.GetUtcNow()).Problems.Select(found => new Risk(
                found.IsOver ? RiskLevel.Error : RiskLevel.Warning, "certificate", "", "file", found.Problem)),
            .. Data(settings.Data),
        ];
    }

    /// <summary>Whether mailboxes may be in tables beside the configuration.</summary>
    public static bool HasDirectory(Settings settings) => File.Exists(Path.Combine(settings.Data, "directory.db"));

    private static async Task<Risk?> ResolverAsync(Settings settings, DnsResolver dns, CancellationToken cancel)
    {
        if (settings.Dns.MustExist.Length == 0)
            return null;
        var answer = await dns.Ipv4AddressesAsync(settings.Dns.MustExist, cancel);
        return answer.Outcome switch
        {
            DnsOutcome.Found => null,
            DnsOutcome.Unanswered => new Risk(
                RiskLevel.Warning, "dns", "", "servers", OurEvidence.RiskResolverSilent.Say(answer.Detail ?? OurEvidence.NoAnswer.Say())),
            _ => new Risk(
                RiskLevel.Warning, "dns", "", "servers",
                OurEvidence.RiskResolverDenies.Say(settings.Dns.MustExist)),
        };
    }

    /// <summary>RFC 5782 §5: every list that works lists 127.0.0.2.</summary>
    private static async Task<Risk?> ListAsync(string zone, DnsResolver dns, CancellationToken cancel)
    {
        var answer = await dns.Ipv4AddressesAsync($"2.0.0.127.{zone}", cancel);
        return answer.Outcome is DnsOutcome.NoSuchName or DnsOutcome.NoRecords
            ? new Risk(
                RiskLevel.Warning, "dnsbl", zone, "zone",
                OurEvidence.RiskListBroken.Say(zone))
            : null;
    }

    private static async Task<Risk?> DomainAsync(DomainSettings domain, CancellationToken cancel)
    {
        if (!Destination.TryParse(domain.Deliver!, out var place))
            return null;
        if (place.Kind == DestinationKind.Lmtp)
            return await PlaceAsync(place.Name, "domain", domain.Name, "deliver", OurEvidence.NeighbourStore.Say(domain.Name), cancel);
        if (place.Kind != DestinationKind.Maildir)
            return null;
        string fixedPart = place.Name.Split('{')[0];
        string? folder = fixedPart.EndsWith('/') ? fixedPart.TrimEnd('/') : Path.GetDirectoryName(fixedPart);
        return FolderProblem(folder is { Length: > 0 } ? folder : "/") is { } problem
            ? new Risk(RiskLevel.Error, "domain", domain.Name, "deliver", OurEvidence.RiskDeliverFolder.Say(domain.Name, problem))
            : null;
    }

    private static async Task<Risk?> PlaceAsync(
        string address, string section, string contains, string key, Finding what, CancellationToken cancel)
    {
        if (!FilterAddress.TryParse(address, out var place))
            return null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        Finding? problem = null;
        try
        {
            await using var stream = await place.ConnectAsync(patience.Token);
        }
        catch (Exception failure) when (failure is SocketException or FilterSocketException)
        {
            problem = OurEvidence.Quoted.Say(failure.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            problem = OurEvidence.NoAnswer.Say();
        }

        return problem is null ? null : new Risk(
            RiskLevel.Warning, section, contains, key,
                OurEvidence.RiskNoAnswer.Say(what, address, problem));
    }

    /// <summary>Those of the configuration, in A-labels.</summary>
    private static IReadOnlyList<string> HostedDomains(Settings settings) =>
    [
        .. settings.Domains.Where(domain => domain.Kind == DomainKind.Hosted)
        .Select(domain => DomainName.ToAscii(domain.Name).ToLowerInvariant()),
    ];

    private static IEnumerable<Risk> Data(string data)
    {
        if (FolderProblem(data) is { } problem)
            yield return new Risk(RiskLevel.Error, "", "", "data", OurEvidence.RiskFolder.Say("data", problem));
    }

    /// <summary>Whether a folder is there or could be made, without making it.</summary>
    private static Finding? FolderProblem(string folder)
    {
        for (string? at = folder; at is { Length: > 0 }; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at))
                return OurEvidence.FileInTheWay.Say(at);
            if (!Directory.Exists(at))
                continue;
            if (at.StartsWith("/proc", StringComparison.Ordinal) || at.StartsWith("/sys", StringComparison.Ordinal))
                return OurEvidence.FolderCannotBe.Say(folder, at);
            return null;
        }

        return null;
    }
}
