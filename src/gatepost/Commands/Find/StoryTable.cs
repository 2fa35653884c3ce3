using System.Globalization;
using Gatepost.Replies;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>Stories for people: a table, and below it how to read on.</summary>
internal sealed class StoryTable(Terminal terminal, ReplyExplainer meanings) : IStoryOutput
{
    private static readonly string[] Columns = [
        "find.column-id", "find.column-time", "find.column-outcome", "find.column-from", "find.column-to", "find.column-why",
        "find.column-who-acts"];

    private readonly Texts texts = meanings.Texts;
    private readonly List<IReadOnlyList<string>> rows = [];

    public void Show(Story story)
    {
        var cause = StoryCause.Of(story, meanings);
        rows.Add([
            story.Id,
            QueueTable.When(story.Last),
            texts.Say("find.outcome-" + StoryJson.NameOf(story.Outcome)),
            story.Sender is { } sender ? sender.Length == 0 ? "<>" : sender : story.Login ?? story.Client?.ToString() ?? "",
            To(story),
            Why(story, cause),
            string.Join(", ", cause.WhoCanAct),
        ]);
    }

    public void Close(SearchQuery query, SearchPage last)
    {
        terminal.WriteTable(texts, Columns, rows, whole: 3);
        terminal.WriteLine();
        terminal.WriteLine(texts.Say("find.read-on", ("id", rows is [var only] ? only[0] : "ID")), Spectre.Console.Color.Grey);
        terminal.WriteLine(texts.Say("find.looked-for", ("words", Written(query))), Spectre.Console.Color.Grey);
        if (last.Cursor is not { } cursor)
            return;
        terminal.WriteLine(
            texts.Say("find.more", ("count", rows.Count), ("time", QueueTable.When(last.LookedBackTo ?? default)), ("cursor", cursor)),
            Spectre.Console.Color.Grey);
    }

    public string Nothing(SearchQuery query) => texts.Say("find.nothing", ("words", Written(query)));

    private static string To(Story story) => story.Recipients switch
    {
        [] => "",
        [var only] => only.Address,
        [var first, ..] => string.Create(CultureInfo.InvariantCulture, $"{first.Address} +{story.Recipients.Count - 1}"),
    };

    private static string Why(Story story, StoryCause cause)
    {
        if (story.Decided is not { } decided || cause.Meaning is not { } meaning)
            return "";
        string name = decided.Reason ?? decided.Rule ?? decided.Entry ?? "";
        return $"{name}: {meaning}{(decided.VerdictId is { } verdict ? $" [{verdict}]" : "")}";
    }

    private static string Written(SearchQuery query)
    {
        string words = string.Join(' ', query.Words.Select(word => word.Written));
        string time = (query.Since, query.Until) switch
        {
            (null, null) => "",
            (var since, var until) => $"{(since is { } from ? QueueTable.When(from) : "")}..{(until is { } to ? QueueTable.When(to) : "")}",
        };
        return (words + " " + time).Trim();
    }
}
