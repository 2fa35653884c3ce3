using System.CommandLine;

namespace Gatepost.Commands;

/// <summary><c>gatepost serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Build()
    {
        var command = new Command("serve", "Run the server until SIGTERM. Without a configuration it tries itself out on loopback: 127.0.0.1:2525 and :2587, mailboxes ann@demo.test and bob@demo.test.")
        {
            CommandLine.Config, CommandLine.Data, CommandLine.Dns,
        };
        command.SetAction(parsed =>
        {
            CommandLine.LoadSettings(parsed);
            return ExitCode.Unavailable;
        });
        return command;
    }
}
