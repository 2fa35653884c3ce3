using System.Net;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Tests.Acme;

/// <summary>DNS with addresses and TLSA records that a test changes.</summary>
internal sealed class AcmeZone : IResolver
{
    public HashSet<string> Hosts { get; } = [];

    public List<TlsaRecord> Tlsa { get; } = [];

    public string TlsaName { get; set; } = "_25._tcp.mx.example.org";

    public bool IsSilent { get; set; }

    public TimeSpan Ttl { get; set; } = TimeSpan.FromHours(1);

    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) =>
        new(IsSilent ? new DnsAnswer<IPAddress>(DnsOutcome.Unanswered, [], Detail: OurEvidence.DnsServerSaid.Say("SERVFAIL"))
            : Hosts.Contains(host) ? new DnsAnswer<IPAddress>(DnsOutcome.Found, [IPAddress.Parse("192.0.2.1")])
            : new DnsAnswer<IPAddress>(DnsOutcome.NoSuchName, []));

    public ValueTask<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancel) =>
        new(IsSilent ? new DnsAnswer<TlsaRecord>(DnsOutcome.Unanswered, [], Detail: OurEvidence.DnsServerSaid.Say("SERVFAIL"))
            : name == TlsaName && Tlsa.Count > 0 ? new DnsAnswer<TlsaRecord>(DnsOutcome.Found, [.. Tlsa], Ttl)
            : new DnsAnswer<TlsaRecord>(DnsOutcome.NoRecords, []));

    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) => throw new NotSupportedException();
}
