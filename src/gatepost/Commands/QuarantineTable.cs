using Gatepost.Configuration;
using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>The quarantine for people. Everything in it came from outside, and most of it is hostile.</summary>
internal static class QuarantineTable
{
    private const int LongestLine = 998;

    private static readonly string[] Headings =
    [
        "heading.id", "heading.case", "heading.arrived", "heading.size", "heading.rule", "heading.from", "heading.to", "heading.answered",
    ];

    public static async Task<int> WriteAsync(
        IAsyncEnumerable<QuarantinedMessage> messages, Terminal terminal, Texts texts, CancellationToken cancel)
    {
        var rows = new List<IReadOnlyList<string>>();
        long octets = 0;
        await foreach (var message in messages.WithCancellation(cancel))
        {
            rows.Add(Row(message, texts));
            octets += message.Size;
        }

        if (rows.Count == 0)
        {
            terminal.WriteLine(texts.Say("quarantine.empty"));
            return ExitCode.Done;
        }

        terminal.WriteTable(texts, Headings, rows);
        terminal.WriteLine();
        terminal.WriteLine($"{texts.Count("count.messages", rows.Count)}, {Quantity.Approximate(octets)}");
        return ExitCode.Done;
    }

    public static void Write(QuarantineContent content, Terminal terminal, Texts texts)
    {
        var message = content.Message;
        Line("", texts.Say(
            message.User is null ? "quarantine.message" : "quarantine.message-by-user", ("id", message.Id), ("sender", message.Sender),
            ("size", Quantity.Approximate(message.Size)), ("arrived", QueueTable.When(message.At)), ("client", message.Client),
            ("user", message.User)));
        foreach (var recipient in message.Recipients)
            Line("  ", texts.Say("quarantine.to", ("recipient", recipient.Address)));
        Line("  ", $"{message.Rule}{(message.VerdictId is { } number ? $", {number}" : "")}: {texts.Show(message.Why)}");
        Line("  ", message.Reply is { } reply ? texts.Say("quarantine.was-refused", ("reply", reply)) : texts.Say("quarantine.was-taken"));
        foreach (var fact in message.Facts)
            Line("    ", $"{fact.LabelIn(texts)}: {fact.ValueIn(texts)}");
        terminal.WriteLine();
        foreach (string line in content.Content.ReplaceLineEndings("\n").Split('\n'))
            Line("| ", line.Length > LongestLine ? line[..LongestLine] : line);
        if (!content.IsWhole)
            terminal.WriteLine(texts.Say("quarantine.beginning", ("size", Quantity.Approximate(QuarantineContent.MaxContent))));

        void Line(string indent, string text) => terminal.WriteLine(indent + SafeText.Of(text));
    }

    private static string[] Row(QuarantinedMessage message, Texts texts) =>
    [
        message.Id,
        message.VerdictId ?? "",
        QueueTable.When(message.At),
        Quantity.Approximate(message.Size),
        message.Rule,
        message.Sender.Length == 0 ? "<>" : message.Sender,
        string.Join(", ", message.Recipients.Take(3).Select(recipient => recipient.Address))
            + (message.Recipients.Count > 3 ? " " + texts.Say("quarantine.and-more", ("count", message.Recipients.Count - 3)) : ""),
        texts.Say(message.WasTaken ? "quarantine.taken" : "quarantine.refused"),
    ];
}
