using System.CommandLine;
using System.Net;
using System.Text.Json;
using Gatepost.Delivery;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.MailAuth;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Commands;

/// <summary>
/// <c>gatepost check dane|tls</c>: what is demanded of TLS with each mail server of a domain, and whether it is fulfilled.
/// </summary>
internal static class TlsCheckCommand
{
    private static readonly Argument<string> Place = new("HOST_OR_DOMAIN");

    private static readonly Option<int> Port = new("--port")
    {
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 25,
    };

    private static readonly IPNetwork[] Everywhere = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")];

    public static Command Build(string method)
    {
        var command = new Command(method)
        {
            Place, Port, CommandLine.Config, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed, method, cancel));
        return command;
    }

    /// <summary>Asks as this server would, and at any address: a person has named it.</summary>
    public static TlsSurvey Survey(IResolver dns, StsPolicies? sts, string hostName, int port = 25)
    {
        var options = new DeliveryOptions
        {
            // A host of our own name would be left out as a loop; here it is asked like any other.
            HostName = "check.invalid",
            Hello = hostName,
            SmtpPort = port,
            AllowedNetworks = Everywhere,
            Dane = DaneUse.On,
            Timeouts = new ClientTimeouts
            {
                Connect = TimeSpan.FromSeconds(10),
                Greeting = TimeSpan.FromSeconds(20),
                Hello = TimeSpan.FromSeconds(20),
            },
        };
        return new TlsSurvey(options, dns, sts, new SocketConnector(), TimeProvider.System, Chance.Shared);
    }

    private static async Task<int> RunAsync(ParseResult parsed, string method, CancellationToken cancel)
    {
        string domain = CheckSources.Domain(parsed.GetValue(Place)!);
        var dns = CheckSources.Resolver(parsed);
        using var fetch = CheckSources.Sts(dns, out var policies);
        var sts = method == "tls" ? policies : null;
        var hosts = await Survey(dns, sts, System.Net.Dns.GetHostName(), parsed.GetValue(Port)).AskAsync(domain, connects: true, cancel);
        var line = new TlsLine(domain, hosts);
        if (parsed.GetValue(CommandLine.Json))
        {
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(line, ProgramJson.Lines.TlsLine));
        }
        else
        {
            var printer = new CheckPrinter(parsed);
            foreach (var host in hosts)
            {
                printer.Write(
                    method, TlsLine.ResultOf(host.Outcome), [("host", host.Host), ("address", host.Address?.ToString()), ("by", host.By)],
                    host.Steps);
            }
        }

        return line.Result == AuthResult.Pass.Word() ? ExitCode.Done : 1;
    }
}

/// <summary>The line of <c>gatepost check dane|tls --json</c>.</summary>
internal sealed record TlsLine
{
    /// <summary>What decides when servers differ: one that fails, then one that does not answer.</summary>
    private static readonly TlsOutcome[] Order = [TlsOutcome.Failed, TlsOutcome.Unanswered, TlsOutcome.Undemanded, TlsOutcome.Fulfilled];

    public TlsLine(string domain, IReadOnlyList<TlsHost> hosts)
    {
        Result = ResultOf(hosts.Select(host => host.Outcome).DefaultIfEmpty(TlsOutcome.Unanswered).MinBy(one => Array.IndexOf(Order, one)))
            .Word();
        (Domain, Hosts) = (domain, [.. hosts.Select(host => new TlsHostLine(host))]);
    }

    public string Result { get; }

    public string Domain { get; }

    public IReadOnlyList<TlsHostLine> Hosts { get; }

    public static AuthResult ResultOf(TlsOutcome outcome) => outcome switch
    {
        TlsOutcome.Fulfilled => AuthResult.Pass,
        TlsOutcome.Undemanded => AuthResult.None,
        TlsOutcome.Failed => AuthResult.Fail,
        _ => AuthResult.TempError,
    };
}

/// <summary>One mail server in <see cref="TlsLine"/>.</summary>
internal sealed record TlsHostLine
{
    public TlsHostLine(TlsHost host) => (Host, Address, Result, By, Steps) =
        (host.Host, host.Address?.ToString(), TlsLine.ResultOf(host.Outcome).Word(), host.By, host.Steps);

    public string Host { get; }

    public string? Address { get; }

    public string Result { get; }

    /// <summary>The policy that demands TLS: <c>DANE</c>, <c>MTA-STS of example.org</c>.</summary>
    public string? By { get; }

    public IReadOnlyList<Finding> Steps { get; }
}
