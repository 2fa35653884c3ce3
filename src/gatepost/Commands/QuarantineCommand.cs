using System.CommandLine;
using System.Text.Json;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost quarantine list|show|release|drop</c>.</summary>
internal static class QuarantineCommand
{
    private static readonly Option<string?> Rule = new("--rule") { HelpName = "RULE" };
    private static readonly Option<string?> Sender = new("--sender") { HelpName = "ADDRESS" };
    private static readonly Option<string?> Recipient = new("--recipient") { HelpName = "ADDRESS" };
    private static readonly Option<bool> Everything = new("--all");
    private static readonly Option<bool> Yes = new("--yes", "-y");

    public static Command Build() => new("quarantine")
    {
        List(),
        Show(),
        Release(),
        Drop(),
    };

    private static Command List()
    {
        var command =
            new Command("list") { Rule, Sender, Recipient,
                CommandLine.Json, CommandLine.Config, CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var control = await QueueControls.OpenAsync(parsed, cancel);
            var messages = control.Quarantine.ListAsync(FilterOf(parsed), cancel);
            if (!parsed.GetValue(CommandLine.Json))
                return await QuarantineTable.WriteAsync(messages, Terminal.Standard, CommandTexts.Of(parsed), cancel);
            await foreach (var message in messages)
                Console.Out.WriteLine(JsonSerializer.Serialize(message, ControlJson.Lines.QuarantinedMessage));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<string>("id");
        var command =
            new Command("show") { id,
                CommandLine.Json, CommandLine.Config, CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var control = await QueueControls.OpenAsync(parsed, cancel);
            string wanted = parsed.GetRequiredValue(id);
            if (await control.Quarantine.ShowAsync(wanted, cancel) is not { } content)
            {
                parsed.WriteError(OurEvidence.NotInQuarantineSeeTrace.Say(wanted));
                return ExitCode.Nothing;
            }

            if (parsed.GetValue(CommandLine.Json))
                Console.Out.WriteLine(JsonSerializer.Serialize(content, ControlJson.Lines.QuarantineContent));
            else
                QuarantineTable.Write(content, Terminal.Standard, CommandTexts.Of(parsed));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Release()
    {
        var ids = new Argument<string[]>("id") { Arity = ArgumentArity.OneOrMore };
        var command =
            new Command("release") { ids, CommandLine.Json, CommandLine.Config,
                CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var control = await QueueControls.OpenAsync(parsed, cancel);
            return await EachAsync(parsed, parsed.GetRequiredValue(ids), control.Quarantine.ReleaseAsync, cancel);
        });
        return command;
    }

    private static Command Drop()
    {
        var ids = new Argument<string[]>("id") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("drop")
        {
            ids, Rule, Sender, Recipient, Everything, Yes, CommandLine.Json, CommandLine.Config, CommandLine.Data,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(ids) is not { Length: > 0 } && !result.GetValue(Everything) && result.GetValue(Rule) is null
                && result.GetValue(Sender) is null && result.GetValue(Recipient) is null)
                result.AddError(OurEvidence.SayWhichInQuarantine.Say());
        });
        command.SetAction(async (parsed, cancel) =>
        {
            await using var control = await QueueControls.OpenAsync(parsed, cancel);
            var chosen = await ChooseAsync(control, parsed, parsed.GetValue(ids) ?? [], cancel);
            if (!parsed.GetValue(Yes) && !await AgreedAsync(parsed, chosen, cancel))
                return ExitCode.Nothing;
            return await EachAsync(parsed, chosen, control.Quarantine.DropAsync, cancel);
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> ChooseAsync(
        IQueueControl control, ParseResult parsed, string[] ids, CancellationToken cancel)
    {
        if (ids.Length > 0)
            return ids;
        var chosen = new List<string>();
        await foreach (var message in control.Quarantine.ListAsync(FilterOf(parsed), cancel))
            chosen.Add(message.Id);
        return chosen;
    }

    private static async Task<int> EachAsync(
        ParseResult parsed, IReadOnlyList<string> ids, Func<string, CancellationToken, Task<QuarantineChanged>> act,
            CancellationToken cancel)
    {
        var texts = CommandTexts.Of(parsed);
        bool all = ids.Count > 0;
        foreach (string id in ids)
        {
            var changed = await act(id, cancel);
            all &= changed.Done;
            if (parsed.GetValue(CommandLine.Json))
                Console.Out.WriteLine(JsonSerializer.Serialize(changed, ControlJson.Lines.QuarantineChanged));
            else
                await (changed.Done ? Console.Out : Console.Error)
                    .WriteLineAsync($"{SafeText.Of(changed.Id)}: {SafeText.Of(texts.Show(changed.Told))}");
        }

        return all ? ExitCode.Done : ExitCode.Nothing;
    }

    /// <summary>Asks with the number in front of the person; without a terminal the answer is no.</summary>
    private static async Task<bool> AgreedAsync(ParseResult parsed, IReadOnlyList<string> ids, CancellationToken cancel) =>
        ids.Count == 0
        || await Confirmation.AskAsync(CommandTexts.Of(parsed), OurEvidence.AskDropQuarantined.Say(ids.Count), cancel);

    private static QuarantineFilter FilterOf(ParseResult parsed) => new()
    {
        Rule = parsed.GetValue(Rule),
        Sender = parsed.GetValue(Sender),
        Recipient = parsed.GetValue(Recipient),
    };
}
