using System.Net;
using Gatepost.Acme;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Forwarding;
using Gatepost.Policy;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Reporting;
using Gatepost.Signing;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Storage.Journal;
using Gatepost.Web.Panel.Access;

namespace Gatepost.Configuration;

/// <summary>
/// A whole configuration, checked: the options of every room as the file sets them, and what only the program needs. Immutable; a reload
/// makes a new one.
/// </summary>
/// <remarks>What follows from several sections, or from the machine, is added in <c>Composition/RoomOptions</c>.</remarks>
public sealed record Settings
{
    /// <summary>Every default, which is that of the room's own options; names and paths are still as the file would write them.</summary>
    internal static Settings Default { get; } = new();

    /// <summary>Empty until it is read or computed.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Absolute once read.</summary>
    public string Data { get; init; } = "gatepost-data";

    /// <summary>
    /// Folder of the postmaster's own words and dialects, absolute; it need not hold any. Null for the built-in demonstration.
    /// </summary>
    public string? Catalogue { get; init; }

    /// <summary>Who gets the machine's own mail; null for the postmaster of the first hosted domain.</summary>
    public string? LocalMailTo { get; init; }

    /// <summary>A page about refusals.</summary>
    public string? HelpUrl { get; init; }

    public IReadOnlyList<ListenerSettings> Listeners { get; init; } = [];

    public IReadOnlyList<CertificateFiles> Certificates { get; init; } = [];

    /// <summary>Without listeners and certificates, which are opened from <see cref="Listeners"/> and <see cref="Certificates"/>.</summary>
    public SmtpServerOptions Smtp { get; init; } = new() { HostName = "" };

    public DnsOptions Dns { get; init; } = new();

    public IReadOnlyList<DomainSettings> Domains { get; init; } = [];

    public IReadOnlyList<TransportSettings> Transports { get; init; } = [];

    /// <summary>A server that takes all mail for domains without a transport of their own; null for none.</summary>
    public Destination? SmartHost { get; init; }

    public PolicyOptions Policy { get; init; } = new();

    public DkimOptions Dkim { get; init; } = new();

    /// <summary>Which certificates are ordered, and how.</summary>
    public AcmeOptions Acme { get; init; } = new();

    /// <summary>What mail programs are answered.</summary>
    public AutoconfigOptions Autoconfig { get; init; } = new();

    /// <summary>Whether TLS is offered with certificates that clients may check; one that is ordered may still be on its way.</summary>
    internal bool HasCertificates => Certificates.Count > 0 || Acme.AgreesToTerms;

    /// <summary>The files of those that were ordered and wait until their TLSA records are in DNS.</summary>
    internal IReadOnlyList<string> WaitingCertificates => Acme.AgreesToTerms ? new CertificateFolder(Data).WaitingFiles : [];

    /// <summary>Those that were ordered so far, the server's own first: clients that ask for no name get the first.</summary>
    internal IReadOnlyList<CertificateFiles> OrderedCertificates
    {
        get
        {
            if (!Acme.AgreesToTerms)
                return [];
            var folder = new CertificateFolder(Data);
            string own = folder.FileOf(HostName.ToLowerInvariant());
            return [.. folder.Files.OrderByDescending(file => file == own).Select(file => new CertificateFiles(file, file))];
        }
    }

    /// <summary>How forwards to other servers are sent on.</summary>
    public ForwardOptions Forward { get; init; } = new();

    /// <summary>Reports to other domains.</summary>
    public ReportOptions Reports { get; init; } = new();

    public LoginThrottleOptions LoginThrottle { get; init; } = new();

    /// <summary>Whether SCRAM-SHA-256 is offered.</summary>
    public bool Scram { get; init; } = true;

    /// <summary>Dovecot's socket, if passwords are checked there.</summary>
    public string? DovecotAuth { get; init; }

    /// <summary>By address in lower case.</summary>
    public IReadOnlyDictionary<string, AccountSettings> Accounts { get; init; } = new Dictionary<string, AccountSettings>();

    public IReadOnlyList<Block> Blocks { get; init; } = [];

    public DeliveryOptions Delivery { get; init; } = new() { HostName = "" };

    public JournalOptions Journal { get; init; } = new() { Folder = "" };

    public LogFormat LogFormat { get; init; }

    public AlarmSettings Alarms { get; init; } = new();

    /// <summary>Where health and metrics answer; empty for nowhere.</summary>
    public IReadOnlyList<IPEndPoint> Http { get; init; } = [new(IPAddress.Loopback, 2580)];

    /// <summary>False empties <see cref="Http"/>.</summary>
    public bool HttpEnabled { get; init; } = true;

    /// <summary>Where policies of hosted domains are given over HTTPS; empty for nowhere.</summary>
    public IReadOnlyList<IPEndPoint> Https { get; init; } = [];

    /// <summary>The web panel.</summary>
    public PanelOptions Panel { get; init; } = new();

    /// <summary>The MTA-STS policy of hosted domains.</summary>
    public StsPublishing StsPublishing { get; init; } = new();

    /// <summary>Where it was read from; null for the built-in demonstration.</summary>
    public string? File { get; init; }

    /// <summary>Unix socket for the administrator; absolute once read.</summary>
    public string ControlSocket { get; init; } = "{data}/control.sock";

    /// <summary>Unix socket for local programs that send mail; absolute once read.</summary>
    public string SubmitSocket { get; init; } = "{data}/submit.sock";

    /// <summary>Fingerprint of what only a restart can change, so that a reload can say so.</summary>
    public string Fixed =>
        $"{Data}\n{ControlSocket}\n{SubmitSocket}\n{Journal}\n{LogFormat}\n{string.Join(' ', Http)}\n{string.Join(' ', Https)}\n"
        + $"{string.Join(' ', Acme.ListensAt)}\n{string.Join(' ', Panel.Addresses)}\n{string.Join(' ', Panel.Proxies)}";

    /// <summary>What is wrong with values together, by section; the message begins with a key of the section.</summary>
    internal IEnumerable<(string Section, string Problem)> Problems() =>
    [
        .. Under("limits", Smtp.Limits.Problems()),
        .. Under("dns", Dns.Problems()),
        .. Under("policy", Policy.Problems(RuleEngine.RuleNames)),
        .. Under("quarantine", Policy.Quarantine.Problems()),
        .. Under("queue", Delivery.Retry.Problems()),
        .. Under("delivery", Delivery.Shaping.Problems()),
        .. Under("journal", Journal.Problems()),
        .. Under("acme", Acme.Problems()),
        .. Under("autoconfig", Autoconfig.Problems()),
    ];

    private static IEnumerable<(string Section, string Problem)> Under(string section, IEnumerable<string> problems) =>
        problems.Select(problem => (section, problem));
}

/// <summary>Who gets alarms.</summary>
public sealed record AlarmSettings
{
    /// <summary>Whether the postmaster gets a mail.</summary>
    public bool Mail { get; init; } = true;

    /// <summary>A program to run; null for none.</summary>
    public string? Hook { get; init; }
}

/// <summary>What becomes of a message with a bare CR or LF in it.</summary>
public enum BareLineEnds
{
    /// <summary>Normalised on <c>internal</c>, refused elsewhere.</summary>
    ByRole,

    Refuse,

    Normalise,
}

/// <summary>One <c>[[listener]]</c>: several addresses with the same role.</summary>
public sealed record ListenerSettings
{
    public ListenerRole Role { get; init; }

    public IReadOnlyList<IPEndPoint> Addresses { get; init; } = [];

    public TlsUse Tls { get; init; }

    /// <summary>MAIL and AUTH only over TLS.</summary>
    public bool RequireTls { get; init; }

    public IReadOnlyList<IPNetwork> Trusted { get; init; } = [];

    public IReadOnlyList<IPNetwork> ProxyFrom { get; init; } = [];

    public IReadOnlyList<IPNetwork> XclientFrom { get; init; } = [];

    public BareLineEnds BareLineEnds { get; init; }

    /// <summary>Octets; null for the general limit.</summary>
    public long? MessageSize { get; init; }

    /// <summary>Null for the general limit.</summary>
    public int? Recipients { get; init; }

    /// <summary>What one client may use up here: the general limits with this listener's own.</summary>
    public SessionLimits Limits { get; init; } = new();
}

/// <summary>What an <c>[[account]]</c> adds to a mailbox.</summary>
public sealed record AccountSettings
{
    public string? Password { get; init; }

    /// <summary>Octets; null without limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Null for the general limit.</summary>
    public int? RecipientsPerHour { get; init; }

    /// <summary>Null for the general limit.</summary>
    public int? ReceivedPerHour { get; init; }

    public IReadOnlyList<string> SendsAs { get; init; } = [];

    public Suspended Suspended { get; init; }

    public string SuspendedWhy { get; init; } = "";

    public Mailbox? MovedTo { get; init; }
}

/// <summary>One <c>[[domain]]</c>.</summary>
public sealed record DomainSettings
{
    public string Name { get; init; } = "";

    public DomainKind Kind { get; init; }

    /// <summary>Local parts in lower case.</summary>
    public IReadOnlyList<string> Mailboxes { get; init; } = [];

    /// <summary>Local part in lower case (or <c>*</c>) to full addresses.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Mailbox>> Aliases { get; init; } = new Dictionary<string, IReadOnlyList<Mailbox>>();

    /// <summary>Empty for the general one.</summary>
    public string Language { get; init; } = "";

    /// <summary>Destination with <c>{domain}</c> and <c>{mailbox}</c> still in it; null if a transport or DNS decides.</summary>
    public string? Deliver { get; init; }

    /// <summary>Where mail for one of its mailboxes goes.</summary>
    public Destination? DestinationOf(string mailbox)
    {
        string? place = Deliver?.Replace("{domain}", Name, StringComparison.Ordinal)
            .Replace("{mailbox}", mailbox, StringComparison.Ordinal);
        return place is not null && Destination.TryParse(place, out var destination) ? destination : null;
    }
}

/// <param name="Domain">In lower case; <c>.example.org</c> for all below it.</param>
/// <param name="To">Where its mail goes.</param>
public sealed record TransportSettings(string Domain, Destination To);
