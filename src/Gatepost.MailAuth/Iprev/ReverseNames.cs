using System.Net;
using System.Net.Sockets;
using Gatepost.Dns;

namespace Gatepost.MailAuth.Iprev;

/// <summary>The names PTR gives for an address, and those of them that lead back to it.</summary>
/// <param name="Outcome">How the question for PTR ended.</param>
/// <param name="Confirmed">In the order of the answer.</param>
/// <param name="Unconfirmed">Those whose addresses are others.</param>
/// <param name="Unanswered">Those for whose addresses DNS gave no answer.</param>
/// <param name="LeftOut">Names beyond the tenth, which nobody looked up (RFC 7208 §4.6.4).</param>
/// <param name="Detail">What happened instead of an answer.</param>
public sealed record ReverseNames(
    DnsOutcome Outcome,
    IReadOnlyList<string> Confirmed,
    IReadOnlyList<string> Unconfirmed,
    IReadOnlyList<string> Unanswered,
    int LeftOut,
    string? Detail)
{
    private const int Most = 10;

    /// <summary>Asks for the names and, at the same time for all, for their addresses.</summary>
    public static async Task<ReverseNames> AskAsync(IResolver dns, IPAddress client, CancellationToken cancel)
    {
        if (client.IsIPv4MappedToIPv6)
            client = client.MapToIPv4();
        var names = await dns.ReverseAsync(client, cancel);
        string[] known = [.. names.Records.Take(Most)];
        bool isFour = client.AddressFamily == AddressFamily.InterNetwork;
        var answers = await Task.WhenAll(known.Select(name => isFour
            ? dns.Ipv4AddressesAsync(name, cancel).AsTask()
            : dns.Ipv6AddressesAsync(name, cancel).AsTask()));
        List<string> confirmed = [], unconfirmed = [], unanswered = [];
        foreach (var (name, answer) in known.Zip(answers))
        {
            var list = answer.Outcome == DnsOutcome.Unanswered ? unanswered : answer.Records.Contains(client) ? confirmed : unconfirmed;
            list.Add(name.TrimEnd('.'));
        }

        return new ReverseNames(names.Outcome, confirmed, unconfirmed, unanswered, Math.Max(0, names.Records.Count - Most), names.Detail);
    }

    /// <summary>The confirmed name that says most about a domain: itself, else one below it, else any (RFC 7208 §7.3).</summary>
    internal string? Best(string domain) =>
        Confirmed.FirstOrDefault(name => string.Equals(name, domain, StringComparison.OrdinalIgnoreCase))
        ?? Confirmed.FirstOrDefault(name => DnsName.IsWithin(name, domain))
        ?? (Confirmed is [var first, ..] ? first : null);
}
