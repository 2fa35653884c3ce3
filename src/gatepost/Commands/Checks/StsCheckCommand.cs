using System.CommandLine;
using System.Text.Json;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.MailAuth;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost check mta-sts</c>: record and policy of a domain, and whether its mail servers are in it.</summary>
internal static class StsCheckCommand
{
    private static readonly Argument<string> Domain = new("DOMAIN");

    public static Command Build()
    {
        var command = new Command("mta-sts")
        {
            Domain, CommandLine.Config, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string domain = CheckSources.Domain(parsed.GetValue(Domain)!);
        var dns = CheckSources.Resolver(parsed);
        using var fetch = CheckSources.Sts(dns, out var policies);
        var found = await policies.FindAsync(domain, cancel);
        var steps = new List<Finding> { found.Why };
        var result = found.Failure is not null ? AuthResult.Fail : found.Policy is null ? AuthResult.None : AuthResult.Pass;
        if (found.Policy is { Mode: not StsMode.None } policy)
        {
            var mx = await dns.MxAsync(domain, cancel);
            foreach (
                string host in mx.Records.Select(record => record.Exchange).Where(host => host.Length > 0).DefaultIfEmpty(domain).Take(20))
            {
                bool isListed = policy.Lists(host);
                steps.Add((isListed ? OurEvidence.StsListed : OurEvidence.StsNotListed).Say(host));
                result = isListed ? result : AuthResult.Fail;
            }

            if (mx.Outcome == DnsOutcome.Unanswered)
                result = AuthResult.TempError;
        }

        if (parsed.GetValue(CommandLine.Json))
        {
            var line = new StsLine(
                result.Word(), domain, found.Id, found.Policy?.Mode.ToString().ToLowerInvariant(), (long?)found.Policy?.MaxAge.TotalSeconds,
                found.Policy?.Hosts, steps);
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(line, ProgramJson.Lines.StsLine));
        }
        else
        {
            new CheckPrinter(parsed).Write(
                "mta-sts", result, [("domain", domain), ("id", found.Id), ("mode", found.Policy?.Mode.ToString().ToLowerInvariant())],
                    steps);
        }

        return result == AuthResult.Pass ? ExitCode.Done : 1;
    }
}

/// <summary>The line of <c>gatepost check mta-sts --json</c>.</summary>
/// <param name="MaxAge">In seconds.</param>
internal sealed record StsLine(
    string Result, string Domain, string? Id, string? Mode, long? MaxAge, IReadOnlyList<string>? Mx, IReadOnlyList<Finding> Steps);
