using System.Globalization;
using Gatepost.Configuration;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>The queue for people.</summary>
internal static class QueueTable
{
    private static readonly string[] Headings = ["ID", "ARRIVED", "SIZE", "FROM", "TO", "DESTINATION", "TRIES", "NEXT", "LAST REPLY"];

    public static async Task<int> WriteAsync(IAsyncEnumerable<QueueItem> items, ReplyExplainer meanings, CancellationToken cancel)
    {
        var terminal = Terminal.Standard;
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
            terminal.WriteLine("The queue is empty.");
            return ExitCode.Done;
        }

        terminal.WriteTable(Headings, rows);
        terminal.WriteLine();
        terminal.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{messages:N0} message{(messages == 1 ? "" : "s")}, {rows.Count:N0} recipient{(rows.Count == 1 ? "" : "s")}"));
        return ExitCode.Done;
    }

    public static void Write(QueueItem item, ReplyExplainer meanings)
    {
        var terminal = Terminal.Standard;
        terminal.WriteLine(
            $"{item.QueueId}  from <{SafeText.Of(item.Sender)}>, {Quantity.Approximate(item.Size)}, arrived "
            + $"{When(item.Arrived)}{By(item)}");
        foreach (var recipient in item.Recipients)
        {
            terminal.WriteLine();
            terminal.WriteLine(
                $"  <{SafeText.Of(recipient.Address)}> by {SafeText.Of(recipient.Destination)}"
                + (recipient.Accepted is { } accepted ? $", accepted as <{SafeText.Of(accepted)}>" : ""));
            terminal.WriteLine(
                $"    {State(recipient)}, {recipient.Attempts} "
                + $"attempt{(recipient.Attempts == 1 ? "" : "s")}{(recipient.LastAttempt is { } last ? $", last {When(last)}" : "")}");
            if (recipient.Last is { } word)
                WriteExplained(terminal, word, meanings);
        }
    }

    public static string When(DateTimeOffset time) => time.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static void WriteExplained(Terminal terminal, QueueItemReply word, ReplyExplainer meanings)
    {
        string who = word.Host is null ? word.Address is null ? "here" : word.Address : word.Address is null ? word.Host
            : $"{word.Host} [{word.Address}]";
        terminal.WriteWrapped("    ", "", $"{who}, at {word.Stage}: {word.Words}", Spectre.Console.Color.Yellow);
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
        recipient.State == RecipientState.Held ? "held" : recipient.NextAttempt is { } next ? When(next) : "",
        recipient.Last is { } last ? $"{meanings.Told(last).Reason ?? last.Entry}: {last.Words}" : "",
    ];

    private static string State(QueueItemRecipient recipient) =>
        recipient.State == RecipientState.Held ? "held" : recipient.NextAttempt is { } next ? $"next attempt {When(next)}" : "waits";

    private static string By(QueueItem item) => (item.User, item.Client) switch
    {
        ({ } user, _) => $", submitted by {SafeText.Of(user)}",
        (null, { } client) => $", from {SafeText.Of(client)}",
        _ => "",
    };
}
