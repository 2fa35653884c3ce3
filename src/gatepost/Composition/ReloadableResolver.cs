using System.Net;
using Gatepost.Dns;

namespace Gatepost.Composition;

/// <summary>The resolver in force; a reload puts another in its place, questions already asked are answered by the old one.</summary>
internal sealed class ReloadableResolver(IResolver first) : IResolver
{
    private volatile IResolver resolver = first;

    public void Use(IResolver other) => resolver = other;

    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) => resolver.MxAsync(domain, cancel);

    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) => resolver.AddressesAsync(host, cancel);

    public ValueTask<DnsAnswer<IPAddress>> Ipv4AddressesAsync(string host, CancellationToken cancel) =>
        resolver.Ipv4AddressesAsync(host, cancel);

    public ValueTask<DnsAnswer<IPAddress>> Ipv6AddressesAsync(string host, CancellationToken cancel) =>
        resolver.Ipv6AddressesAsync(host, cancel);

    public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) => resolver.TxtAsync(name, cancel);

    public ValueTask<DnsAnswer<string>> FreshTxtAsync(string name, CancellationToken cancel) => resolver.FreshTxtAsync(name, cancel);

    public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) => resolver.ReverseAsync(address, cancel);

    public ValueTask<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancel) => resolver.TlsaAsync(name, cancel);

    public ValueTask<DnsAnswer<SrvRecord>> SrvAsync(string name, CancellationToken cancel) => resolver.SrvAsync(name, cancel);

    public ValueTask<bool> ValidatesAsync(CancellationToken cancel) => resolver.ValidatesAsync(cancel);

    public ValueTask<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancel) => resolver.AliasAsync(name, cancel);
}
