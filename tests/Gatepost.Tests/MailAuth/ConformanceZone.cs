using System.Net;
using System.Text.Json;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Tests.MailAuth;

/// <summary>
/// DNS as a case of a conformance suite describes it: a list of records a name, SPF standing for TXT unless that is there too.
/// </summary>
internal sealed class ConformanceZone : IResolver
{
    private readonly Dictionary<string, List<(string Type, JsonElement Data)>> names = new(StringComparer.OrdinalIgnoreCase);

    public ConformanceZone(JsonElement zone)
    {
        foreach (var name in zone.EnumerateObject())
        {
            var records = new List<(string, JsonElement)>();
            foreach (var record in name.Value.EnumerateArray())
            {
                if (record.ValueKind == JsonValueKind.String)
                    records.Add((record.GetString()!, default));
                else
                    records.AddRange(record.EnumerateObject().Select(one => (one.Name, one.Value)));
            }

            names[name.Name.TrimEnd('.')] = records;
        }
    }

    public List<string> Asked { get; } = [];

    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) =>
        Ask(domain, "MX", static data => new MxRecord(data[0].GetInt32(), data[1].GetString()!.TrimEnd('.')), cancel);

    public async ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel)
    {
        var four = await Ipv4AddressesAsync(host, cancel);
        return four.Outcome == DnsOutcome.Found ? four : await Ipv6AddressesAsync(host, cancel);
    }

    public ValueTask<DnsAnswer<IPAddress>> Ipv4AddressesAsync(string host, CancellationToken cancel) =>
        Ask(host, "A", static data => IPAddress.Parse(data.GetString()!), cancel);

    public ValueTask<DnsAnswer<IPAddress>> Ipv6AddressesAsync(string host, CancellationToken cancel) =>
        Ask(host, "AAAA", static data => IPAddress.Parse(data.GetString()!), cancel);

    public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) => Ask(name, "TXT", Joined, cancel);

    public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) =>
        Ask(DnsName.Reverse(address), "PTR", static data => data.GetString()!.TrimEnd('.'), cancel);

    private static string Joined(JsonElement data) =>
        data.ValueKind == JsonValueKind.Array ? string.Concat(data.EnumerateArray().Select(part => part.GetString())) : data.GetString()!;

    private ValueTask<DnsAnswer<T>> Ask<T>(string name, string type, Func<JsonElement, T> read, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Asked.Add($"{name} {type}");
        if (DnsName.Normalise(name) is not { } at)
            return new(new DnsAnswer<T>(DnsOutcome.NoSuchName, []));
        for (int hops = 0; hops < 8; hops++)
        {
            if (!names.TryGetValue(at, out var records))
                return new(new DnsAnswer<T>(DnsOutcome.NoSuchName, []));
            var mine = records.Where(record => record.Type == type).ToList();
            if (type == "TXT" && mine.Count == 0)
                mine = [.. records.Where(record => record.Type == "SPF")];
            bool isAbsent = mine.Exists(record => record.Data.ValueKind == JsonValueKind.String && record.Data.GetString() == "NONE");
            if (mine.Count > 0 && !isAbsent)
                return new(new DnsAnswer<T>(DnsOutcome.Found, [.. mine.Select(record => read(record.Data))]));
            if (records.Exists(record => record.Type is "TIMEOUT" or "SERVFAIL"))
                return new(new DnsAnswer<T>(DnsOutcome.Unanswered, [], Detail: OurEvidence.DnsTimedOut.Say()));
            if (records.Find(record => record.Type == "CNAME").Data is not { ValueKind: JsonValueKind.String } alias)
                return new(new DnsAnswer<T>(DnsOutcome.NoRecords, []));
            at = alias.GetString()!.TrimEnd('.');
        }

        return new(new DnsAnswer<T>(DnsOutcome.Unanswered, [], Detail: OurEvidence.DnsAliasLoop.Say()));
    }
}
