using System.CommandLine;
using Gatepost.Commands;
using Gatepost.Configuration;
using Gatepost.Storage;

namespace Gatepost.Control;

/// <summary>Finds the way to queue and journal: the running server where there is one, else the store itself.</summary>
internal static class Desks
{
    /// <exception cref="DeskException">Neither can be reached.</exception>
    public static async Task<IDesk> OpenAsync(ParseResult parsed, CancellationToken cancel)
    {
        var (data, socket) = Place(parsed);
        if (await ControlClient.FindAsync(socket, cancel) is { } running)
            return running;
        if (DataFolder.IsHeld(data))
            throw new DeskException(ExitCode.Unavailable, $"a server has {data} but does not answer at {socket}: it may be starting or stopping, or use another configuration (--config)");
        if (!File.Exists(Path.Combine(data, "queue.db")))
            throw new DeskException(ExitCode.NoInput, $"there is no queue in {data} and no server runs there: name the data folder with --data, or start gatepost serve");
        return new StoreDesk(data);
    }

    /// <summary>The running server of this data folder; null where none runs.</summary>
    public static Task<ControlClient?> FindServerAsync(ParseResult parsed, CancellationToken cancel) =>
        ControlClient.FindAsync(Place(parsed).Socket, cancel);

    /// <summary>Data folder and control socket. A faulty file must not lock the administrator out of a running server, so --data is enough.</summary>
    private static (string Data, string Socket) Place(ParseResult parsed)
    {
        try
        {
            var (settings, _) = CommandLine.LoadSettings(parsed);
            return (settings.Data, settings.ControlSocket);
        }
        catch (ConfigurationException) when (parsed.GetValue(CommandLine.Data) is not null)
        {
            var settings = SettingsReader.Load(null, CommandLine.OverridesOf(parsed));
            return (settings.Data, settings.ControlSocket);
        }
    }
}
