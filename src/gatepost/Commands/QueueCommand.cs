using System.CommandLine;
using System.Text.Json;
using Gatepost.Control;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost queue list|show|hold|release|retry|bounce|drop</c>.</summary>
internal static class QueueCommand
{
    private static readonly Option<string?> Sender = new("--sender") { HelpName = "ADDRESS" };
    private static readonly Option<string?> Recipient = new("--recipient") { HelpName = "ADDRESS" };
    private static readonly Option<string?> Destination = new("--destination") { HelpName = "WHERE" };
    private static readonly Option<string?> Because = new("--reason")
    {
        HelpName = "WORD"
    };
    private static readonly Option<bool> HeldOnly = new("--held");
    private static readonly Option<bool> Everything = new("--all");
    private static readonly Option<bool> Yes = new("--yes", "-y");
    private static readonly Argument<string[]> Ids = new("id") { Arity = ArgumentArity.ZeroOrMore };

    public static Command Build() => new("queue")
    {
        List(),
        Show(),
        Change(QueueChange.Hold, "hold"),
        Change(QueueChange.Release, "release"),
        Change(QueueChange.Retry, "retry"),
        Change(QueueChange.Bounce, "bounce"),
        Change(QueueChange.Drop, "drop"),
    };

    private static Command List()
    {
        var by = new Option<string?>("--by") { HelpName = "destination|reason" };
        by.AcceptOnlyFromAmong("destination", "reason");
        var command = new Command("list")
        {
            by, Sender, Recipient, Destination, Because, HeldOnly, CommandLine.Json, CommandLine.Config, CommandLine.Data,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var control = await QueueControls.OpenAsync(parsed, cancel);
            var meanings = ReaderCatalogue.For(parsed);
            var items = control.ListAsync(FilterOf(parsed, null), cancel);
            if (parsed.GetValue(by) is { } grouping)
                return await QueueGroups.WriteAsync(
                    items, grouping, Terminal.Standard, meanings, parsed.GetValue(CommandLine.Json), cancel);
            return parsed.GetValue(CommandLine.Json) ? await WriteJsonAsync(items, meanings, cancel)
                : await QueueTable.WriteAsync(items, Terminal.Standard, meanings, cancel);
        });
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<string>("id");
        var command = new Command("show") { id,
            CommandLine.Json, CommandLine.Config, CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var control = await QueueControls.OpenAsync(parsed, cancel);
            string wanted = parsed.GetRequiredValue(id);
            var meanings = ReaderCatalogue.For(parsed);
            await foreach (var item in control.ListAsync(new QueueFilter { QueueId = wanted }, cancel))
            {
                if (parsed.GetValue(CommandLine.Json))
                    WriteJson(meanings.WithMeaning(item));
                else
                    QueueTable.Write(item, Terminal.Standard, meanings);
                return ExitCode.Done;
            }

            parsed.WriteError(OurEvidence.NotInQueue.Say(wanted));
            return ExitCode.Nothing;
        });
        return command;
    }

    private static Command Change(QueueChange change, string verb)
    {
        var command = new Command(verb) { Ids, Sender, Recipient, Destination, Because, HeldOnly, Everything, CommandLine.Json,
            CommandLine.Config, CommandLine.Data };
        bool destructive = change is QueueChange.Bounce or QueueChange.Drop;
        if (destructive)
            command.Add(Yes);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Ids) is not { Length: > 0 } && !result.GetValue(Everything)
                && FilterOf(result.GetValue, null) == new QueueFilter())
                result.AddError(OurEvidence.SayWhichInQueue.Say(verb));
        });
        command.SetAction((parsed, cancel) => ChangeAsync(parsed, change, destructive, cancel));
        return command;
    }

    private static async Task<int> ChangeAsync(ParseResult parsed, QueueChange change, bool destructive, CancellationToken cancel)
    {
        await using var control = await QueueControls.OpenAsync(parsed, cancel);
        QueueFilter[] filters = parsed.GetValue(Ids) is { Length: > 0 } ids ? [.. ids.Select(id => FilterOf(parsed, id))]
            : [FilterOf(parsed, null)];
        if (destructive && !parsed.GetValue(Yes) && !await AgreedAsync(parsed, control, change, filters, cancel))
            return ExitCode.Nothing;

        int touched = 0;
        foreach (var filter in filters)
            touched += await control.ChangeAsync(change, filter, cancel);
        if (parsed.GetValue(CommandLine.Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(new QueueChanged(touched), ControlJson.Lines.QueueChanged));
        else
            Console.Out.WriteLine(CommandTexts.Of(parsed).Count(Done(change), touched));
        return touched > 0 ? ExitCode.Done : ExitCode.Nothing;
    }

    /// <summary>Asks with the numbers in front of the person; without a terminal the answer is no.</summary>
    private static async Task<bool> AgreedAsync(
        ParseResult parsed, IQueueControl control, QueueChange change, QueueFilter[] filters, CancellationToken cancel)
    {
        int messages = 0, recipients = 0;
        foreach (var filter in filters)
        {
            await foreach (var item in control.ListAsync(filter, cancel))
                (messages, recipients) = (messages + 1, recipients + item.Recipients.Count);
        }

        if (recipients == 0)
            return true;
        var what = change == QueueChange.Drop
            ? OurEvidence.AskDropRecipients.Say(recipients, messages)
            : OurEvidence.AskBounceRecipients.Say(recipients, messages);
        return await Confirmation.AskAsync(CommandTexts.Of(parsed), what, cancel);
    }

    private static QueueFilter FilterOf(ParseResult parsed, string? id) =>
        FilterOf(parsed.GetValue, id) with { State = parsed.GetValue(HeldOnly) ? RecipientState.Held : null };

    private static QueueFilter FilterOf(Func<Option<string?>, string?> valueOf, string? id) => new()
    {
        QueueId = id,
        Sender = valueOf(Sender),
        Recipient = valueOf(Recipient),
        Destination = valueOf(Destination),
        Reason = valueOf(Because),
    };

    private static async Task<int> WriteJsonAsync(IAsyncEnumerable<QueueItem> items, ReplyExplainer meanings, CancellationToken cancel)
    {
        await foreach (var item in items.WithCancellation(cancel))
            WriteJson(meanings.WithMeaning(item));
        return ExitCode.Done;
    }

    private static void WriteJson(QueueItem item) => Console.Out.WriteLine(JsonSerializer.Serialize(item, ControlJson.Lines.QueueItem));

    private static string Done(QueueChange change) => change switch
    {
        QueueChange.Hold => "queue.done-hold",
        QueueChange.Release => "queue.done-release",
        QueueChange.Retry => "queue.done-retry",
        QueueChange.Bounce => "queue.done-bounce",
        _ => "queue.done-drop",
    };
}
