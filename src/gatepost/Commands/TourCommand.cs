using System.CommandLine;
using System.Text.Json;
using Gatepost.Replies;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Gatepost.Tour;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost tour</c>: plays every reply of the source list against a server of its own and says what happened.</summary>
internal static class TourCommand
{
    private const int Rows = 64;

    public static Command Build()
    {
        var row = new Option<string?>("--row") { HelpName = "ROW" };
        var brief = new Option<bool>("--short", "-s");
        var noPager = new Option<bool>("--no-pager");
        var command = new Command("tour")
        {
            row, brief, noPager, CommandLine.Json,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                if (!ProgramParts.HasServer)
                    throw ProgramParts.NoServer();
                var meanings = ReaderCatalogue.For(parsed);
                bool json = parsed.GetValue(CommandLine.Json);
                using var pager = json || parsed.GetValue(noPager) || parsed.GetValue(row) is not null ? null : Pager.Start();
                var form = parsed.GetValue(row) is not null ? TourForm.Full : parsed.GetValue(brief) ? TourForm.Short : TourForm.Folded;
                var printer = json ? null : new TourPrinter(
                    pager is null ? Terminal.Standard : new Terminal(pager.Input, isTerminal: true),
                    meanings.Texts, form);
                return await PlayAsync(parsed, parsed.GetValue(row), printer, meanings, cancel);
            });
        return command;
    }

    private static async Task<int> PlayAsync(
        ParseResult parsed, string? row, TourPrinter? printer, ReplyExplainer meanings, CancellationToken cancel)
    {
        var scenes = TourRows.All.Where(scene => row is null || scene.Row.Equals(row, StringComparison.OrdinalIgnoreCase)).ToList();
        if (scenes.Count == 0)
        {
            parsed.WriteError(OurEvidence.NoTourRow.Say(row!));
            return ExitCode.Usage;
        }

        long since = TimeProvider.System.GetTimestamp();
        printer?.Contents(scenes);
        string folder = Path.Combine(Path.GetTempPath(), $"gatepost-tour-{Environment.ProcessId}");
        try
        {
            await using var store = MailStore.Open(new StoreOptions { Folder = folder }, TimeProvider.System);
            var stage = new TourRunner(store, meanings.Knowledge, TimeProvider.System, Random.Shared);
            // Deliveries wait for silent servers; the others are played in the meantime.
            var deliveries = scenes.Where(scene => scene.Peer is not null).ToList() is { Count: > 0 } found
                ? TourQueue.PlayAllAsync(folder, found, meanings.Texts, meanings.Knowledge, TimeProvider.System, Random.Shared, cancel)
                : null;
            var results = await PlayAsync(scenes, async (scene, style) => scene.Peer is null ? await stage.PlayAsync(scene, style, cancel)
                : (await deliveries!)[(scene.Name, style)], printer);
            printer?.Sum(results, row is null ? Rows : 1, TimeProvider.System.GetElapsedTime(since));
            return results.TrueForAll(result => result.Fault is null) ? ExitCode.Done : 1;
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<TourResult>> PlayAsync(
        List<TourScenario> scenes, Func<TourScenario, ReplyStyle, Task<TourResult>> play, TourPrinter? printer)
    {
        var results = new List<TourResult>();
        foreach (var scene in scenes)
        {
            var (classic, modern) = (await play(scene, ReplyStyle.Classic), await play(scene, ReplyStyle.Modern));
            results.AddRange([classic, modern]);
            if (printer is not null)
            {
                printer.Print(classic, modern);
                continue;
            }

            Console.Out.WriteLine(Line(classic));
            Console.Out.WriteLine(Line(modern));
        }

        return results;
    }

    private static string Line(TourResult result) => JsonSerializer.Serialize(
        new TourLine(result.Scene.Row, result.Scene.Case, result.Form, result.Stage, result.Reply, result.Rule, result.VerdictId,
            result.Fault is null, result.Fault),
        ProgramJson.Lines.TourLine);
}

/// <summary>A line of <c>gatepost tour --json</c>.</summary>
internal sealed record TourLine(
    string Row, string Case, string Form, string Stage, string Reply, string? Rule, string? VerdictId, bool Ok, string? Fault);
