using System.Globalization;
using Gatepost.Configuration;
using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>The quarantine for people. Everything in it came from strangers, and most of them meant harm.</summary>
internal static class QuarantineTable
{
    private const int LongestLine = 998;

    private static readonly string[] Headings = ["ID", "CASE", "CAME", "SIZE", "RULE", "FROM", "TO", "CLIENT WAS TOLD"];

    public static async Task<int> WriteAsync(IAsyncEnumerable<QuarantinedMessage> messages, CancellationToken cancel)
    {
        var terminal = Terminal.Standard;
        var rows = new List<IReadOnlyList<string>>();
        long octets = 0;
        await foreach (var message in messages.WithCancellation(cancel))
        {
            rows.Add(Row(message));
            octets += message.Size;
        }

        if (rows.Count == 0)
        {
            terminal.WriteLine("The quarantine is empty.");
            return ExitCode.Done;
        }

        terminal.WriteTable(Headings, rows);
        terminal.WriteLine();
        terminal.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture, $"{rows.Count:N0} message{(rows.Count == 1 ? "" : "s")}, {Quantity.Approximate(octets)}"));
        return ExitCode.Done;
    }

    public static void Write(QuarantineContent content)
    {
        var terminal = Terminal.Standard;
        var message = content.Message;
        Line(
            "", $"{message.Id}  from <{message.Sender}>, {Quantity.Approximate(message.Size)}, came {QueueTable.When(message.At)} from "
            + $"{message.Client}{(message.User is { } user ? $", logged in as {user}" : "")}");
        foreach (var recipient in message.Recipients)
            Line("  ", $"to <{recipient.Address}>");
        Line("  ", $"{message.Rule}{(message.Case is { } number ? $", {number}" : "")}: {message.Why}");
        Line("  ", message.Reply is { } reply ? $"refused: {reply}" : "taken: the sender was told 250 and does not know that it is here");
        foreach (var fact in message.Facts)
            Line("    ", $"{fact.Label}: {fact.Text}");
        terminal.WriteLine();
        foreach (string line in content.Content.ReplaceLineEndings("\n").Split('\n'))
            Line("| ", line.Length > LongestLine ? line[..LongestLine] : line);
        if (!content.IsWhole)
            terminal.WriteLine($"(the first {Quantity.Approximate(QuarantineContent.MaxContent)} of it)");

        void Line(string indent, string text) => terminal.WriteLine(indent + SafeText.Of(text));
    }

    private static string[] Row(QuarantinedMessage message) =>
    [
        message.Id,
        message.Case ?? "",
        QueueTable.When(message.At),
        Quantity.Approximate(message.Size),
        message.Rule,
        message.Sender.Length == 0 ? "<>" : message.Sender,
        string.Join(", ", message.Recipients.Take(3).Select(recipient => recipient.Address))
            + (message.Recipients.Count > 3 ? $" and {message.Recipients.Count - 3} more" : ""),
        message.WasTaken ? "taken" : "refused",
    ];
}
