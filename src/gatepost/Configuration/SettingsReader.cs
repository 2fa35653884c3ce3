using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>What the command line sets above the file.</summary>
/// <param name="Data">The data folder; null where not said.</param>
/// <param name="Dns">The resolver; null where not said.</param>
public sealed record Overrides(string? Data = null, IPEndPoint? Dns = null);

/// <summary>Makes <see cref="Settings"/> of a file, with the checks that need more than one key.</summary>
public sealed class SettingsReader
{
    private const int LongestSocketName = 107;

    private readonly ConfigurationFile file;
    private readonly Overrides overrides;
    private readonly string folder;

    private SettingsReader(ConfigurationFile file, Overrides overrides, string folder) => (this.file, this.overrides, this.folder) = (file, overrides, folder);

    /// <summary>The file of that path, or the built-in demonstration where it is null.</summary>
    /// <exception cref="ConfigurationException">With everything that is wrong.</exception>
    public static Settings Load(string? path, Overrides overrides) => LoadWithFile(path, overrides).Settings;

    /// <summary>As <see cref="Load"/>, with the sections as written, for <c>config show</c>.</summary>
    public static (Settings Settings, ConfigurationFile File) LoadWithFile(string? path, Overrides overrides)
    {
        if (path is null)
        {
            var (demonstration, source) = Read(Demonstration.Toml, "built-in", overrides, Environment.CurrentDirectory);
            return (demonstration with { Catalogue = null }, source);
        }

        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            string why = problem is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : problem.Message;
            throw new ConfigurationException([new ConfigError(path, 0, $"{why}; name another with --config, or leave it out to try Gatepost with its built-in configuration")]);
        }

        var (settings, file) = Read(text, path, overrides, Path.GetDirectoryName(Path.GetFullPath(path))!);
        return (settings with { File = Path.GetFullPath(path) }, file);
    }

    /// <summary>Reads text that stands in <paramref name="folder"/>.</summary>
    /// <exception cref="ConfigurationException">With everything that is wrong.</exception>
    public static (Settings Settings, ConfigurationFile File) Read(string text, string name, Overrides overrides, string folder)
    {
        var file = ConfigurationFile.Parse(text, name);
        var settings = new SettingsReader(file, overrides, folder).Read();
        return file.Faults.Count == 0 ? (settings, file) : throw new ConfigurationException([.. file.Faults.OrderBy(fault => fault.Line)], settings);
    }

    private Settings Read()
    {
        var general = file.One("");
        string data = overrides.Data is { } wanted ? Path.GetFullPath(wanted) : Path.GetFullPath(general.Get(ConfigKeys.General.Data), folder);
        string language = general.Get(ConfigKeys.General.Language);
        var certificates = ReadCertificates();
        var limits = ReadLimits();
        var domains = new DomainReader(file, data, language).Read();
        var policy = new PolicyReader(file, domains);
        return new Settings
        {
            HostName = general.Has(ConfigKeys.General.HostName) ? general.Get(ConfigKeys.General.HostName) : MachineName(),
            Data = data,
            Replies = general.Get(ConfigKeys.General.Replies),
            Language = language,
            Catalogue = ReadCatalogue(general),
            HelpUrl = general.Has(ConfigKeys.General.HelpUrl) ? ReadUrl(general) : null,
            HelpIsStatus = general.Get(ConfigKeys.General.HelpIsStatus),
            DiscloseForward = general.Get(ConfigKeys.General.DiscloseForward),
            Listeners = ReadListeners(limits, certificates.Count > 0),
            Certificates = certificates,
            Limits = limits,
            Dns = ReadDns(),
            Domains = domains,
            Transports = ReadTransports(),
            Policy = policy.ReadPolicy(),
            Logins = policy.ReadLogins(),
            Accounts = policy.ReadAccounts(),
            Blocks = policy.ReadBlocks(),
            Queue = ReadQueue(),
            Delivery = ReadDelivery(),
            Journal = new JournalSettings(file.One("journal").Get(ConfigKeys.Journal.Keep), file.One("journal").Get(ConfigKeys.Journal.Buffer)),
            ControlSocket = SocketPath(ConfigKeys.Control.Socket, data),
            SubmitSocket = SocketPath(ConfigKeys.Control.SubmitSocket, data),
            LogFormat = file.One("log").Get(ConfigKeys.Log.Format),
            Http = file.One("http").Get(ConfigKeys.Http.Enabled) ? file.One("http").Get(ConfigKeys.Http.Address) : [],
        };
    }

    /// <summary>Where a socket is: a Unix socket's name has room for 107 octets, so a data folder too deep for that gets its sockets in the folder for temporary files.</summary>
    private string SocketPath(Key<string> key, string data)
    {
        var section = file.One("control");
        string path = Path.GetFullPath(section.Get(key).Replace("{data}", data, StringComparison.Ordinal), folder);
        if (Encoding.UTF8.GetByteCount(path) <= LongestSocketName)
            return path;
        if (section.Has(key))
            file.Blame(section.LineOf(key), $"{key.Name} is {path}, longer than the {LongestSocketName} octets a Unix socket may have: write a shorter path");
        string place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..16];
        return Path.Combine(Path.GetTempPath(), $"gatepost-{place}", Path.GetFileName(path));
    }

    private string ReadCatalogue(Section general)
    {
        if (!general.Has(ConfigKeys.General.Catalogue))
            return folder;

        string path = Path.GetFullPath(general.Get(ConfigKeys.General.Catalogue), folder);
        if (!Directory.Exists(path))
            file.Blame(general.LineOf(ConfigKeys.General.Catalogue), $"catalogue is {path}: there is no such folder; write the path of one with words/ or dialects/ in it");
        return path;
    }

    private string? ReadUrl(Section general)
    {
        string url = general.Get(ConfigKeys.General.HelpUrl);
        if (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https")
            return url;
        file.Blame(general.LineOf(ConfigKeys.General.HelpUrl), $"help-url is \"{url}\": write a whole URL, for example \"https://help.example.org/mail\"");
        return null;
    }

    private List<ListenerSettings> ReadListeners(LimitSettings limits, bool certified)
    {
        var listeners = new List<ListenerSettings>();
        var taken = new Dictionary<string, int>();
        foreach (var section in file.Many("listener"))
        {
            if (!section.Has(ConfigKeys.Listener.Role) || !section.Has(ConfigKeys.Listener.Address))
                continue;

            var listener = ReadListener(section, limits, certified);
            foreach (var address in listener.Addresses)
            {
                if (!taken.TryAdd(address.ToString(), section.LineOf(ConfigKeys.Listener.Address)))
                    file.Blame(section.LineOf(ConfigKeys.Listener.Address), $"{address} is taken by the listener at line {taken[address.ToString()]}: give each its own address or port");
            }

            listeners.Add(listener);
        }

        if (file.Many("listener").Count == 0)
            listeners.AddRange(Demonstration.Listeners(limits, certified));
        return listeners;
    }

    private ListenerSettings ReadListener(Section section, LimitSettings limits, bool certified)
    {
        var role = section.Get(ConfigKeys.Listener.Role);
        var tls = section.Has(ConfigKeys.Listener.Tls) ? section.Get(ConfigKeys.Listener.Tls) : TlsUse.WhereCertified;
        if (tls is TlsUse.StartTls or TlsUse.Implicit && !certified)
            file.Blame(section.LineOf(ConfigKeys.Listener.Tls), "tls needs a certificate: add [[certificate]] with file and key, or write tls = \"self-signed\" or \"none\"");
        if (role == ListenerRole.Internal && section.Get(ConfigKeys.Listener.Trusted).Count == 0)
            file.Blame(section.Line, "role \"internal\" needs trusted, the networks that may send to anywhere: for example trusted = [\"10.0.0.0/8\"]");
        if (role != ListenerRole.Internal && section.Has(ConfigKeys.Listener.Trusted))
            file.Blame(section.LineOf(ConfigKeys.Listener.Trusted), "trusted has a meaning for role \"internal\" only: remove it, or make another listener of that role");

        int recipients = section.Get(ConfigKeys.Listener.Recipients);
        return new ListenerSettings
        {
            Role = role,
            Addresses = section.Get(ConfigKeys.Listener.Address),
            Tls = tls == TlsUse.WhereCertified ? UsualTls(role, section.Get(ConfigKeys.Listener.Address), certified) : tls,
            Trusted = section.Get(ConfigKeys.Listener.Trusted),
            ProxyFrom = section.Get(ConfigKeys.Listener.ProxyFrom),
            XclientFrom = section.Get(ConfigKeys.Listener.XclientFrom),
            Limits = limits with
            {
                Recipients = recipients > 0 ? recipients : role == ListenerRole.Submission ? limits.SubmissionRecipients : limits.Recipients,
                MessageSize = section.Has(ConfigKeys.Listener.MessageSize) ? section.Get(ConfigKeys.Listener.MessageSize) : limits.MessageSize,
            },
        };
    }

    /// <summary>Other servers shall find STARTTLS without anybody's doing: they take any certificate. Mail programs check it, so they get none or a good one.</summary>
    private static TlsUse UsualTls(ListenerRole role, IReadOnlyList<IPEndPoint> addresses, bool certified) =>
        certified ? TlsUse.StartTls
        : role == ListenerRole.Mx && addresses.Any(address => !IPAddress.IsLoopback(address.Address)) ? TlsUse.SelfSigned
        : TlsUse.None;

    private List<CertificateSettings> ReadCertificates()
    {
        var certificates = new List<CertificateSettings>();
        foreach (var section in file.Many("certificate"))
        {
            string? chain = ExistingFile(section, ConfigKeys.Certificate.File), key = ExistingFile(section, ConfigKeys.Certificate.PrivateKey);
            certificates.Add(new CertificateSettings(chain ?? "", key ?? ""));
            if (chain is not null && key is not null && Pem.Problem(chain, key) is { } problem)
                file.Blame(section.LineOf(ConfigKeys.Certificate.File), problem);
        }

        return certificates;
    }

    private string? ExistingFile(Section section, Key<string> key)
    {
        if (!section.Has(key))
            return null;

        string path = Path.GetFullPath(section.Get(key), folder);
        if (File.Exists(path))
            return path;
        file.Blame(section.LineOf(key), $"{key.Name} is {path}: there is no such file; write the path of a PEM file");
        return null;
    }

    private LimitSettings ReadLimits()
    {
        var section = file.One("limits");
        return new LimitSettings(
            section.Get(ConfigKeys.Limits.MessageSize),
            section.Get(ConfigKeys.Limits.Recipients),
            section.Get(ConfigKeys.Limits.SubmissionRecipients),
            section.Get(ConfigKeys.Limits.Connections),
            section.Get(ConfigKeys.Limits.ConnectionsPerAddress),
            section.Get(ConfigKeys.Limits.CommandTimeout),
            section.Get(ConfigKeys.Limits.DataTimeout),
            section.Get(ConfigKeys.Limits.Errors),
            section.Get(ConfigKeys.Limits.Refusals));
    }

    private DnsSettings ReadDns()
    {
        var section = file.One("dns");
        return new DnsSettings(overrides.Dns is { } wanted ? [wanted] : section.Get(ConfigKeys.Dns.Servers), section.Get(ConfigKeys.Dns.Timeout));
    }

    private List<TransportSettings> ReadTransports()
    {
        var transports = new List<TransportSettings>();
        foreach (var section in file.Many("transport"))
        {
            if (!section.Has(ConfigKeys.Transport.DomainName) || !section.Has(ConfigKeys.Transport.To))
                continue;

            string domain = section.Get(ConfigKeys.Transport.DomainName).ToLowerInvariant();
            if (!Mailbox.TryParse("x@" + domain.TrimStart('.'), out _))
                file.Blame(section.LineOf(ConfigKeys.Transport.DomainName), $"domain is \"{domain}\": write a domain name, or .example.org for all below it");
            else if (transports.Any(known => known.Domain == domain))
                file.Blame(section.LineOf(ConfigKeys.Transport.DomainName), $"{domain} has a [[transport]] already: keep one of the two");
            else
                transports.Add(new TransportSettings(domain, section.Get(ConfigKeys.Transport.To)));
        }

        return transports;
    }

    private QueueSettings ReadQueue()
    {
        var section = file.One("queue");
        var queue = new QueueSettings(section.Get(ConfigKeys.Queue.RetryFirst), section.Get(ConfigKeys.Queue.RetryLongest), section.Get(ConfigKeys.Queue.Expire), section.Get(ConfigKeys.Queue.DelayNotice));
        if (queue.RetryLongest < queue.RetryFirst)
            file.Blame(section.LineOf(ConfigKeys.Queue.RetryLongest), $"retry-longest ({Quantity.Show(queue.RetryLongest)}) is shorter than retry-first ({Quantity.Show(queue.RetryFirst)}): exchange them");
        if (queue.DelayNotice >= queue.Expire)
            file.Blame(section.LineOf(ConfigKeys.Queue.DelayNotice), $"delay-notice ({Quantity.Show(queue.DelayNotice)}) must come before expire ({Quantity.Show(queue.Expire)}); write \"0s\" for no notice");
        return queue;
    }

    private DeliverySettings ReadDelivery()
    {
        var section = file.One("delivery");
        return new DeliverySettings(
            section.Get(ConfigKeys.Delivery.Paused),
            section.Has(ConfigKeys.Delivery.SmartHost) ? section.Get(ConfigKeys.Delivery.SmartHost) : null,
            section.Get(ConfigKeys.Delivery.AllowNetworks),
            section.Get(ConfigKeys.Delivery.Port),
            section.Get(ConfigKeys.Delivery.Tls),
            section.Get(ConfigKeys.Delivery.Connections),
            section.Get(ConfigKeys.Delivery.ConnectionsPerDestination));
    }

    /// <summary>The full name where the system knows one; the short one otherwise.</summary>
    private static string MachineName()
    {
        string name = System.Net.Dns.GetHostName().ToLowerInvariant();
        return Mailbox.TryParse("x@" + name, out _) ? name : "localhost";
    }
}
