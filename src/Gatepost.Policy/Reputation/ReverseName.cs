using System.Net;
using Gatepost.Dns;
using Gatepost.Policy.Basics;

namespace Gatepost.Policy.Reputation;

/// <summary>What DNS says of a client's name: the names of its address, and which of them leads back to it.</summary>
/// <param name="Names">The answer to the PTR question.</param>
/// <param name="Confirmed">The first name that has the client's address; null if none has.</param>
/// <param name="Addresses">What was asked of each name, in order, up to the one that leads back.</param>
public sealed record ReverseName(
    DnsAnswer<string> Names, string? Confirmed, IReadOnlyList<(string Name, DnsAnswer<IPAddress> Answer)> Addresses)
{
    /// <summary>Names tried; an address with more is a shared one.</summary>
    private const int MostNames = 5;

    /// <summary>Whether a name could not be looked up, so that "not confirmed" is not known.</summary>
    public bool IsSilent => Addresses.Any(asked => asked.Answer.Outcome == DnsOutcome.Unanswered);

    /// <summary>Asks for the names of an address, then for the addresses of each name until one leads back.</summary>
    public static async Task<ReverseName> FindAsync(
        IPAddress client, Task<DnsAnswer<string>> reverse, IResolver dns, CancellationToken cancel)
    {
        var names = await reverse;
        var looked = new List<(string, DnsAnswer<IPAddress>)>();
        foreach (string name in names.Records.Take(MostNames))
        {
            var addresses = await dns.AddressesAsync(name, cancel);
            looked.Add((name, addresses));
            if (addresses.Records.Any(address => Networks.Same(address, client)))
                return new ReverseName(names, name, looked);
        }

        return new ReverseName(names, null, looked);
    }
}
