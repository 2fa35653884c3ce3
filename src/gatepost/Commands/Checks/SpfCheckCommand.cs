using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Spf;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost check spf</c>: may this client send for that domain (RFC 7208)?</summary>
internal static class SpfCheckCommand
{
    private static readonly Option<string> Receiver = new("--receiver")
    {
        HelpName = "NAME",
        DefaultValueFactory = _ => SpfQuestion.UnknownReceiver,
    };

    public static Command Build()
    {
        var command = new Command("spf")
        {
            CheckSources.Ip, CheckSources.Helo, CheckSources.From, Receiver,
            CommandLine.Config, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (CheckSources.Client(parsed, isNeeded: true) is not { } client)
            return ExitCode.Usage;

        var question = new SpfQuestion
        {
            Client = client,
            Helo = parsed.GetValue(CheckSources.Helo)!,
            Sender = parsed.GetValue(CheckSources.From)!,
            Receiver = parsed.GetValue(Receiver)!,
        };
        var result = await new SpfVerifier(CheckSources.Resolver(parsed), TimeProvider.System).CheckAsync(question, cancel);
        if (parsed.GetValue(CommandLine.Json))
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(new SpfLine(result), ProgramJson.Lines.SpfLine));
        else
            Write(new CheckPrinter(parsed), result);
        return result.Result == AuthResult.Pass ? ExitCode.Done : 1;
    }

    public static void Write(CheckPrinter printer, SpfResult result) =>
        printer.Write("spf", result.Result, [(result.Identity.Property(), result.Domain), ("term", result.Mechanism)], result.Steps);
}

/// <summary>The line of <c>gatepost check spf --json</c>.</summary>
internal sealed record SpfLine
{
    public SpfLine(SpfResult result)
    {
        Result = result.Result.Word();
        Identity = result.Identity == SpfIdentity.Helo ? "helo" : "mailfrom";
        (Domain, Mechanism, Through, Explanation) = (result.Domain, result.Mechanism, result.Through, result.Explanation);
        (Lookups, Voids, Steps) = (result.Lookups, result.Voids, result.Steps);
    }

    public string Result { get; }

    public string Domain { get; }

    public string Identity { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Mechanism { get; }

    public IReadOnlyList<string> Through { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Explanation { get; }

    public int Lookups { get; }

    public int Voids { get; }

    public IReadOnlyList<Finding> Steps { get; }
}
