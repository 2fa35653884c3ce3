using System.Net;
using System.Net.Sockets;
using Gatepost.Dns;
using Gatepost.Smtp;

namespace Gatepost.MailAuth.Iprev;

/// <summary>The names PTR gives for an address, and which of them lead back to it.</summary>
/// <param name="Client">The address, without IPv4-mapped form.</param>
/// <param name="Names">The answer to the question for PTR.</param>
/// <param name="Addresses">What each name was asked for, in the order of the answer: its addresses of the client's family.</param>
public sealed record ReverseNames(
    IPAddress Client, DnsAnswer<string> Names, IReadOnlyList<(string Name, DnsAnswer<IPAddress> Answer)> Addresses)
{
    /// <summary>Names looked up; those beyond are left out (RFC 7208 §4.6.4).</summary>
    private const int Most = 10;

    /// <summary>Those that lead back.</summary>
    public IReadOnlyList<string> Confirmed { get; } =
        [.. Addresses.Where(asked => asked.Answer.Records.Contains(Client)).Select(asked => asked.Name)];

    /// <summary>Whether DNS gave no answer for one of the names, so that "does not lead back" is not known of it.</summary>
    public bool HasUnanswered => Addresses.Any(asked => asked.Answer.Outcome == DnsOutcome.Unanswered);

    /// <summary>Names that were not looked up.</summary>
    public int LeftOut => Names.Records.Count - Addresses.Count;

    /// <summary>Asks for the names and, at the same time for all, for their addresses.</summary>
    public static Task<ReverseNames> AskAsync(IResolver dns, IPAddress client, CancellationToken cancel) =>
        AskAsync(dns, client, dns.ReverseAsync(client.Plain(), cancel).AsTask(), cancel);

    /// <summary>The same where the question for PTR has been asked already.</summary>
    public static async Task<ReverseNames> AskAsync(
        IResolver dns, IPAddress client, Task<DnsAnswer<string>> reverse, CancellationToken cancel)
    {
        client = client.Plain();
        var names = await reverse;
        string[] known = [.. names.Records.Take(Most)];
        bool isFour = client.AddressFamily == AddressFamily.InterNetwork;
        var answers = await Task.WhenAll(known.Select(name => isFour
            ? dns.Ipv4AddressesAsync(name, cancel).AsTask()
            : dns.Ipv6AddressesAsync(name, cancel).AsTask()));
        return new ReverseNames(client, names, [.. known.Select(name => name.TrimEnd('.')).Zip(answers)]);
    }

    /// <summary>The confirmed name that says most about a domain: itself, else one below it, else any (RFC 7208 §7.3).</summary>
    internal string? Best(string domain) =>
        Confirmed.FirstOrDefault(name => string.Equals(name, domain, StringComparison.OrdinalIgnoreCase))
        ?? Confirmed.FirstOrDefault(name => DnsName.IsWithin(name, domain))
        ?? (Confirmed is [var first, ..] ? first : null);
}
