using System.Net;
using System.Net.Sockets;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Delivery.Destinations;

/// <summary>
/// The second try of one attempt, over IPv4: if a server permanently rejects us because of our IPv6 address, its reverse name or its
/// reputation, our IPv4 address may be welcome.
/// </summary>
internal sealed class SecondFamily
{
    private static readonly HashSet<Reason> MayDependOnAddress =
        [.. NamedHost.AboutOurAddress, Reason.SenderAuthFailed, Reason.PolicyRefused];

    private readonly List<RecipientResult> first = [];

    /// <summary>Whether only IPv4 addresses are tried from now on.</summary>
    public bool IsInUse { get; private set; }

    /// <summary>Takes out of the results what was refused because of our IPv6 address; once an attempt.</summary>
    /// <param name="results">What is known so far.</param>
    /// <param name="peer">The address that answered last.</param>
    /// <returns>The recipients to offer again.</returns>
    public IReadOnlyList<QueuedRecipient> Retract(List<RecipientResult> results, IPAddress? peer)
    {
        if (IsInUse || peer is not { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
            return [];
        first.AddRange(results.Where(IsAboutIpv6));
        results.RemoveAll(first.Contains);
        IsInUse = first.Count > 0;
        return [.. first.Select(result => result.Recipient)];
    }

    /// <summary>What was said over IPv6 to those recipients.</summary>
    public IEnumerable<RecipientResult> First(IReadOnlyList<QueuedRecipient> recipients) =>
        first.Where(result => recipients.Contains(result.Recipient));

    /// <summary>A permanent rejection whose words name IPv6 or an address of it, and whose reason is who we are.</summary>
    private static bool IsAboutIpv6(RecipientResult result) =>
        result is { Outcome: Outcome.Failed, Reply.WasReceived: true, Address.AddressFamily: AddressFamily.InterNetworkV6 }
        && result.Reply.Entry.Reason is { } reason && MayDependOnAddress.Contains(reason)
        && (result.Reply.Text.Contains("IPv6", StringComparison.OrdinalIgnoreCase) || NamesIpv6Address(result.Reply.Text));

    private static bool NamesIpv6Address(string words)
    {
        foreach (
            string word in words.Split([' ', '[', ']', '(', ')', ',', ';', '<', '>', '\'', '"'], StringSplitOptions.RemoveEmptyEntries))
        {
            string bare = word.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? word[5..] : word;
            if (bare.Count(':') >= 2 && IPAddress.TryParse(bare.AsSpan().TrimEnd("."), out var address)
                && address.AddressFamily == AddressFamily.InterNetworkV6)
                return true;
        }

        return false;
    }
}
