using Gatepost.Commands;
using Gatepost.Configuration;

namespace Gatepost;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        try
        {
            var parsed = CommandLine.Build().Parse(args);
            if (parsed.Errors.Count == 0)
                return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });

            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync($"gatepost: {error.Message}");
            await Console.Error.WriteLineAsync($"gatepost: see {string.Join(' ', ["gatepost", .. Verbs(parsed)])} --help");
            return ExitCode.Usage;
        }
        catch (ConfigurationException bad)
        {
            foreach (var fault in bad.Faults)
                await Console.Error.WriteLineAsync(fault.ToString());
            return ExitCode.Configuration;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.TryLater;
        }
    }

    private static Stack<string> Verbs(System.CommandLine.ParseResult parsed)
    {
        var verbs = new Stack<string>();
        for (var command = parsed.CommandResult; command?.Parent is not null; command = command.Parent as System.CommandLine.Parsing.CommandResult)
            verbs.Push(command.Command.Name);
        return verbs;
    }
}
