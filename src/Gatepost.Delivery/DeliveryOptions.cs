using System.Net;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Shaping;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery;

/// <summary>How accepted mail travels on.</summary>
public sealed record DeliveryOptions
{
    /// <summary>Our name in EHLO, in Reporting-MTA and as the sender's domain of bounces: fully qualified.</summary>
    public required string HostName { get; init; }

    /// <summary>Mail is kept and not sent on; running attempts end. Local programs and administrators may still hold, drop and return it.</summary>
    public bool Paused { get; init; }

    /// <summary>Other names of this server; an MX record that names one of them leads back to us.</summary>
    public IReadOnlyList<string> OwnNames { get; init; } = [];

    /// <summary>Where our MX listeners listen; a mail host found there is ourselves.</summary>
    public IReadOnlyList<IPEndPoint> OwnEndPoints { get; init; } = [];

    /// <summary>The port of MX hosts. Always 25 on the internet.</summary>
    public int SmtpPort { get; init; } = 25;

    /// <summary>Private networks to which MX records may lead all the same.</summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    public ClientTls Tls { get; init; } = ClientTls.Opportunistic;

    public ClientTimeouts Timeouts { get; init; } = new();

    /// <summary>See <see cref="SmtpClientOptions.Pass8Bit"/>.</summary>
    public bool Pass8Bit { get; init; }

    /// <summary>See <see cref="SmtpClientOptions.PreferChunking"/>.</summary>
    public bool PreferChunking { get; init; }

    /// <summary>Recipients in one transaction.</summary>
    public int MaxRecipients { get; init; } = 100;

    /// <summary>Hosts of one domain tried in one attempt.</summary>
    public int MaxHosts { get; init; } = 5;

    /// <summary>Addresses tried in one attempt, all hosts together.</summary>
    public int MaxAddresses { get; init; } = 10;

    /// <summary>Received fields from which on a message is taken to go in a circle (RFC 5321 §6.3 asks for 100 or more).</summary>
    public int MaxHops { get; init; } = 100;

    public RetrySchedule Retry { get; init; } = new();

    public ShapingOptions Shaping { get; init; } = new();

    public MaildirOptions Maildir { get; init; } = new();

    public BounceOptions Bounces { get; init; } = new();

    /// <summary>Everything wrong with these values at once, in the admin's words; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (HostName.Length is 0 or > 255 || HostName.AsSpan().ContainsAny(' ', '\r', '\n'))
            yield return $"host name is \"{HostName}\": write the fully qualified name of this server, for example \"mx.example.org\"";
        if (SmtpPort is < 1 or > 65_535)
            yield return $"smtp-port is {SmtpPort}: it must lie between 1 and 65535";
        if (MaxRecipients < 1)
            yield return $"max-recipients is {MaxRecipients}: nothing could be sent";
        if (MaxHosts < 1)
            yield return $"max-hosts is {MaxHosts}: nothing could be sent";
        if (MaxAddresses < 1)
            yield return $"max-addresses is {MaxAddresses}: nothing could be sent";
        if (MaxHops < 1)
            yield return $"max-hops is {MaxHops}: every message would be refused";
        foreach (string problem in Retry.Problems().Concat(Shaping.Problems()).Concat(Bounces.Problems()))
            yield return problem;
    }
}
