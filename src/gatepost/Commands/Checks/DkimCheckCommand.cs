using System.CommandLine;
using System.Text.Json;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost check dkim</c>: what became of each signature, and what was changed in the message.</summary>
internal static class DkimCheckCommand
{
    public static Command Build()
    {
        var command = new Command("dkim")
        {
            CheckSources.Message, CheckSources.Now, CommandLine.Config, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancel) => CheckSources.WithMessageAsync(
        parsed, async (message, dns, time) =>
        {
            var results = await new DkimVerifier(dns, time).VerifyAsync(message, cancel);
            var line = new DkimLine(results);
            if (parsed.GetValue(CommandLine.Json))
            {
                parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(line, ProgramJson.Lines.DkimLine));
            }
            else
            {
                Write(new CheckPrinter(parsed), results);
            }

            return line.Result == AuthResult.Pass.Word() ? ExitCode.Done : 1;
        });

    public static void Write(CheckPrinter printer, IReadOnlyList<DkimResult> results)
    {
        foreach (var result in results)
        {
            printer.Write(
                "dkim",
                result.Result,
                [("header.d", result.Domain), ("header.s", result.Selector), ("header.a", result.Algorithm)],
                result.Steps);
        }
    }
}

/// <summary>The line of <c>gatepost check dkim --json</c>.</summary>
internal sealed record DkimLine
{
    /// <summary>What decides when there are several signatures: one that passes is enough, and silence of DNS outweighs a
    /// failure.</summary>
    private static readonly AuthResult[] Order =
    [
        AuthResult.Pass, AuthResult.TempError, AuthResult.Fail, AuthResult.PermError, AuthResult.Policy, AuthResult.Neutral,
        AuthResult.None,
    ];

    public DkimLine(IReadOnlyList<DkimResult> results)
    {
        Result = results.Select(result => result.Result).MinBy(result => Array.IndexOf(Order, result)).Word();
        Signatures = [.. results.Where(result => result.Result != AuthResult.None).Select(result => new DkimSignatureLine(result))];
        Steps = [.. results.Where(result => result.Result == AuthResult.None).SelectMany(result => result.Steps)];
    }

    public string Result { get; }

    public IReadOnlyList<DkimSignatureLine> Signatures { get; }

    /// <summary>What is to be said of the message, not of one signature.</summary>
    public IReadOnlyList<Finding> Steps { get; }
}

/// <summary>One signature in <see cref="DkimLine"/>.</summary>
internal sealed record DkimSignatureLine
{
    public DkimSignatureLine(DkimResult result)
    {
        Result = result.Result.Word();
        (Domain, Selector, Algorithm, Identity) = (result.Domain, result.Selector, result.Algorithm, result.Identity);
        (KeyBits, IsTesting, Steps) = (result.KeyBits, result.IsTesting, result.Steps);
    }

    public string Result { get; }

    public string? Domain { get; }

    public string? Selector { get; }

    public string? Algorithm { get; }

    public string? Identity { get; }

    public int? KeyBits { get; }

    public bool IsTesting { get; }

    public IReadOnlyList<Finding> Steps { get; }
}
