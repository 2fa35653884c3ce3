using System.CommandLine;
using System.Text.Json;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost quarantine list|show|release|drop</c>.</summary>
internal static class QuarantineCommand
{
    private static readonly Option<string?> Rule = new(
        "--rule")
    { Description = "Only what this rule kept: virus-found, spam-found, ...", HelpName = "RULE" };
    private static readonly Option<string?> Sender = new(
        "--sender")
    { Description = "Only mail from this address, or @domain; \"\" is the null sender of bounces.", HelpName = "ADDRESS" };
    private static readonly Option<string?> Recipient = new(
        "--recipient")
    { Description = "Only mail to this address, or @domain.", HelpName = "ADDRESS" };
    private static readonly Option<bool> Everything = new("--all") { Description = "The whole quarantine." };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask." };

    public static Command Build() => new("quarantine", "See, release and drop messages kept away from their recipients.")
    {
        List(),
        Show(),
        Release(),
        Drop(),
    };

    private static Command List()
    {
        var command =
            new Command("list", "List what is kept, newest first: case number, rule, sender, recipients.") { Rule, Sender, Recipient,
                CommandLine.Json, CommandLine.Config, CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var desk = await QueueControls.OpenAsync(parsed, cancel);
            var messages = desk.Quarantine.ListAsync(FilterOf(parsed), cancel);
            if (!parsed.GetValue(CommandLine.Json))
                return await QuarantineTable.WriteAsync(messages, cancel);
            await foreach (var message in messages)
                Console.Out.WriteLine(JsonSerializer.Serialize(message, ControlJson.Lines.QuarantinedMessage));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<string>("id") { Description = "Queue id or case number." };
        var command =
            new Command("show", "Show one message: envelope, judgement, evidence and the beginning of its content, made harmless.") { id,
                CommandLine.Json, CommandLine.Config, CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var desk = await QueueControls.OpenAsync(parsed, cancel);
            string wanted = parsed.GetRequiredValue(id);
            if (await desk.Quarantine.ShowAsync(wanted, cancel) is not { } content)
            {
                await Console.Error.WriteLineAsync(
                    $"{SafeText.Of(wanted)} is not in quarantine: it was released or dropped, left for its age, or was never here; "
                    + $"see gatepost trace {SafeText.Of(wanted)}");
                return ExitCode.Nothing;
            }

            if (parsed.GetValue(CommandLine.Json))
                Console.Out.WriteLine(JsonSerializer.Serialize(content, ControlJson.Lines.QuarantineContent));
            else
                QuarantineTable.Write(content);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Release()
    {
        var ids = new Argument<string[]>("id") { Description = "Queue ids or case numbers.", Arity = ArgumentArity.OneOrMore };
        var command =
            new Command("release", "Put messages into the queue to their original recipients.") { ids, CommandLine.Json, CommandLine.Config,
                CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var desk = await QueueControls.OpenAsync(parsed, cancel);
            return await EachAsync(parsed, parsed.GetRequiredValue(ids), desk.Quarantine.ReleaseAsync, cancel);
        });
        return command;
    }

    private static Command Drop()
    {
        var ids = new Argument<string[]>("id") { Description = "Queue ids or case numbers.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("drop", "Remove messages permanently; asks first.")
        {
            ids, Rule, Sender, Recipient, Everything, Yes, CommandLine.Json, CommandLine.Config, CommandLine.Data,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(ids) is not { Length: > 0 } && !result.GetValue(Everything) && result.GetValue(Rule) is null
                && result.GetValue(Sender) is null && result.GetValue(Recipient) is null)
                result.AddError("say which: quarantine drop ID..., or --rule, --sender, --recipient; --all means the whole quarantine");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            await using var desk = await QueueControls.OpenAsync(parsed, cancel);
            var chosen = await ChooseAsync(desk, parsed, parsed.GetValue(ids) ?? [], cancel);
            if (!parsed.GetValue(Yes) && !await AgreedAsync(chosen, cancel))
                return ExitCode.Nothing;
            return await EachAsync(parsed, chosen, desk.Quarantine.DropAsync, cancel);
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> ChooseAsync(
        IQueueControl desk, ParseResult parsed, string[] ids, CancellationToken cancel)
    {
        if (ids.Length > 0)
            return ids;
        var chosen = new List<string>();
        await foreach (var message in desk.Quarantine.ListAsync(FilterOf(parsed), cancel))
            chosen.Add(message.Id);
        return chosen;
    }

    private static async Task<int> EachAsync(
        ParseResult parsed, IReadOnlyList<string> ids, Func<string, CancellationToken, Task<QuarantineChanged>> act,
            CancellationToken cancel)
    {
        bool all = ids.Count > 0;
        foreach (string id in ids)
        {
            var changed = await act(id, cancel);
            all &= changed.Done;
            if (parsed.GetValue(CommandLine.Json))
                Console.Out.WriteLine(JsonSerializer.Serialize(changed, ControlJson.Lines.QuarantineChanged));
            else
                await (changed.Done ? Console.Out : Console.Error)
                    .WriteLineAsync($"{SafeText.Of(changed.Id)}: {SafeText.Of(changed.Told)}");
        }

        return all ? ExitCode.Done : ExitCode.Nothing;
    }

    /// <summary>Asks with the number in front of the person; without a terminal the answer is no.</summary>
    private static async Task<bool> AgreedAsync(IReadOnlyList<string> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
            return true;
        string what = $"{ids.Count} message{(ids.Count == 1 ? "" : "s")}";
        if (Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync($"this would drop {what} permanently: say --yes if that is meant");
            return false;
        }

        await Console.Error.WriteAsync($"Drop {what} permanently, without a notice to anyone? [y/N] ");
        return await Console.In.ReadLineAsync(cancel) is { } answer && answer.Trim().StartsWith("y", StringComparison.OrdinalIgnoreCase);
    }

    private static QuarantineFilter FilterOf(ParseResult parsed) => new()
    {
        Rule = parsed.GetValue(Rule),
        Sender = parsed.GetValue(Sender),
        Recipient = parsed.GetValue(Recipient),
    };
}
