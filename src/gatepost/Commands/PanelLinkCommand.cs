using System.CommandLine;
using Gatepost.Control;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost panel-link</c>: the way in to the panel for an operator at the machine.</summary>
internal static class PanelLinkCommand
{
    public static Command Build()
    {
        var command = new Command("panel-link")
        {
            CommandLine.Config, CommandLine.Data,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var server = await QueueControls.FindServerAsync(parsed, cancel)
                ?? throw new ControlException(ExitCode.Unavailable, OurEvidence.NoServerRuns.Say());
            if ((await server.MakePanelLinkAsync(cancel)).Link is { } link)
            {
                Console.Out.WriteLine(link);
                return ExitCode.Done;
            }

            parsed.WriteError(OurEvidence.NoPanel.Say());
            return ExitCode.Unavailable;
        });
        return command;
    }
}
