using System.Net;
using System.Net.Sockets;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Shaping;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Settings;

/// <summary>How accepted mail travels on.</summary>
public sealed record DeliveryOptions
{
    /// <summary>
    /// Hosts of one domain tried in one attempt; the next attempt begins with the first again, so more would only wait longer.
    /// </summary>
    internal const int MaxHosts = 5;

    /// <summary>Addresses tried in one attempt, all hosts together: RFC 5321 §5.1 asks for at least two.</summary>
    internal const int MaxAddresses = 10;

    /// <summary>Our name in EHLO, in Reporting-MTA and as the sender's domain of bounces: fully qualified.</summary>
    public required string HostName { get; init; }

    /// <summary>
    /// Mail is kept and not sent on; running attempts end. Local programs and administrators may still hold, drop and return it.
    /// </summary>
    public bool Paused { get; init; }

    /// <summary>Where our MX listeners listen; a mail host found there is ourselves.</summary>
    public IReadOnlyList<IPEndPoint> OwnEndPoints { get; init; } = [];

    /// <summary>The port of MX hosts. Always 25 on the internet.</summary>
    public int SmtpPort { get; init; } = 25;

    /// <summary>Private networks to which MX records may lead nevertheless.</summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    public ClientTls Tls { get; init; } = ClientTls.Opportunistic;

    /// <summary>Whether TLSA records of signed zones are used (RFC 7672).</summary>
    public DaneUse Dane { get; init; } = DaneUse.Auto;

    /// <summary>Whether policies of domains are followed (MTA-STS, RFC 8461).</summary>
    public bool MtaSts { get; init; } = true;

    /// <summary>Destinations that are spoken to in a way of their own; the first that fits counts.</summary>
    public IReadOnlyList<NextHostOptions> NextHosts { get; init; } = [];

    /// <summary>Our name in EHLO; null for <see cref="HostName"/>.</summary>
    public string? Hello { get; init; }

    /// <summary>Addresses to send from, one of each family; a family that is missing is left to the system.</summary>
    public IReadOnlyList<IPAddress> SourceAddresses { get; init; } = [];

    public AddressFamilies Families { get; init; }

    /// <summary>What becomes of 8-bit mail at a host without 8BITMIME.</summary>
    public EightBitMail EightBit { get; init; }

    public ClientTimeouts Timeouts { get; init; } = new();

    /// <summary>Recipients in one transaction.</summary>
    public int MaxRecipients { get; init; } = 100;

    /// <summary>What the replies of other servers are recognised by.</summary>
    public ReplyDatabase Replies { get; init; } = ReplyDatabase.BuiltIn;

    public RetrySchedule Retry { get; init; } = new();

    public ShapingOptions Shaping { get; init; } = new();

    public BounceOptions Bounces { get; init; } = new();

    /// <summary>How a destination is spoken to.</summary>
    internal SmtpClientOptions ClientFor(Destination destination)
    {
        bool isLmtp = destination.Kind == DestinationKind.Lmtp;
        var own = OwnFor(destination);
        var tls = own?.EffectiveTls;
        var sources = own?.SourceAddresses is { Count: > 0 } wanted ? wanted : SourceAddresses;
        return new SmtpClientOptions
        {
            HostName = own?.Hello ?? Hello ?? HostName,
            Protocol = isLmtp ? PeerProtocol.Lmtp : PeerProtocol.Smtp,
            Tls = tls switch
            {
                null => isLmtp ? ClientTls.Never : Tls,
                NextHostTls.None => ClientTls.Never,
                NextHostTls.Opportunistic => ClientTls.Opportunistic,
                NextHostTls.Encrypted => ClientTls.Encrypted,
                _ => ClientTls.Verified,
            },
            ImplicitTls = tls == NextHostTls.Implicit,
            Authorities = own?.Authorities,
            Certificate = own?.Certificate,
            Login = own?.Login,
            SourceFour = sources.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork),
            SourceSix = sources.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetworkV6),
            Timeouts = Timeouts,
            MaxRecipients = MaxRecipients,
        };
    }

    /// <summary>What the configuration says about TLS with that destination alone; null if nothing.</summary>
    internal NextHostTls? OwnTlsFor(Destination destination) => OwnFor(destination)?.EffectiveTls;

    /// <summary>Which of its addresses may be tried.</summary>
    internal AddressFamilies FamiliesFor(Destination destination) => OwnFor(destination)?.Families ?? Families;

    private NextHostOptions? OwnFor(Destination destination) => NextHosts.FirstOrDefault(host => host.Fits(destination));

    /// <summary>What is wrong with addresses to send from, in the administrator's words; null if nothing is.</summary>
    internal static string? SourceProblem(IReadOnlyList<IPAddress> addresses) =>
        addresses.GroupBy(address => address.AddressFamily).Any(family => family.Count() > 1)
            ? "source-addresses has two of one family: one IPv4 and one IPv6 address can be used"
            : null;

    /// <summary>What is wrong with these values, in the administrator's words. Ranges of keys are checked where a value is read.</summary>
    public IEnumerable<string> Problems()
    {
        if (HostName.Length is 0 or > 255 || HostName.AsSpan().ContainsAny(' ', '\r', '\n'))
            yield return $"hostname is \"{HostName}\": write the fully qualified name of this server, for example \"mx.example.org\"";
        if (MaxRecipients < 1)
            yield return $"{MaxRecipients} recipients in one transaction: nothing could be sent";
        if (SourceProblem(SourceAddresses) is { } sources)
            yield return sources;
        foreach (string problem in Retry.Problems().Concat(Shaping.Problems()))
            yield return problem;
    }
}

/// <summary>When DANE is used (RFC 7672).</summary>
public enum DaneUse
{
    /// <summary>If the resolver validates; without a word if it does not.</summary>
    Auto,

    /// <summary>As <see cref="Auto"/>, with an alarm while the resolver does not validate.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
