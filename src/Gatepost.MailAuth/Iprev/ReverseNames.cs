using System.Net;
using System.Net.Sockets;
using Gatepost.Dns;
using Gatepost.Smtp;

namespace Gatepost.MailAuth.Iprev;

/// <summary>The names PTR gives for an address, and which of them lead back to it.</summary>
/// <param name="Names">The answer to the question for PTR.</param>
/// <param name="Addresses">What each name was asked for, in the order of the answer: its addresses of the client's family.</param>
/// <param name="Confirmed">Those that lead back.</param>
public sealed record ReverseNames(
    DnsAnswer<string> Names, IReadOnlyList<(string Name, DnsAnswer<IPAddress> Answer)> Addresses, IReadOnlyList<string> Confirmed)
{
    /// <summary>Names looked up; those beyond are left out (RFC 7208 §4.6.4).</summary>
    private const int Most = 10;

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
        (string Name, DnsAnswer<IPAddress> Answer)[] asked = [.. known.Select(name => name.TrimEnd('.')).Zip(answers)];
        return new ReverseNames(
            names, asked, [.. asked.Where(pair => pair.Answer.Records.Contains(client)).Select(pair => pair.Name)]);
    }

    /// <summary>The confirmed name that says most about a domain: itself, else one below it, else any (RFC 7208 §7.3).</summary>
    internal string? Best(string domain) =>
        Confirmed.FirstOrDefault(name => string.Equals(name, domain, StringComparison.OrdinalIgnoreCase))
        ?? Confirmed.FirstOrDefault(name => DnsName.IsWithin(name, domain))
        ?? (Confirmed is [var first, ..] ? first : null);
}
