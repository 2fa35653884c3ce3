using System.CommandLine;
using System.Text.Json;
using Gatepost.Composition;
using Gatepost.Configuration;

namespace Gatepost.Commands;

/// <summary><c>gatepost config check|show</c>.</summary>
internal static class ConfigCommand
{
    public static Command Build()
    {
        var check =
            new Command("check", "Say everything that is wrong with the configuration, with line and remedy.") { CommandLine.Config,
                CommandLine.Data, CommandLine.Json };
        check.SetAction(Check);
        var show =
            new Command("show", "Print every key with its effective value and where that comes from.") { CommandLine.Config,
                CommandLine.Data, CommandLine.Dns, CommandLine.Json };
        show.SetAction(Show);
        return new Command("config", "Check the configuration, or show what is in force.") { check, show };
    }

    private static int Check(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        bool json = parsed.GetValue(CommandLine.Json);
        try
        {
            var (settings, _) = CommandLine.LoadSettings(parsed);
            if (CatalogueFolder.Read(settings.Catalogue).Problems is { Count: > 0 } problems)
                throw new ConfigurationException(
                    [.. problems.Select(problem => new ConfigError(problem.File, problem.Line, problem.What))], settings);
            if (!json)
                output.WriteLine(
                    $"{settings.File ?? "the built-in configuration"} is good: {Count(settings.Listeners.Count, "listener")}, "
                    + $"{Count(settings.Domains.Count, "domain")}, data in {settings.Data}");
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

    private static string Count(int number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";
}
