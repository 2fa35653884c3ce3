using System.CommandLine;
using System.Text.Json;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Tour;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary><c>gatepost tour</c>: plays every reply of the source list against a server of its own and tells what happened.</summary>
internal static class TourCommand
{
    private const int Rows = 64;

    public static Command Build()
    {
        var row = new Option<string?>("--row") { Description = "One row only: B01 to B41, E01 to E23.", HelpName = "ROW" };
        var command = new Command("tour", "Play every reply of the list against a server of its own over a real socket, in both forms, and explain each. Exit status 1 when one is not as it should be.")
        {
            row, CommandLine.Json, CommandLine.Lang,
        };
        command.SetAction((parsed, cancel) => PlayAsync(parsed.GetValue(row), parsed.GetValue(CommandLine.Json), Meanings.Choose(parsed.GetValue(CommandLine.Lang)), cancel));
        return command;
    }

    private static async Task<int> PlayAsync(string? row, bool json, Language language, CancellationToken cancel)
    {
        var scenes = TourRows.All.Where(scene => row is null || scene.Row.Equals(row, StringComparison.OrdinalIgnoreCase)).ToList();
        if (scenes.Count == 0)
        {
            await Console.Error.WriteLineAsync($"gatepost: there is no row \"{row}\": write one of B01 to B41 or E01 to E23");
            return ExitCode.Usage;
        }

        // Both ends of every conversation live in this process, some compute passwords: nobody should wait for a thread.
        ThreadPool.SetMinThreads(32, 32);
        string folder = Path.Combine(Path.GetTempPath(), $"gatepost-tour-{Environment.ProcessId}");
        try
        {
            await using var store = MailStore.Open(new StoreOptions { Folder = folder }, TimeProvider.System);
            var stage = new TourStage(store, TimeProvider.System);
            // Deliveries wait for silent servers; meanwhile the others are played.
            var deliveries = scenes.Where(scene => scene.Peer is not null).ToList() is { Count: > 0 } found ? new TourQueue(folder, found, TimeProvider.System).PlayAsync(cancel) : null;
            var results = await PlayAsync(scenes, async (scene, style) => scene.Peer is null ? await stage.PlayAsync(scene, style, cancel) : (await deliveries!)[(scene.Name, style)], json, language);
            var failed = results.Where(result => result.Fault is not null).Select(result => result.Scene.Row).Distinct().ToList();
            if (!json)
                Sum(results, failed, row is null ? Rows : 1, language);
            return failed.Count == 0 ? ExitCode.Done : 1;
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<TourResult>> PlayAsync(List<TourScene> scenes, Func<TourScene, ReplyStyle, Task<TourResult>> play, bool json, Language language)
    {
        var results = new List<TourResult>();
        var terminal = Terminal.Standard;
        foreach (var scene in scenes)
        {
            foreach (var style in new[] { ReplyStyle.Classic, ReplyStyle.Modern })
            {
                var result = await play(scene, style);
                results.Add(result);
                if (json)
                    terminal.Output.WriteLine(Line(result));
                else if (style == ReplyStyle.Classic)
                    Tell(terminal, result, language);
                else
                    TellOther(terminal, result);
            }
        }

        return results;
    }

    private static string Line(TourResult result) => JsonSerializer.Serialize(
        new TourLine(result.Scene.Row, result.Scene.Case, result.Form, result.Stage, result.Reply, result.Rule, result.VerdictId, result.Fault is null, result.Fault),
        ProgramJson.Lines.TourLine);

    private static void Tell(Terminal terminal, TourResult result, Language language)
    {
        bool russian = language == Language.Russian;
        terminal.WriteLine("");
        terminal.WriteLine($"{result.Scene.Row}{result.Scene.Case}  {(russian ? result.Scene.TitleRu : result.Scene.Title)}", Color.White);
        foreach (string line in Shortened(result.Conversation, russian))
            terminal.WriteLine("  " + Terminal.Clean(line), ColourOf(line));
        if (result.Conversation.Count == 0)
            terminal.WriteLine("  " + result.Reply, Color.Yellow);
        if (result.Rule is { } rule && result.VerdictId is not null)
            terminal.WriteLine($"     {(russian ? "правило" : "rule")} {rule}", Color.Grey);
        foreach (var fact in result.Facts.Where(fact => fact.Name is not (Fact.NoObjection or Fact.NotAsked)))
            terminal.WriteWrapped("     ", $"{(russian ? EvidenceWords.Russian.Say(fact.Name) : fact.Name)}: ", russian ? EvidenceWords.Russian.Say(fact.Value) : fact.Value);
        if (result.Explanation.Reason is not null)
            Explained.Write(terminal, "     ", null, result.Explanation, language);
        TellFault(terminal, result);
    }

    private static Color ColourOf(string line) =>
        !line.StartsWith("S: ", StringComparison.Ordinal) ? Color.Default
        : line.Length > 3 && line[3] is '4' or '5' ? Color.Yellow
        : Color.Green;

    private static void TellOther(Terminal terminal, TourResult result)
    {
        terminal.WriteLine($"  S: {result.Reply}  (modern)", Color.Grey);
        TellFault(terminal, result);
    }

    private static void TellFault(Terminal terminal, TourResult result)
    {
        if (result.Fault is { } fault)
            terminal.WriteLine($"  FAILED ({result.Form}): {fault}", Color.Red);
    }

    /// <summary>Fifty recipients are told by the first two and the last two.</summary>
    private static IEnumerable<string> Shortened(IReadOnlyList<string> conversation, bool russian)
    {
        const int Most = 24, Kept = 8;
        if (conversation.Count <= Most)
            return conversation;
        int left = conversation.Count - (2 * Kept);
        return [.. conversation.Take(Kept), russian ? $"   ... ещё {left} строк" : $"   ... {left} more lines", .. conversation.Skip(conversation.Count - Kept)];
    }

    private static void Sum(List<TourResult> results, List<string> failed, int rows, Language language)
    {
        int good = results.Select(result => result.Scene.Row).Distinct().Count() - failed.Count;
        Console.Out.WriteLine();
        Console.Out.WriteLine(language == Language.Russian
            ? $"{good} строк из {rows} такие, как должны быть{(failed.Count > 0 ? "; не такие: " + string.Join(", ", failed) : "")}."
            : $"{good} rows of {rows} are as they should be{(failed.Count > 0 ? "; not so: " + string.Join(", ", failed) : "")}.");
    }
}

/// <summary>A line of <c>gatepost tour --json</c>.</summary>
internal sealed record TourLine(string Row, string Case, string Form, string Stage, string Reply, string? Rule, string? VerdictId, bool Ok, string? Fault);
