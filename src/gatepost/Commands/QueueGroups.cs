using System.Text.Json;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>The queue by destination or by reason: where mail piles up, and why, in the remote's own words with our explanation.</summary>
internal static class QueueGroups
{
    public static async Task<int> WriteAsync(
        IAsyncEnumerable<QueueItem> items, string by, Terminal terminal, ReplyExplainer meanings, bool json, CancellationToken cancel)
    {
        var texts = meanings.Texts;
        var groups = await QueueGroup.GatherAsync(items, by, meanings, cancel);
        if (json)
        {
            foreach (var group in groups)
                Console.Out.WriteLine(JsonSerializer.Serialize(group, ProgramJson.Lines.QueueGroup));
            return ExitCode.Done;
        }

        if (groups.Count == 0)
            terminal.WriteLine(texts.Say("queue.empty"));
        foreach (var group in groups)
        {
            string name = group.Group.Length == 0 ? texts.Say("queue.not-tried") : group.Group;
            string held = group.Held == 0 ? "" : ", " + texts.Say("queue.held-count", ("count", $"{group.Held:N0}"));
            string oldest = texts.Say("queue.oldest", ("at", QueueTable.When(group.Oldest)));
            terminal.WriteLine($"{name}: {texts.Count("count.recipients", group.Recipients)}{held}, {oldest}");
            if (group.Example is not null)
                terminal.WriteWrapped("  ", "", group.Example, Spectre.Console.Color.Yellow);
            if (group.Meaning is { Length: > 0 } meaning)
                terminal.WriteWrapped("  ", "", meaning);
        }

        return ExitCode.Done;
    }
}
