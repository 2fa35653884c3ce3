using System.CommandLine;
using System.Text.Json;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost reload</c>.</summary>
internal static class ReloadCommand
{
    public static Command Build()
    {
        var command = new Command("reload")
        {
            CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var server = await QueueControls.FindServerAsync(parsed, cancel)
                ?? throw new ControlException(ExitCode.Unavailable, OurEvidence.NoServerRuns.Say());
            var reloaded = await server.ReloadAsync(cancel);
            if (parsed.GetValue(CommandLine.Json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(reloaded, ControlJson.Lines.Reloaded));
            }
            else
            {
                var texts = CommandTexts.Of(parsed);
                foreach (string fault in reloaded.Errors?.Select(texts.Show) ?? reloaded.Faults)
                    await Console.Error.WriteLineAsync(SafeText.Of(fault).ToString());
                await (reloaded.Ok ? Console.Out : Console.Error).WriteLineAsync(texts.Show(reloaded.Message));
            }

            return reloaded.Ok ? ExitCode.Done : ExitCode.Configuration;
        });
        return command;
    }
}
