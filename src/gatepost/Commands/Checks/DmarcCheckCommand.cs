using System.CommandLine;
using System.Text.Json;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Spf;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost check dmarc</c>: which policy applies to mail of a domain, and would what passed belong to it?</summary>
internal static class DmarcCheckCommand
{
    private static readonly Argument<string> Domain = new("DOMAIN");

    private static readonly Option<string?> Spf = new("--spf")
    {
        HelpName = "DOMAIN",
    };

    private static readonly Option<string[]> Dkim = new("--dkim")
    {
        HelpName = "DOMAIN",
    };

    public static Command Build()
    {
        var command = new Command("dmarc")
        {
            Domain, Spf, Dkim, CommandLine.Config, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var question = new DmarcQuestion
        {
            Author = AuthorDomains.Of(parsed.GetValue(Domain)!),
            Spf = parsed.GetValue(Spf) is { } envelope
                ? new SpfResult { Result = AuthResult.Pass, Identity = SpfIdentity.MailFrom, Domain = envelope, Steps = [] }
                : null,
            Dkim = [.. (parsed.GetValue(Dkim) ?? []).Select(Passed)],
        };
        var result = await new DmarcVerifier(CheckSources.Resolver(parsed)).CheckAsync(question, cancel);
        if (parsed.GetValue(CommandLine.Json))
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(new DmarcLine(result), ProgramJson.Lines.DmarcLine));
        else
            Write(new CheckPrinter(parsed), result);
        return result.Result == AuthResult.Pass ? ExitCode.Done : 1;
    }

    public static void Write(CheckPrinter printer, DmarcResult result)
    {
        string? policy = result.Record is null ? null : result.Policy.Word();
        printer.Write("dmarc", result.Result, [("header.from", result.Author), ("policy.dmarc", policy)], result.Steps);
    }

    private static DkimResult Passed(string signer) => new() { Result = AuthResult.Pass, Domain = signer, Steps = [] };
}

/// <summary>The line of <c>gatepost check dmarc --json</c>.</summary>
internal sealed record DmarcLine
{
    public DmarcLine(DmarcResult result)
    {
        Result = result.Result.Word();
        (Domain, RecordDomain, AlignedBy, Steps) = (result.Author, result.Record?.Domain, result.AlignedBy, result.Steps);
        Policy = result.Record is null ? null : result.Policy.Word();
    }

    public string Result { get; }

    public string? Domain { get; }

    /// <summary>Whose record applies.</summary>
    public string? RecordDomain { get; }

    /// <summary>What it asks for if the message fails.</summary>
    public string? Policy { get; }

    /// <summary><c>spf</c> or <c>dkim</c>.</summary>
    public string? AlignedBy { get; }

    public IReadOnlyList<Finding> Steps { get; }
}
