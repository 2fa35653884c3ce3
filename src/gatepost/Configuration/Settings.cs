using System.Net;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Auth;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>A whole configuration, checked: what the program composes its parts from. Immutable; a reload makes a new one.</summary>
public sealed record Settings
{
    public required string HostName { get; init; }

    /// <summary>Absolute.</summary>
    public required string Data { get; init; }

    public required ReplyStyle Replies { get; init; }

    public required string Language { get; init; }

    /// <summary>Folder of the postmaster's own words and dialects, absolute; it need not hold any. Null for the built-in demonstration.</summary>
    public string? Catalogue { get; init; }

    public string? HelpUrl { get; init; }

    /// <summary>211 instead of 214.</summary>
    public bool HelpIsStatus { get; init; }

    /// <summary>Whether forwards are told to strangers.</summary>
    public bool DiscloseForward { get; init; }

    public required IReadOnlyList<ListenerSettings> Listeners { get; init; }

    public required IReadOnlyList<CertificateSettings> Certificates { get; init; }

    public required LimitSettings Limits { get; init; }

    public required DnsSettings Dns { get; init; }

    public required IReadOnlyList<DomainSettings> Domains { get; init; }

    public required IReadOnlyList<TransportSettings> Transports { get; init; }

    /// <summary>As the file says it; names, trusted networks and general settings are added where the rooms are put together.</summary>
    public required PolicyOptions Policy { get; init; }

    public required LoginSettings Logins { get; init; }

    /// <summary>By address in lower case.</summary>
    public required IReadOnlyDictionary<string, AccountSettings> Accounts { get; init; }

    public required IReadOnlyList<Block> Blocks { get; init; }

    public required QueueSettings Queue { get; init; }

    public required DeliverySettings Delivery { get; init; }

    public required JournalSettings Journal { get; init; }

    public required LogFormat LogFormat { get; init; }

    /// <summary>Empty where health and metrics do not answer.</summary>
    public required IReadOnlyList<IPEndPoint> Http { get; init; }

    /// <summary>Where it was read from; null for the built-in demonstration.</summary>
    public string? File { get; init; }

    /// <summary>Unix socket for the administrator; absolute.</summary>
    public required string ControlSocket { get; init; }

    /// <summary>Unix socket for local programs that send mail; absolute.</summary>
    public required string SubmitSocket { get; init; }

    /// <summary>Fingerprint of what only a restart can change, so that a reload can say so.</summary>
    public string Fixed => $"{Data}\n{ControlSocket}\n{SubmitSocket}\n{Journal}\n{LogFormat}\n{string.Join(' ', Http)}";
}

public sealed record ListenerSettings
{
    public required ListenerRole Role { get; init; }

    public required IReadOnlyList<IPEndPoint> Addresses { get; init; }

    public required TlsUse Tls { get; init; }

    public IReadOnlyList<IPNetwork> Trusted { get; init; } = [];

    public IReadOnlyList<IPNetwork> ProxyFrom { get; init; } = [];

    public IReadOnlyList<IPNetwork> XclientFrom { get; init; } = [];

    /// <summary>What one client may use up here: the general limits with this listener's own.</summary>
    public required LimitSettings Limits { get; init; }
}

/// <param name="File">Absolute path of the PEM chain.</param>
/// <param name="Key">Absolute path of the PEM key.</param>
public sealed record CertificateSettings(string File, string Key);

/// <summary>Sizes in octets.</summary>
public sealed record LoginSettings(bool Scram, LoginThrottleOptions Guesses, string? DovecotAuth);

public sealed record AccountSettings
{
    public required Mailbox Address { get; init; }

    public string? Password { get; init; }

    /// <summary>Octets; null without limit.</summary>
    public long? Quota { get; init; }

    public int? RecipientsPerHour { get; init; }

    public int? ReceivedPerHour { get; init; }

    public IReadOnlyList<string> SendsAs { get; init; } = [];

    public Suspended Suspended { get; init; }

    public string SuspendedWhy { get; init; } = "";

    public Mailbox? MovedTo { get; init; }
}

public sealed record LimitSettings(long MessageSize, int Recipients, int SubmissionRecipients, int Connections, int ConnectionsPerAddress, TimeSpan CommandTimeout, TimeSpan DataTimeout, int Errors, int Refusals);

/// <param name="Servers">Empty: the system's.</param>
public sealed record DnsSettings(IReadOnlyList<IPEndPoint> Servers, TimeSpan Timeout);

public sealed record DomainSettings
{
    public required string Name { get; init; }

    public required DomainKind Kind { get; init; }

    /// <summary>Local parts in lower case.</summary>
    public IReadOnlyList<string> Mailboxes { get; init; } = [];

    /// <summary>Local part in lower case (or <c>*</c>) to full addresses.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Mailbox>> Aliases { get; init; } = new Dictionary<string, IReadOnlyList<Mailbox>>();

    public required string Language { get; init; }

    /// <summary>Destination with <c>{domain}</c> and <c>{mailbox}</c> still in it; null where a transport or DNS decides.</summary>
    public string? Deliver { get; init; }

    /// <summary>Where mail for one of its mailboxes goes.</summary>
    public Destination? DestinationOf(string mailbox) =>
        Deliver is not null && Destination.TryParse(Deliver.Replace("{domain}", Name, StringComparison.Ordinal).Replace("{mailbox}", mailbox, StringComparison.Ordinal), out var destination)
            ? destination
            : null;
}

/// <param name="Domain">In lower case; <c>.example.org</c> for all below it.</param>
/// <param name="To">Where its mail goes.</param>
public sealed record TransportSettings(string Domain, Destination To);

/// <param name="DelayNotice">Zero: never.</param>
public sealed record QueueSettings(TimeSpan RetryFirst, TimeSpan RetryLongest, TimeSpan Expire, TimeSpan DelayNotice);

public sealed record DeliverySettings(bool Paused, Destination? SmartHost, IReadOnlyList<IPNetwork> AllowNetworks, int Port, OutboundTls Tls, int Connections, int ConnectionsPerDestination);

public sealed record JournalSettings(TimeSpan Keep, int Buffer);
