using System.CommandLine;
using Gatepost.Configuration;
using Gatepost.Control;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Storage;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>Finds the way to queue and journal: the running server where there is one, else the store itself.</summary>
internal static class QueueControls
{
    /// <exception cref="ControlException">Neither can be reached.</exception>
    /// <exception cref="ConfigurationException">No server runs, and the configuration does not say where its files are.</exception>
    public static async Task<IQueueControl> OpenAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (await FindServerAsync(parsed, cancel) is { } running)
            return running;

        var settings = CommandLine.LoadSettings(parsed).Settings;
        string data = settings.Data;
        if (DataFolder.IsHeld(data))
            throw NoAnswer(settings);
        if (!File.Exists(Path.Combine(data, "queue.db")))
            throw new ControlException(
                ExitCode.NoInput, OurEvidence.NoQueueThere.Say(data));
        return new StoreQueueControl(data);
    }

    /// <summary>The way to the directory: the running server where there is one, else its file.</summary>
    /// <exception cref="ControlException">Neither can be reached.</exception>
    /// <exception cref="ConfigurationException">No server runs, and the configuration is at fault.</exception>
    public static async Task<IDirectoryControl> OpenDirectoryAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (await FindServerAsync(parsed, cancel) is { } running)
            return running;

        var settings = CommandLine.LoadSettings(parsed).Settings;
        try
        {
            return new FileDirectoryControl(settings, TimeProvider.System);
        }
        catch (DataFolderInUseException)
        {
            throw NoAnswer(settings);
        }
        catch (Exception cannot) when (Disk.IsFailure(cannot))
        {
            throw new ControlException(
                ExitCode.InputOutput, OurEvidence.DirectoryUnusable.Say(settings.Data, cannot.Message), cannot);
        }
    }

    /// <summary>Works on the keys in the data folder, where no server runs.</summary>
    /// <exception cref="ControlException">A server has the folder, or it cannot be used.</exception>
    public static async Task<KeyAnswer> OnKeysAsync(ParseResult parsed, KeyRequest request, CancellationToken cancel)
    {
        var settings = CommandLine.LoadSettings(parsed).Settings;
        try
        {
            using var keys = new FileKeyControl(settings.Data, TimeProvider.System);
            return await keys.RunAsync(request, cancel);
        }
        catch (DataFolderInUseException)
        {
            throw NoAnswer(settings);
        }
        catch (Exception cannot) when (Disk.IsFailure(cannot))
        {
            throw new ControlException(ExitCode.InputOutput, OurEvidence.DkimKeysNotKept.Say(cannot.Message), cannot);
        }
    }

    private static ControlException NoAnswer(Settings settings) =>
        new(ExitCode.Unavailable, OurEvidence.ServerDoesNotAnswer.Say(settings.Data, settings.ControlSocket));

    /// <summary>
    /// The running server of this data folder; null if none runs. A faulty file must not lock the administrator out of it.
    /// </summary>
    public static async Task<ControlClient?> FindServerAsync(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            return await ControlClient.FindAsync(CommandLine.LoadSettings(parsed).Settings.ControlSocket, cancel);
        }
        catch (ConfigurationException faulty) when (faulty.Readable is not null)
        {
            if (await ControlClient.FindAsync(faulty.Readable.ControlSocket, cancel) is { } running)
                return running;
            throw;
        }
    }
}
