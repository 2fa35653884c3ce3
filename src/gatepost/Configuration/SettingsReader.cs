using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;

namespace Gatepost.Configuration;

/// <summary>What the command line sets above the file.</summary>
/// <param name="Data">The data folder; null if not said.</param>
/// <param name="Dns">The resolver; null if not said.</param>
public sealed record Overrides(string? Data = null, IPEndPoint? Dns = null);

/// <summary>Makes <see cref="Settings"/> of a file, with the checks that need more than one key.</summary>
public sealed class SettingsReader
{
    private const int LongestSocketName = 107;

    private readonly ConfigurationFile file;
    private readonly Overrides overrides;
    private readonly string folder;

    private SettingsReader(ConfigurationFile file, Overrides overrides, string folder) =>
        (this.file, this.overrides, this.folder) = (file, overrides, folder);

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
        catch (Exception problem) when (Disk.IsFailure(problem))
        {
            throw new ConfigurationException(
                [new ConfigError(path, 0, problem is FileNotFoundException or DirectoryNotFoundException
                    ? OurEvidence.ConfigNoFile.Say() : OurEvidence.ConfigUnreadable.Say(problem.Message))]);
        }

        var (settings, file) = Read(text, path, overrides, Path.GetDirectoryName(Path.GetFullPath(path))!);
        return (settings with { File = Path.GetFullPath(path) }, file);
    }

    /// <summary>Reads text that is in <paramref name="folder"/>.</summary>
    /// <exception cref="ConfigurationException">With everything that is wrong.</exception>
    public static (Settings Settings, ConfigurationFile File) Read(string text, string name, Overrides overrides, string folder)
    {
        var file = ConfigurationFile.Parse(text, name);
        var settings = new SettingsReader(file, overrides, folder).Read();
        return file.Errors.Count == 0 ? (settings, file) : throw new ConfigurationException(
            [.. file.Errors.OrderBy(error => error.Line)], settings);
    }

    private Settings Read()
    {
        var settings = Settings.Default;
        foreach (var definition in ConfigKeys.Sections.Where(definition => !definition.Repeated))
            settings = file.One(definition.Name).Bind(settings);

        var general = file.One("");
        string data = Path.GetFullPath(overrides.Data is { } wanted ? Path.GetFullPath(wanted) : settings.Data, folder);
        string hostName = general.Has(ConfigKeys.General.HostName) ? settings.HostName : MachineName();
        var certificates = ReadCertificates();
        var domains = new DomainReader(file, data, settings.Delivery.Bounces.Language).Read();
        var policy = new PolicyReader(file, domains);
        policy.CheckDovecot(settings.DovecotAuth);
        settings = settings with
        {
            HostName = hostName,
            Data = data,
            Catalogue = CatalogueFolder(general, settings.Catalogue),
            HelpUrl = CheckedUrl(general, settings.HelpUrl),
            Certificates = certificates,
            Acme = settings.Acme with { TrustFile = AcmeFile(ConfigKeys.Acme.TrustFile, settings.Acme.TrustFile) },
            Listeners = ReadListeners(settings, certificates.Count > 0 || settings.Acme.AgreesToTerms),
            Smtp = settings.Smtp with { HostName = hostName },
            Dns = settings.Dns with { Servers = overrides.Dns is { } server ? [server] : settings.Dns.Servers },
            Domains = domains,
            Transports = ReadTransports(),
            Policy = policy.Complete(settings.Policy),
            Accounts = policy.ReadAccounts(),
            Blocks = policy.ReadBlocks(),
            Delivery = settings.Delivery with { HostName = hostName, NextHosts = new NextHostReader(file, folder).Read() },
            Journal = settings.Journal with { Folder = data },
            ControlSocket = SocketPath(ConfigKeys.Control.Socket, settings.ControlSocket, data),
            SubmitSocket = SocketPath(ConfigKeys.Control.SubmitSocket, settings.SubmitSocket, data),
            Http = settings.HttpEnabled ? settings.Http : [],
        };
        if (settings.LocalMailTo is { } local && !Mailbox.TryParse(local, out _))
            file.AddError(
                general.LineOf(ConfigKeys.General.LocalMailTo),
                OurEvidence.ConfigLocalMailTo.Say(local));
        foreach (var (section, problem) in settings.Problems())
            AddProblem(file.One(section), problem);
        if (file.Errors.Count == 0)
            CheckDirectory(settings);
        return settings;
    }

    /// <summary>What single sections cannot see, such as one domain in two spellings.</summary>
    private void CheckDirectory(Settings settings)
    {
        foreach (string problem in DirectoryFromSettings.Problems(settings))
        {
            var section = file.Many("domain")
                .LastOrDefault(section => problem.Contains(section.Get(ConfigKeys.Domain.Name), StringComparison.Ordinal));
            file.AddError(section?.Line ?? 0, problem);
        }
    }

    /// <summary>A problem of values together begins with the key to change, or to add if it is not written, or with the rule.</summary>
    private void AddProblem(Section section, string problem)
    {
        var key = section.Definition.Keys.FirstOrDefault(key => problem.StartsWith(key.Name + " ", StringComparison.Ordinal));
        if (
            file.Many("rule").FirstOrDefault(rule =>
                problem.StartsWith($"[[rule]] {rule.Get(ConfigKeys.Rule.Name)} ", StringComparison.Ordinal)) is { } rule)
            (section, key) = (rule, rule.Definition.Keys.FirstOrDefault(key => problem.Contains($" {key.Name}", StringComparison.Ordinal)));
        file.AddError(key is null ? section.Line : section.LineOf(key), problem);
    }

    /// <summary>
    /// Where a socket is: a Unix socket's name has room for 107 octets, so a data folder too deep for that gets its sockets in the folder
    /// for temporary files.
    /// </summary>
    private string SocketPath(Key<string> key, string written, string data)
    {
        var section = file.One("control");
        string path = Path.GetFullPath(written.Replace("{data}", data, StringComparison.Ordinal), folder);
        if (Encoding.UTF8.GetByteCount(path) <= LongestSocketName)
            return path;
        if (section.Has(key))
            file.AddError(
                section.LineOf(
                    key), OurEvidence.ConfigSocketTooLong.Say(key.Name, path, LongestSocketName));
        string place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..16];
        return Path.Combine(Path.GetTempPath(), $"gatepost-{place}", Path.GetFileName(path));
    }

    private string CatalogueFolder(Section general, string? written)
    {
        if (written is null)
            return folder;

        string path = Path.GetFullPath(written, folder);
        if (!Directory.Exists(path))
        {
            file.AddError(
                general.LineOf(ConfigKeys.General.Catalogue),
                OurEvidence.ConfigNoCatalogue.Say(path));
        }

        return path;
    }

    private string? CheckedUrl(Section general, string? url)
    {
        if (url is null || (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
            return url;
        file.AddError(
            general.LineOf(ConfigKeys.General.HelpUrl),
                OurEvidence.ConfigHelpUrl.Say(url));
        return null;
    }

    private List<ListenerSettings> ReadListeners(Settings settings, bool certified)
    {
        var listeners = new List<ListenerSettings>();
        var taken = new Dictionary<string, int>();
        foreach (var section in file.Many("listener"))
        {
            if (!section.Has(ConfigKeys.Listener.Role) || !section.Has(ConfigKeys.Listener.Address))
                continue;

            var listener = ReadListener(section, settings, certified);
            int line = section.LineOf(ConfigKeys.Listener.Address);
            foreach (string address in listener.Addresses.Select(address => address.ToString()))
            {
                if (!taken.TryAdd(address, line))
                    file.AddError(line, OurEvidence.ConfigAddressTaken.Say(address, taken[address]));
            }

            listeners.Add(listener);
        }

        if (file.Many("listener").Count == 0)
            listeners.AddRange(Demonstration.Listeners(certified).Select(listener => WithLimits(listener, settings)));
        return listeners;
    }

    private ListenerSettings ReadListener(Section section, Settings settings, bool certified)
    {
        var listener = section.Bind(new ListenerSettings());
        if (listener.Tls is TlsUse.StartTls or TlsUse.Implicit && !certified)
        {
            file.AddError(
                section.LineOf(ConfigKeys.Listener.Tls),
                OurEvidence.ConfigTlsNeedsCertificate.Say());
        }

        if (listener.Role == ListenerRole.Internal && listener.Trusted.Count == 0)
        {
            file.AddError(
                section.Line, OurEvidence.ConfigInternalNeedsTrusted.Say());
        }

        if (listener.Role != ListenerRole.Internal && section.Has(ConfigKeys.Listener.Trusted))
        {
            file.AddError(
                section.LineOf(ConfigKeys.Listener.Trusted),
                OurEvidence.ConfigTrustedForInternal.Say());
        }

        if (listener is { BareLineEnds: BareLineEnds.Normalise, Role: ListenerRole.Mx or ListenerRole.Lmtp })
        {
            file.AddError(
                section.LineOf(ConfigKeys.Listener.BareEnds),
                OurEvidence.ConfigBareLineEnds.Say());
        }

        var tls = listener.Tls == TlsUse.WhereCertified ? UsualTls(listener.Role, listener.Addresses, certified) : listener.Tls;
        if (listener.RequireTls && tls == TlsUse.None)
        {
            file.AddError(
                section.LineOf(ConfigKeys.Listener.RequireTls),
                OurEvidence.ConfigRequireTls.Say());
        }

        return WithLimits(listener with { Tls = tls }, settings);
    }

    private static ListenerSettings WithLimits(ListenerSettings listener, Settings settings)
    {
        var general = settings.Smtp.Limits;
        int recipients = listener.Role == ListenerRole.Submission ? settings.Policy.MaxRecipientsOnSubmission : general.MaxRecipients;
        return listener with
        {
            Limits = general with
            {
                MaxRecipients = listener.Recipients ?? recipients,
                MaxMessage = listener.MessageSize ?? general.MaxMessage,
            },
        };
    }

    /// <summary>
    /// Other servers are offered STARTTLS without any configuration: they take any certificate. Mail programs check it, so they get a valid
    /// one or none.
    /// </summary>
    private static TlsUse UsualTls(ListenerRole role, IReadOnlyList<IPEndPoint> addresses, bool certified) =>
        certified ? TlsUse.StartTls
        : role == ListenerRole.Mx && addresses.Any(address => !IPAddress.IsLoopback(address.Address)) ? TlsUse.SelfSigned
        : TlsUse.None;

    private List<CertificateFiles> ReadCertificates()
    {
        var certificates = new List<CertificateFiles>();
        foreach (var section in file.Many("certificate"))
        {
            string? chain = ExistingFile(section, ConfigKeys.Certificate.File),
                key = ExistingFile(section, ConfigKeys.Certificate.PrivateKey);
            certificates.Add(new CertificateFiles(chain ?? "", key ?? ""));
            if (chain is not null && key is not null && Pem.Problem(chain, key) is { } problem)
                file.AddError(section.LineOf(ConfigKeys.Certificate.File), problem);
        }

        return certificates;
    }

    private string? AcmeFile(Key<string?> key, string? written)
    {
        if (written is null)
            return null;
        string path = Path.GetFullPath(written, folder);
        if (!File.Exists(path))
            file.AddError(file.One("acme").LineOf(key), OurEvidence.ConfigNoPemFile.Say(key.Name, path));
        return path;
    }

    private string? ExistingFile(Section section, Key<string> key)
    {
        if (!section.Has(key))
            return null;

        string path = Path.GetFullPath(section.Get(key), folder);
        if (File.Exists(path))
            return path;
        file.AddError(section.LineOf(key), OurEvidence.ConfigNoPemFile.Say(key.Name, path));
        return null;
    }

    private List<TransportSettings> ReadTransports()
    {
        var transports = new List<TransportSettings>();
        foreach (var section in file.Many("transport"))
        {
            if (!section.Has(ConfigKeys.Transport.DomainName) || !section.Has(ConfigKeys.Transport.To))
                continue;

            string domain = section.Get(ConfigKeys.Transport.DomainName).ToLowerInvariant();
            if (!DomainName.TryParse(domain.TrimStart('.'), out _))
                file.AddError(section.LineOf(ConfigKeys.Transport.DomainName),
                    OurEvidence.ConfigTransportDomain.Say(domain));
            else if (transports.Any(known => known.Domain == domain))
                file.AddError(
                    section.LineOf(ConfigKeys.Transport.DomainName), OurEvidence.ConfigTransportTwice.Say(domain));
            else
                transports.Add(new TransportSettings(domain, section.Get(ConfigKeys.Transport.To)!));
        }

        return transports;
    }

    /// <summary>The full name if the system knows one; otherwise the short one.</summary>
    private static string MachineName()
    {
        string name = System.Net.Dns.GetHostName().ToLowerInvariant();
        return DomainName.TryParse(name, out _) ? name : "localhost";
    }
}
