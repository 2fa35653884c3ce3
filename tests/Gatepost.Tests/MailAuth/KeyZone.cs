using System.Net;
using System.Text.Json;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Tests.MailAuth;

/// <summary>DNS that has keys and nothing else: a text, several, or the words NXDOMAIN, SERVFAIL and TIMEOUT.</summary>
internal sealed class KeyZone : IResolver
{
    private readonly Dictionary<string, string[]> texts = new(StringComparer.OrdinalIgnoreCase);

    public KeyZone(params (string Name, string Text)[] keys)
    {
        foreach (var (name, text) in keys)
            Add(name, text);
    }

    public static KeyZone Of(JsonElement names)
    {
        var zone = new KeyZone();
        foreach (var name in names.EnumerateObject())
            zone.Add(name.Name, name.Value.GetString()!);
        return zone;
    }

    /// <summary>Questions so far.</summary>
    public List<string> Asked { get; } = [];

    public void Add(string name, params string[] text) => texts[name] = text;

    public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel)
    {
        Asked.Add(name);
        return new(!texts.TryGetValue(name, out string[]? text) || text is ["NXDOMAIN"] ? new DnsAnswer<string>(DnsOutcome.NoSuchName, [])
            : text is ["TIMEOUT" or "SERVFAIL"] ? new DnsAnswer<string>(
                DnsOutcome.Unanswered, [], Detail: OurEvidence.DnsServerSaid.Say(text[0]))
            : new DnsAnswer<string>(DnsOutcome.Found, text));
    }

    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) => throw new NotSupportedException();
}
