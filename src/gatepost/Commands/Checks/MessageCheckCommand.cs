using System.CommandLine;
using System.Text.Json;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Iprev;
using Gatepost.MailAuth.Verification;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost check message</c>: all checks of a message together, as a receiver makes them.</summary>
internal static class MessageCheckCommand
{
    public static Command Build()
    {
        var command = new Command("message")
        {
            CheckSources.Message, CheckSources.Ip, CheckSources.Helo, CheckSources.From, CheckSources.Now,
            CommandLine.Config, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var client = CheckSources.Client(parsed, isNeeded: false);
        if (client is null && parsed.GetValue(CheckSources.Ip) is not null)
            return ExitCode.Usage;

        string host = System.Net.Dns.GetHostName();
        var question = new MessageQuestion
        {
            Client = client,
            Helo = parsed.GetValue(CheckSources.Helo)!,
            Sender = parsed.GetValue(CheckSources.From)!,
            Receiver = host,
        };
        return await CheckSources.WithMessageAsync(parsed, async (message, dns, time) =>
        {
            var result = await new MessageVerifier(dns, time).CheckAsync(message, question, cancel);
            if (parsed.GetValue(CommandLine.Json))
                WriteJson(parsed, new MessageLine(result, host));
            else
                Write(new CheckPrinter(parsed), result);
            bool passes = result.Dmarc.Result == AuthResult.Pass || (result.Dmarc.Result == AuthResult.None && result.IsAuthenticated);
            return passes ? ExitCode.Done : 1;
        });
    }

    private static void WriteJson(ParseResult parsed, MessageLine line) =>
        parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(line, ProgramJson.Lines.MessageLine));

    private static void Write(CheckPrinter printer, MessageResult result)
    {
        if (result.Iprev is { } iprev)
            printer.Write("iprev", iprev.Result, [("policy.iprev", iprev.Client.ToString())], iprev.Steps);
        if (result.Spf is { } spf)
            SpfCheckCommand.Write(printer, spf);
        DkimCheckCommand.Write(printer, result.Dkim);
        ArcCheckCommand.Write(printer, result.Arc);
        DmarcCheckCommand.Write(printer, result.Dmarc);
    }
}

/// <summary>The line of <c>gatepost check message --json</c>.</summary>
internal sealed record MessageLine
{
    public MessageLine(MessageResult result, string host)
    {
        Result = result.Dmarc.Result.Word();
        (Dkim, Arc, Dmarc) = (new DkimLine(result.Dkim), new ArcLine(result.Arc), new DmarcLine(result.Dmarc));
        Spf = result.Spf is null ? null : new SpfLine(result.Spf);
        Iprev = result.Iprev is null ? null : new IprevLine(result.Iprev);
        Field = result.ToAuthenticationResults(host).ToField().TrimEnd();
    }

    /// <summary>That of DMARC.</summary>
    public string Result { get; }

    public IprevLine? Iprev { get; }

    public SpfLine? Spf { get; }

    public DkimLine Dkim { get; }

    public ArcLine Arc { get; }

    public DmarcLine Dmarc { get; }

    /// <summary>As a server would put it above the message.</summary>
    public string Field { get; }
}

/// <summary>The reverse name in <see cref="MessageLine"/>.</summary>
internal sealed record IprevLine
{
    public IprevLine(IprevResult result) =>
        (Result, Client, Name, Steps) = (result.Result.Word(), result.Client.ToString(), result.Name, result.Steps);

    public string Result { get; }

    public string Client { get; }

    public string? Name { get; }

    public IReadOnlyList<Finding> Steps { get; }
}
