using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Storage;

namespace Gatepost.Commands;

/// <summary><c>gatepost serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Build()
    {
        var command = new Command("serve")
        {
            CommandLine.Config, CommandLine.Data, CommandLine.Dns,
        };
        command.SetAction((parsed, _) => ProgramParts.HasServer ? ServeAsync(parsed) : throw ProgramParts.NoServer());
        return command;
    }

    private static async Task<int> ServeAsync(ParseResult parsed)
    {
        string? file = CommandLine.FindConfig(parsed);
        var overrides = CommandLine.OverridesOf(parsed);
        var settings = SettingsReader.Load(file, overrides);
        var systemd = SystemdNotifier.FromEnvironment();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        Server server;
        try
        {
            Disk.KeepNewFilesPrivate();
            server = new Server(settings, () => SettingsReader.Load(file, overrides), Console.OpenStandardError(), TimeProvider.System);
        }
        catch (DataFolderInUseException taken)
        {
            throw new Control.ControlException(ExitCode.Unavailable, OurEvidence.DataFolderTaken.Say(taken.Folder, taken.Holder));
        }
        catch (Exception cannot) when (Disk.IsFailure(cannot))
        {
            throw new Control.ControlException(ExitCode.InputOutput, OurEvidence.DataFolderUnusable.Say(settings.Data, cannot.Message));
        }

        await using (server)
        {
            await StartAsync(server);
            using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Reload(context, server, systemd));
            if (settings.File is null)
                Console.Out.WriteLine(Welcome.Text(settings, server.Endpoints, server.MakePanelLink(), CommandTexts.Of(parsed)));
            Console.Out.WriteLine("ready");
            systemd.Ready();
            await asked.Task;
            systemd.Stopping();
        }

        return ExitCode.Done;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            asked.TrySetResult();
        }
    }

    private static async Task StartAsync(Server server)
    {
        try
        {
            await server.StartAsync(CancellationToken.None);
        }
        catch (Exception taken) when (taken is SocketException or IOException)
        {
            throw new Control.ControlException(ExitCode.Unavailable, OurEvidence.PortTaken.Say(taken.Message));
        }
    }

    private static void Reload(PosixSignalContext context, Server server, SystemdNotifier systemd)
    {
        context.Cancel = true;
        _ = Task.Run(async () =>
        {
            systemd.Reloading(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000));
            var reloaded = await server.ReloadAsync(CancellationToken.None);
            systemd.Status(reloaded.Message.ToString());
            systemd.Ready();
        });
    }
}
