using System.CommandLine;
using System.Text.Json;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Arc;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost check arc</c>: whether the chain of a forwarded message holds, and who broke it.</summary>
internal static class ArcCheckCommand
{
    public static Command Build()
    {
        var command = new Command("arc")
        {
            CheckSources.Message, CheckSources.Now, CommandLine.Config, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancel) => CheckSources.WithMessageAsync(
        parsed, async (message, dns, time) =>
        {
            var result = await new ArcValidator(dns, time).ValidateAsync(message, cancel);
            if (parsed.GetValue(CommandLine.Json))
                parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(new ArcLine(result), ProgramJson.Lines.ArcLine));
            else
                Write(new CheckPrinter(parsed), result);
            return result.Result == AuthResult.Pass ? ExitCode.Done : 1;
        });

    public static void Write(CheckPrinter printer, ArcResult result) =>
        printer.Write("arc", result.Result, [("header.d", result.Hops is [.., var last] ? last.Domain : null)], result.Steps);
}

/// <summary>The line of <c>gatepost check arc --json</c>.</summary>
internal sealed record ArcLine
{
    public ArcLine(ArcResult result) =>
        (Result, Sets, OldestPass, Steps) = (result.Result.Word(), result.Hops, result.OldestPass, result.Steps);

    public string Result { get; }

    public IReadOnlyList<ArcHop> Sets { get; }

    public int OldestPass { get; }

    public IReadOnlyList<Finding> Steps { get; }
}
