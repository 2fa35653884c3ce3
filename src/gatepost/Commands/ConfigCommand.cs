using System.CommandLine;
using System.Text.Json;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost config check|show</c>.</summary>
internal static class ConfigCommand
{
    public static Command Build()
    {
        var check = new Command("check") { CommandLine.Config,
            CommandLine.Data, CommandLine.Json };
        check.SetAction(CheckAsync);
        var show = new Command("show") { CommandLine.Config,
            CommandLine.Data, CommandLine.Dns, CommandLine.Json };
        show.SetAction(Show);
        return new Command("config") { check, show };
    }

    private static async Task<int> CheckAsync(ParseResult parsed, CancellationToken cancel)
    {
        var output = parsed.InvocationConfiguration.Output;
        bool json = parsed.GetValue(CommandLine.Json);
        try
        {
            var (settings, file) = CommandLine.LoadSettings(parsed);
            if (CatalogueFolder.Read(settings.Catalogue).Problems is { Count: > 0 } problems)
                throw new ConfigurationException(
                    [.. problems.Select(problem => new ConfigError(problem.File, problem.Line, OurEvidence.Quoted.Say(problem.What)))],
                        settings);
            var risks = ConfigurationRisks.Of(settings, MachineCheck.HasDirectory(settings))
                .Concat(await MachineCheck.RunAsync(settings, TimeProvider.System, cancel))
                .Select(file.Place).OrderBy(risk => risk.Line).ToList();
            var texts = CommandTexts.Of(parsed);
            foreach (var risk in risks)
                output.WriteLine(
                    json ? JsonSerializer.Serialize(risk, ProgramJson.Lines.ConfigError) : SafeText.Of(texts.Show(risk.Shown)).ToString());
            if (risks.Any(risk => risk.Level == "error"))
                return ExitCode.Configuration;
            if (!json)
                output.WriteLine(Summary(settings, risks.Count, texts));
            return ExitCode.Done;
        }
        catch (ConfigurationException bad) when (json)
        {
            foreach (var fault in bad.Errors)
                output.WriteLine(JsonSerializer.Serialize(fault, ProgramJson.Lines.ConfigError));
            return ExitCode.Configuration;
        }
    }

    private static int Show(ParseResult parsed)
    {
        var (settings, file) = CommandLine.LoadSettings(parsed);
        var output = parsed.InvocationConfiguration.Output;
        var overrides = CommandLine.OverridesOf(parsed);
        bool json = parsed.GetValue(CommandLine.Json);
        foreach (var value in EffectiveValues.Of(settings, file, overrides))
            output.WriteLine(json ? JsonSerializer.Serialize(value, ProgramJson.Lines.EffectiveValue) : value.ToString());
        return ExitCode.Done;
    }

    private static string Summary(Settings settings, int warnings, Texts texts) => texts.Say(
        warnings == 0 ? "config.good" : "config.usable",
        ("file", settings.File ?? texts.Say("config.built-in")),
        ("warnings", texts.Count("count.warnings", warnings)),
        ("listeners", texts.Count("count.listeners", settings.Listeners.Count)),
        ("domains", texts.Count("count.domains", settings.Domains.Count)),
        ("data", settings.Data));
}
