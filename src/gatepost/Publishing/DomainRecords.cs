using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Tls;
using Gatepost.Delivery.Tls.Reports;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.MailAuth.Dkim;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Autoconfig;
using Gatepost.Web.Control;

namespace Gatepost.Publishing;

/// <summary>Every record that a hosted domain needs in DNS, by the configuration, the keys and the certificates of this server.</summary>
/// <param name="keys">Those of all domains.</param>
internal sealed class DomainRecords(Settings settings, IReadOnlyList<KeyLine> keys)
{
    private string Host => settings.HostName;

    /// <summary>
    /// The addresses that the world sees this server at: those it sends from and listens at if they are named, else those of the machine;
    /// private ones do not count.
    /// </summary>
    public IReadOnlyList<IPAddress> Addresses { get; } = FindAddresses(settings);

    /// <param name="domain">In A-labels, lower case.</param>
    public IReadOnlyList<WantedRecord> Of(string domain)
    {
        var records = new List<WantedRecord>
        {
            new(RecordKind.Mx, domain, "MX", $"10 {Host}.", OurEvidence.RecordForMx.Say(domain, Host)),
        };
        records.AddRange(Addresses.Select(address => new WantedRecord(
            RecordKind.Address, Host, address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA", address.ToString(),
            OurEvidence.RecordForAddress.Say(Host))));
        string senders = string.Concat(settings.Delivery.SourceAddresses.Select(
            address => $"{(address.AddressFamily == AddressFamily.InterNetwork ? "ip4" : "ip6")}:{address} "));
        records.Add(OfText(RecordKind.Spf, domain, $"v=spf1 mx {senders}-all", settings.SmartHost is { } relay
            ? OurEvidence.RecordForSpfWithRelay.Say(domain, relay.Name) : OurEvidence.RecordForSpf.Say(domain)));
        if (Host != domain)
            records.Add(OfText(RecordKind.Spf, Host, "v=spf1 a -all", OurEvidence.RecordForHelo.Say(Host)));
        records.AddRange(keys.Where(key => key.Domain == domain).Select(key => new WantedRecord(
            RecordKind.Dkim, key.RecordName, "TXT", SigningKey.StringsOf(key.Record), OurEvidence.RecordForDkim.Say(key.Selector, domain))
        {
            Text = key.Record,
        }));
        records.Add(OfText(
            RecordKind.Dmarc, "_dmarc." + domain, $"v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
            OurEvidence.RecordForDmarc.Say(domain)));
        if (settings.StsPublishing.Mode is not null)
        {
            records.Add(new(RecordKind.StsHost, "mta-sts." + domain, "CNAME", $"{Host}.", OurEvidence.RecordForStsHost.Say(domain)));
            records.Add(OfText(
                RecordKind.Sts, "_mta-sts." + domain, settings.StsPublishing.RecordFor(Host), OurEvidence.RecordForSts.Say(domain)));
        }

        records.Add(OfText(
            RecordKind.TlsReports, TlsReportRecord.NameOf(domain), $"v=TLSRPTv1; rua=mailto:postmaster@{domain}",
            OurEvidence.RecordForTlsReports.Say(domain)));
        records.AddRange(Certificates());
        records.AddRange(Services(domain));
        records.AddRange(Addresses.Select(address => new WantedRecord(
            RecordKind.Reverse, DnsName.Reverse(address), "PTR", $"{Host}.", OurEvidence.RecordForReverse.Say(address, Host))));
        return records;
    }

    private static WantedRecord OfText(RecordKind kind, string name, string text, Finding what) =>
        new(kind, name, "TXT", $"\"{text}\"", what) { Text = text };

    /// <summary>TLSA for each key that clients see now or next; a certificate of our own making cannot be relied on.</summary>
    private IEnumerable<WantedRecord> Certificates()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var inUse = settings.Certificates.Concat(settings.OrderedCertificates).Select(files => files.Chain);
        foreach (string file in inUse.Concat(settings.WaitingCertificates))
        {
            X509Certificate2 certificate;
            try
            {
                certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
            }
            catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException)
            {
                // config check says what is wrong with it.
                continue;
            }

            using (certificate)
            {
                if (certificate.MatchesHostname(Host) && seen.Add(TlsaMatch.Digest(certificate)))
                {
                    yield return new WantedRecord(
                        RecordKind.Tlsa, $"_25._tcp.{Host}", "TLSA", "3 1 1 " + TlsaMatch.Digest(certificate),
                        OurEvidence.RecordForTlsa.Say(Host));
                }
            }
        }
    }

    /// <summary>Where mail programs find their servers, and this one that answers them (RFC 6186, RFC 8314).</summary>
    private IEnumerable<WantedRecord> Services(string domain)
    {
        foreach (var server in MailPrograms.ServersOf(settings).DistinctBy(server => (server.ServiceName, server.Host, server.Port)))
        {
            yield return new(
                RecordKind.Service, $"{server.ServiceName}._tcp.{domain}", "SRV", $"0 1 {server.Port} {server.Host}.",
                server.Service == MailService.Submission
                    ? OurEvidence.RecordForService.Say(server.Port) : OurEvidence.RecordForReading.Say(server.Port));
        }

        foreach (string prefix in RoomOptions.WebNames(settings).Where(prefix => prefix.StartsWith("auto", StringComparison.Ordinal)))
        {
            yield return new(
                RecordKind.Autoconfig, prefix + domain, "CNAME", $"{Host}.", OurEvidence.RecordForAutoconfig.Say(domain));
        }
    }

    private static List<IPAddress> FindAddresses(Settings settings)
    {
        var guard = new NetworkGuard([], []);
        IEnumerable<IPAddress>[] places =
        [
            settings.Delivery.SourceAddresses,
            settings.Listeners.Where(listener => listener.Role == ListenerRole.Mx).SelectMany(listener => listener.Addresses)
                .Select(address => address.Address),
            RoomOptions.OwnAddresses(),
        ];
        foreach (var place in places)
        {
            var found = place.Where(address => !guard.Refuses(address)).Distinct().ToList();
            if (found.Count > 0)
                return found;
        }

        return [];
    }
}
