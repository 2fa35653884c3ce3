using Gatepost.Commands;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Sendmail;

namespace Gatepost;

internal static class Program
{
    private static Task<int> Main(string[] args) => RunAsync(args);

    internal static async Task<int> RunAsync(string[] args)
    {
        System.CommandLine.ParseResult? parsed = null;
        try
        {
            // Before the general command line: sendmail's has rules of its own, and local programs start it for each message.
            if (args is ["sendmail", .. var rest])
                return await SendmailProgram.RunAsync(rest, RunAsync, CancellationToken.None);

            parsed = CommandLine.Build().Parse(args, CommandLine.Parsing);
            if (parsed.Errors.Count == 0)
                return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });

            var texts = CommandTexts.Of(parsed);
            foreach (var error in CommandLineErrors.Of(parsed))
                await Console.Error.WriteLineAsync($"gatepost: {SafeText.Of(texts.Show(error))}");
            string help = string.Join(' ', ["gatepost", .. Verbs(parsed), "--help"]);
            await Console.Error.WriteLineAsync("gatepost: " + texts.Say("command.see", ("command", help)));
            return ExitCode.Usage;
        }
        catch (ConfigurationException bad)
        {
            var texts = parsed is null ? CommandTexts.OfEnvironment() : CommandTexts.Of(parsed);
            foreach (var fault in bad.Errors)
                await Console.Error.WriteLineAsync(SafeText.Of(texts.Show(fault.Shown)).ToString());
            return ExitCode.Configuration;
        }
        catch (Control.ControlException cannot)
        {
            var texts = parsed is null ? CommandTexts.OfEnvironment() : CommandTexts.Of(parsed);
            await Console.Error.WriteLineAsync($"gatepost: {SafeText.Of(texts.Show(cannot.Why))}");
            return cannot.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.TryLater;
        }
    }

    private static Stack<string> Verbs(System.CommandLine.ParseResult parsed)
    {
        var verbs = new Stack<string>();
        for (var command = parsed.CommandResult; command?.Parent is not null;
            command = command.Parent as System.CommandLine.Parsing.CommandResult)
            verbs.Push(command.Command.Name);
        return verbs;
    }
}
