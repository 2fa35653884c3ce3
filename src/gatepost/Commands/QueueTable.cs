using System.Globalization;
using Gatepost.Configuration;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>The queue for people.</summary>
internal static class QueueTable
{
    private static readonly string[] Headings =
    [
        "heading.id", "heading.arrived", "heading.size", "heading.from", "heading.to", "heading.destination", "heading.tries",
        "heading.next", "heading.last-reply",
    ];

    public static async Task<int> WriteAsync(
        IAsyncEnumerable<QueueItem> items, Terminal terminal, ReplyExplainer meanings, CancellationToken cancel)
    {
        var texts = meanings.Texts;
        var rows = new List<IReadOnlyList<string>>();
        int messages = 0;
        await foreach (var item in items.WithCancellation(cancel))
        {
            messages++;
            foreach (var recipient in item.Recipients)
                rows.Add(Row(item, recipient, meanings));
        }

        if (rows.Count == 0)
        {
            terminal.WriteLine(texts.Say("queue.empty"));
            return ExitCode.Done;
        }

        terminal.WriteTable(texts, Headings, rows);
        terminal.WriteLine();
        terminal.WriteLine($"{texts.Count("count.messages", messages)}, {texts.Count("count.recipients", rows.Count)}");
        return ExitCode.Done;
    }

    public static void Write(QueueItem item, Terminal terminal, ReplyExplainer meanings)
    {
        var texts = meanings.Texts;
        string key = item.User is not null ? "queue.message-by-user" : item.Client is not null ? "queue.message-by-client"
            : "queue.message";
        terminal.WriteLine(
            texts.Say(
                key, ("id", item.QueueId), ("sender", item.Sender), ("size", Quantity.Approximate(item.Size)),
                ("arrived", When(item.Arrived)), ("user", item.User), ("client", item.Client)));
        foreach (var recipient in item.Recipients)
        {
            terminal.WriteLine();
            terminal.WriteLine(
                "  " + texts.Say(
                    recipient.Accepted is null ? "queue.recipient" : "queue.recipient-accepted", ("address", recipient.Address),
                    ("destination", recipient.Destination), ("accepted", recipient.Accepted)));
            string last = recipient.LastAttempt is { } at ? ", " + texts.Say("queue.last", ("at", When(at))) : "";
            terminal.WriteLine($"    {State(recipient, texts)}, {texts.Count("count.attempts", recipient.Attempts)}{last}");
            if (recipient.Last is { } word)
                WriteExplained(terminal, word, meanings);
        }
    }

    public static string When(DateTimeOffset time) => time.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static void WriteExplained(Terminal terminal, QueueItemReply word, ReplyExplainer meanings)
    {
        string who = word.Host is null ? word.Address is null ? meanings.Texts.Say("queue.here") : word.Address
            : word.Address is null ? word.Host : $"{word.Host} [{word.Address}]";
        terminal.WriteWrapped("    ", "", $"{who}, {word.Stage}: {word.Words}", Spectre.Console.Color.Yellow);
        ExplanationPrinter.Write(terminal, "      ", word.Entry,
            meanings.Explain(word.Entry, word.Code, word.Status, word.Text, word.Host, MessageOutcome.StillTrying), meanings.Texts);
    }

    private static string[] Row(QueueItem item, QueueItemRecipient recipient, ReplyExplainer meanings) =>
    [
        item.QueueId,
        When(item.Arrived),
        Quantity.Approximate(item.Size),
        item.Sender.Length == 0 ? "<>" : item.Sender,
        recipient.Address,
        recipient.Destination,
        recipient.Attempts.ToString(CultureInfo.InvariantCulture),
        recipient.State == RecipientState.Held ? meanings.Texts.Say("queue.held") : recipient.NextAttempt is { } next ? When(next) : "",
        recipient.Last is { } last ? $"{meanings.WithMeaning(last).Reason ?? last.Entry}: {last.Words}" : "",
    ];

    private static string State(QueueItemRecipient recipient, Texts texts) =>
        recipient.State == RecipientState.Held ? texts.Say("queue.held")
        : recipient.NextAttempt is { } next ? texts.Say("queue.next-attempt", ("at", When(next)))
        : texts.Say("queue.waits");
}
