using System.CommandLine;
using System.Net;
using System.Text.Json;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost client list|release</c>: clients that are kept out for a while because they sent or connected too much.</summary>
internal static class ClientCommand
{
    public static Command Build() =>
        new("client") { List(), Release() };

    private static Command List()
    {
        var command = new Command("list") { CommandLine.Json, CommandLine.Config, CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var server = await ServerAsync(parsed, cancel);
            var blocked = (await server.StatusAsync(cancel)).Blocked;
            if (parsed.GetValue(CommandLine.Json))
            {
                foreach (var block in blocked)
                    Console.Out.WriteLine(JsonSerializer.Serialize(block, ControlJson.Lines.ServerBlock));
            }
            else
            {
                Write(blocked, Terminal.Standard, CommandTexts.Of(parsed));
            }

            return ExitCode.Done;
        });
        return command;
    }

    internal static void Write(IEnumerable<ServerBlock> blocked, Terminal terminal, Texts texts)
    {
        foreach (var block in blocked)
        {
            terminal.WriteWrapped("", $"{block.Network}  ", texts.Say(
                "client.blocked", ("rule", block.Rule), ("since", $"{block.Since.LocalDateTime:yyyy-MM-dd HH:mm:ss}"),
                ("until", $"{block.Until.LocalDateTime:HH:mm:ss}"), ("why", block.Why)));
        }
    }

    private static Command Release()
    {
        var address = new Argument<string>("address");
        address.Validators.Add(result =>
        {
            if (!IPAddress.TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError(OurEvidence.NoIpAddress.Say(result.GetValueOrDefault<string>() ?? ""));
        });
        var command = new Command("release") { address, CommandLine.Json,
            CommandLine.Config, CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var server = await ServerAsync(parsed, cancel);
            var client = IPAddress.Parse(parsed.GetRequiredValue(address));
            int lifted = await server.ReleaseClientAsync(client, cancel);
            if (parsed.GetValue(CommandLine.Json))
                Console.Out.WriteLine(JsonSerializer.Serialize(new ClientReleased(lifted), ControlJson.Lines.ClientReleased));
            else if (lifted == 0)
                parsed.WriteError(OurEvidence.ClientWasNotBlocked.Say(client));
            else
                Console.Out.WriteLine(CommandTexts.Of(parsed).Show(OurEvidence.ClientReleased.Say(client)));
            return lifted == 0 ? ExitCode.Nothing : ExitCode.Done;
        });
        return command;
    }

    private static async Task<ControlClient> ServerAsync(ParseResult parsed, CancellationToken cancel) =>
        await QueueControls.FindServerAsync(parsed, cancel)
        ?? throw new ControlException(ExitCode.Unavailable, OurEvidence.NoServerRuns.Say());
}
