using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Destinations;

/// <summary>Finds the hosts of a destination in the order in which they are to be tried.</summary>
internal sealed class MxLookup(DeliveryOptions options, IResolver dns, Chance random)
{
    /// <summary>The condition of a destination for which no host was found at all.</summary>
    public static Reply NoHost(Destination destination) =>
        DeliveryReplies.RoutingError.Say(("domain", destination.Name), ("cause", "no host was found"));

    private readonly NetworkGuard guard = new(options.AllowedNetworks, options.OwnEndPoints);

    /// <summary>Whether an address that DNS of others names must not be connected to.</summary>
    public bool Refuses(IPAddress address) => guard.Refuses(address);

    /// <summary>Hosts one after the other; DNS is asked for a host only when its turn has come.</summary>
    public IAsyncEnumerable<HostFound> FindAsync(Destination destination, CancellationToken cancel) => destination.Kind switch
    {
        DestinationKind.Mx when destination.Name.StartsWith('[') => LiteralAsync(destination.Name),
        DestinationKind.Mx => MailHostsAsync(destination.Name, options.FamiliesFor(destination), cancel),
        DestinationKind.Lmtp when destination.Name.StartsWith("unix:", StringComparison.Ordinal) => UnixSocketAsync(destination.Name[5..]),
        _ => NamedHostAsync(
            destination.Name, destination.Kind == DestinationKind.Lmtp ? 24 : 25, options.FamiliesFor(destination), cancel),
    };

    /// <summary>
    /// RFC 5321 §5.1: MX by preference, equals in random order, the domain's own addresses where there is no MX, ourselves and all
    /// behind us cut off.
    /// </summary>
    private async IAsyncEnumerable<HostFound> MailHostsAsync(
        string domain, AddressFamilies families, [EnumeratorCancellation] CancellationToken cancel)
    {
        var mx = await dns.MxAsync(domain, cancel);
        var (hosts, failure) = HostNames(domain, mx);
        if (failure is not null)
        {
            yield return new HostFound(null, failure);
            yield break;
        }

        bool any = false, askedAll = true, otherFamily = false;
        foreach (string host in hosts.Take(DeliveryOptions.MaxHosts))
        {
            var answer = await dns.AddressesAsync(host, cancel);
            if (answer.Outcome == DnsOutcome.Unanswered)
            {
                askedAll = false;
                yield return new HostFound(null, DeliveryReplies.DnsUnanswered.Say(("name", host), ("cause", answer.Detail)), host);
                continue;
            }

            var proof = new HostProof(mx.Authentic, answer.Authentic, answer.Canonical);
            foreach (var address in answer.Records)
            {
                if (!IsWanted(address, families))
                {
                    otherFamily = true;
                    continue;
                }

                if (guard.IsOurs(address, options.SmtpPort))
                {
                    yield return new HostFound(null, DeliveryReplies.MailLoopsToUs.Say(("domain", domain), ("host", host)), host, address);
                    yield break;
                }

                any = true;
                yield return guard.Refuses(address)
                    ? new HostFound(null, DeliveryReplies.PrivateTarget.Say(("host", host), ("address", address)), host, address)
                    : new HostFound(new PeerTarget(host, new IPEndPoint(address, options.SmtpPort)), null, host, address) { Proof = proof };
            }
        }

        if (!any && askedAll)
        {
            // MX records that lead nowhere are a mistake that can be fixed; a domain with no records at all takes no mail.
            bool noMx = hosts is [var only] && only == domain;
            yield return new HostFound(null, otherFamily ? OtherFamily(domain, families) : noMx
                ? DeliveryReplies.DomainHasNoMailHost.Say(("domain", domain))
                : DeliveryReplies.RoutingError.Say(
                    ("domain", domain), ("cause", $"its mail servers ({string.Join(", ", hosts.Take(3))}) have no addresses in DNS")));
        }
    }

    private (IReadOnlyList<string> Hosts, Reply? Failure) HostNames(string domain, DnsAnswer<MxRecord> mx)
    {
        switch (mx.Outcome)
        {
            case DnsOutcome.Unanswered:
                return ([], DeliveryReplies.DnsUnanswered.Say(("name", domain), ("cause", mx.Detail)));
            case DnsOutcome.NoSuchName:
                return ([], DeliveryReplies.RecipientDomainNotFound.Say(("domain", domain)));
            case DnsOutcome.NoRecords:
                return IsOurName(domain)
                    ? ([], DeliveryReplies.MailLoopsToUs.Say(("domain", domain), ("host", domain)))
                    : ([domain], null);
        }

        if (mx.Records.All(record => record.Exchange.Length == 0))
            return ([], DeliveryReplies.DomainTakesNoMail.Say(("domain", domain)));

        var records = mx.Records.Where(record => record.Exchange.Length > 0).ToArray();
        random.Shuffle(records);
        // A stable sort keeps the shuffled order among equals. Ourselves and everything not better than us is cut off, or mail would
        // loop.
        int ours = records.Where(record => IsOurName(record.Exchange)).Select(record => record.Preference).DefaultIfEmpty(int.MaxValue)
            .Min();
        var better = records.Where(record => record.Preference < ours).OrderBy(record => record.Preference)
            .Select(record => record.Exchange).ToList();
        return better.Count > 0
            ? (better, null)
            : (
                [], DeliveryReplies.MailLoopsToUs.Say(
                    ("domain", domain), ("host", records.First(record => record.Preference == ours).Exchange)));
    }

    private bool IsOurName(string host) =>
        host.Equals(options.HostName, StringComparison.OrdinalIgnoreCase);

    private async IAsyncEnumerable<HostFound> LiteralAsync(string literal)
    {
        await ValueTask.CompletedTask;
        string text = literal.Trim('[', ']');
        if (text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            text = text[5..];
        if (!IPAddress.TryParse(text, out var address))
            yield return new HostFound(null, DeliveryReplies.RecipientDomainNotFound.Say(("domain", literal)));
        else if (guard.IsOurs(address, options.SmtpPort))
            yield return new HostFound(null, DeliveryReplies.MailLoopsToUs.Say(("domain", literal), ("host", address)), literal, address);
        else if (guard.Refuses(address))
            yield return new HostFound(null, DeliveryReplies.PrivateTarget.Say(("host", literal), ("address", address)), literal, address);
        else
            yield return new HostFound(new PeerTarget(literal, new IPEndPoint(address, options.SmtpPort)), null, literal, address);
    }

    private static async IAsyncEnumerable<HostFound> UnixSocketAsync(string path)
    {
        await ValueTask.CompletedTask;
        yield return new HostFound(new PeerTarget(path, new UnixDomainSocketEndPoint(path)), null, path);
    }

    /// <summary>
    /// A host the admin wrote down: any address is meant, and a name that DNS does not know is the admin's mistake, not the
    /// recipient's.
    /// </summary>
    private async IAsyncEnumerable<HostFound> NamedHostAsync(
        string name, int defaultPort, AddressFamilies families, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (host, port) = HostPort.Read(name, defaultPort);
        if (IPAddress.TryParse(host, out var literal))
        {
            yield return new HostFound(new PeerTarget(host, new IPEndPoint(literal, port)), null, host, literal);
            yield break;
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            yield return new HostFound(new PeerTarget(host, new IPEndPoint(IPAddress.Loopback, port)), null, host, IPAddress.Loopback);
            yield break;
        }

        var answer = await dns.AddressesAsync(host, cancel);
        if (answer.Outcome != DnsOutcome.Found)
        {
            yield return new HostFound(null, answer.Outcome == DnsOutcome.Unanswered
                ? DeliveryReplies.DnsUnanswered.Say(("name", host), ("cause", answer.Detail))
                : DeliveryReplies.RoutingError.Say(
                    ("domain", host), ("cause", "the host named in the configuration has no address in DNS")),
                    host);
            yield break;
        }

        var wanted = answer.Records.Where(address => IsWanted(address, families)).ToList();
        if (wanted.Count == 0)
            yield return new HostFound(null, OtherFamily(host, families), host);
        foreach (var address in wanted)
        {
            yield return new HostFound(new PeerTarget(host, new IPEndPoint(address, port)), null, host, address)
            {
                Proof = new HostProof(IsMxAuthentic: true, answer.Authentic, answer.Canonical),
            };
        }
    }

    private static bool IsWanted(IPAddress address, AddressFamilies families) => families switch
    {
        AddressFamilies.Ipv4 => address.AddressFamily == AddressFamily.InterNetwork,
        AddressFamilies.Ipv6 => address.AddressFamily == AddressFamily.InterNetworkV6,
        _ => true,
    };

    private static Reply OtherFamily(string domain, AddressFamilies families) => DeliveryReplies.RoutingError.Say(
        ("domain", domain),
        ("cause", $"its mail servers have no address for families = \"{(families == AddressFamilies.Ipv4 ? "ipv4" : "ipv6")}\""));
}
