using System.CommandLine;
using System.Net;
using Gatepost.Configuration;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>All verbs and the options they share.</summary>
internal static class CommandLine
{
    public static readonly Option<string?> Config = new("--config", "-c")
    {
        HelpName = "FILE"
    };

    public static readonly Option<string?> Data = new("--data") { HelpName = "DIR" };

    public static readonly Option<string?> Dns = DnsOption();

    public static readonly Option<bool> Json = new("--json");

    public static readonly Option<string?> Lang = LangOption();

    /// <summary>An argument that begins with @ is a domain here, never the name of a file with arguments.</summary>
    public static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private static readonly string[] Places = ["gatepost.toml", "/etc/gatepost/gatepost.toml"];

    public const string ProgramName = "gatepost";

    public static RootCommand Build() => CommandHelp.UseIn(new RootCommand
    {
        Lang,
        ServeCommand.Build(),
        QueueCommand.Build(),
        QuarantineCommand.Build(),
        TraceCommand.Build(),
        FindCommand.Build(),
        StatusCommand.Build(),
        PanelLinkCommand.Build(),
        ClientCommand.Build(),
        ReloadCommand.Build(),
        ExplainCommand.Build(),
        ConfigCommand.Build(),
        ManualCommand.Build(),
        PasswordCommand.Build(),
        DomainCommand.Build(),
        AccountCommand.Build(),
        AliasCommand.Build(),
        ForwardCommand.Build(),
        BlockCommand.Build(),
        QuotaCommand.Build(),
        TourCommand.Build(),
        WouldAcceptCommand.Build(),
        CheckCommand.Build(),
        DkimCommand.Build(),
        ReportsCommand.Build(),
        CertificateCommand.Build(),
    });

    /// <summary>The configuration the options mean, checked.</summary>
    /// <exception cref="ConfigurationException">With everything that is wrong.</exception>
    public static (Settings Settings, ConfigurationFile File) LoadSettings(ParseResult parsed) =>
        SettingsReader.LoadWithFile(FindConfig(parsed), OverridesOf(parsed));

    public static Overrides OverridesOf(ParseResult parsed) =>
        new(parsed.GetValue(Data), parsed.GetValue(Dns) is { } dns ? IPEndPoint.Parse(dns) : null);

    /// <summary>The file to read; null for the built-in demonstration.</summary>
    public static string? FindConfig(ParseResult parsed) =>
        parsed.GetValue(Config) ?? FindConfig();

    public static string? FindConfig() =>
        Environment.GetEnvironmentVariable("GATEPOST_CONFIG") is { Length: > 0 } named ? named
        : Places.FirstOrDefault(File.Exists);

    private static Option<string?> DnsOption()
    {
        var option = new Option<string?>(
            "--dns")
        { HelpName = "HOST:PORT" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && (!IPEndPoint.TryParse(text, out var point) || point.Port == 0))
                result.AddError(OurEvidence.OptionNoEndpoint.Say("--dns", text));
        });
        return option;
    }

    private static Option<string?> LangOption()
    {
        var option = new Option<string?>(
            "--lang")
        {
            HelpName = "LANG",
            Recursive = true
        };
        option.Validators.Add(result =>
        {
            // A folder of words beside the configuration may add a language; which one is known once it is read.
            if (result.GetValueOrDefault<string?>() is { } tag && (tag.Length != 2 || !tag.All(char.IsAsciiLetterLower)))
                result.AddError(OurEvidence.OptionNoLanguage.Say(tag));
        });
        return option;
    }
}
