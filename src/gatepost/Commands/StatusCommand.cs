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
        var command = new Command("status")
        {
            CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var server = await QueueControls.FindServerAsync(parsed, cancel)
                ?? throw new ControlException(ExitCode.Unavailable, OurEvidence.NoServerRuns.Say());
            var meanings = ReaderCatalogue.For(parsed);
            var status = await server.StatusAsync(cancel);
            if (parsed.GetValue(CommandLine.Json))
                Console.Out.WriteLine(JsonSerializer.Serialize(status, ControlJson.Lines.ServerStatus));
            else
                Write(status, Terminal.Standard, meanings.Texts);
            return status.Alarms.Count == 0 && status.Failing.Count == 0 ? ExitCode.Done : 1;
        });
        return command;
    }

    internal static void Write(ServerStatus status, Terminal terminal, Texts texts)
    {
        terminal.WriteLine(texts.Say(
            "status.running",
            ("host", SafeText.Of(status.HostName)),
            ("version", status.Version),
            ("process", status.Process),
            ("since", When(status.Started))));
        string configuration = SafeText.Of(status.Configuration ?? texts.Say("status.built-in"));
        terminal.WriteLine(texts.Say("status.configuration", ("file", configuration)), Color.Grey);
        foreach (var listener in status.Listeners)
            terminal.WriteLine($"  {listener.Role,-10} {listener.Address}{(listener.ImplicitTls ? " TLS" : "")}");
        if (status.Blocked.Count > 0)
            terminal.WriteLine(texts.Say("status.kept-out", ("count", status.Blocked.Count)), Color.Grey);
        foreach (var check in status.Failing)
        {
            terminal.WriteWrapped("", "", HealthTexts.Of(check, texts), Color.Red);
        }

        if (status.Alarms.Count == 0 && status.Failing.Count == 0)
            terminal.WriteLine(texts.Say("status.no-alarms"), Color.Green);
        foreach (var alarm in status.Alarms)
        {
            string heading = texts.Say("status.alarm", ("key", SafeText.Of(alarm.Key)), ("since", When(alarm.Since)));
            terminal.WriteWrapped("", heading + ": ", SafeText.Of(alarm.Text.In(texts)), Color.Yellow);
        }
    }

    private static string When(DateTimeOffset at) => $"{at.LocalDateTime:yyyy-MM-dd HH:mm:ss}";
}
