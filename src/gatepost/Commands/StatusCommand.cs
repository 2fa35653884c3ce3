using System.CommandLine;
using System.Text.Json;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Web.Control;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary><c>gatepost status</c>: whether the server runs, where it listens, and what wants an administrator's eye.</summary>
internal static class StatusCommand
{
    public static Command Build()
    {
        var command = new Command("status", "Say whether the server runs, where it listens, and which alarms are on. Exit status 1 while there is one.") { CommandLine.Config, CommandLine.Data, CommandLine.Json, CommandLine.Lang };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var server = await QueueControls.FindServerAsync(parsed, cancel)
                ?? throw new ControlException(ExitCode.Unavailable, "no server runs over this data folder: start it with gatepost serve");
            var status = await server.StatusAsync(cancel);
            if (parsed.GetValue(CommandLine.Json))
                Console.Out.WriteLine(JsonSerializer.Serialize(status, ControlJson.Lines.ServerStatus));
            else
                Tell(status, Terminal.Standard, ReplyExplainer.Choose(parsed.GetValue(CommandLine.Lang)) == Language.Russian);
            return status.Alarms.Count == 0 ? ExitCode.Done : 1;
        });
        return command;
    }

    private static void Tell(ServerStatus status, Terminal terminal, bool russian)
    {
        terminal.WriteLine(russian
            ? $"{Terminal.Clean(status.HostName)}: gatepost {status.Version}, процесс {status.Process}, работает с {When(status.Started)}"
            : $"{Terminal.Clean(status.HostName)}: gatepost {status.Version}, process {status.Process}, running since {When(status.Started)}");
        terminal.WriteLine($"{(russian ? "настройки" : "configuration")}: {Terminal.Clean(status.Configuration ?? (russian ? "встроенные" : "built-in"))}", Color.Grey);
        foreach (var listener in status.Listeners)
            terminal.WriteLine($"  {listener.Role,-10} {listener.Address}{(listener.ImplicitTls ? " TLS" : "")}");
        if (status.Blocked.Count > 0)
            terminal.WriteLine(russian ? $"закрыт доступ: {status.Blocked.Count}, см. gatepost client list" : $"clients kept out: {status.Blocked.Count}, see gatepost client list", Color.Grey);
        if (status.Alarms.Count == 0)
            terminal.WriteLine(russian ? "тревог нет" : "no alarms", Color.Green);
        foreach (var alarm in status.Alarms)
            terminal.WriteWrapped("", $"{(russian ? "тревога" : "alarm")} {Terminal.Clean(alarm.Key)}, {(russian ? "с" : "since")} {When(alarm.Since)}: ", Terminal.Clean(alarm.Text), Color.Yellow);
    }

    private static string When(DateTimeOffset at) => $"{at.LocalDateTime:yyyy-MM-dd HH:mm:ss}";
}
