using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Gatepost.Configuration;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>What the verbs of the directory share: options, sending a change, asking first, showing entries.</summary>
internal static class DirectoryVerbs
{
    public static readonly Option<bool> Yes = new("--yes", "-y");

    public static readonly Option<string?> Domain = new("--domain") { HelpName = "DOMAIN" };

    public static readonly Option<string> Why = new("--why")
    {
        HelpName = "TEXT",
        DefaultValueFactory = _ => ""
    };

    public static readonly Option<DateTimeOffset?> Until = UntilOption();

    private static readonly Option<string?> By = new("--by") { HelpName = "NAME" };

    private const string None = "none";

    /// <summary>Options every verb of the directory has.</summary>
    public static Command WithPlace(this Command command)
    {
        command.Add(CommandLine.Json);
        command.Add(CommandLine.Config);
        command.Add(CommandLine.Data);
        return command;
    }

    /// <summary>A verb that changes something.</summary>
    /// <param name="command">With its own arguments and options.</param>
    /// <param name="read">Makes the change from them; null, after printing the reason, if that cannot be done.</param>
    /// <param name="done">Called after the change was made.</param>
    /// <param name="question">What is asked before it is done, unless <c>--yes</c>; null asks nothing.</param>
    public static Command Changing(
        this Command command, Func<ParseResult, DirectoryChange?> read, Func<ParseResult, Finding>? question = null,
        Func<ParseResult, CancellationToken, Task>? done = null)
    {
        command.Add(By);
        if (question is not null)
            command.Add(Yes);
        command.WithPlace().SetAction(async (parsed, cancel) =>
        {
            if (question is not null && !parsed.GetValue(Yes)
                && !await Confirmation.AskAsync(CommandTexts.Of(parsed), question(parsed), cancel))
                return ExitCode.Nothing;
            if (read(parsed) is not { } change)
                return ExitCode.Usage;
            int status = await SendAsync(parsed, change with { By = Name(parsed) }, cancel);
            if (status == ExitCode.Done && done is not null)
                await done(parsed, cancel);
            return status;
        });
        return command;
    }

    /// <summary>A verb that lists entries of one kind.</summary>
    /// <param name="name">Narrows to one entry; its verb then says so where there is none.</param>
    public static Command Listing(this Command command, DirectoryKind what, Argument<string>? name = null)
    {
        if (name is null)
            command.Add(Domain);
        else
            command.Add(name);
        command.WithPlace().SetAction(async (parsed, cancel) =>
        {
            string? one = name is null ? null : parsed.GetValue(name);
            await using var control = await QueueControls.OpenDirectoryAsync(parsed, cancel);
            var rows = control.ListAsync(new DirectoryQuestion(what, name is null ? parsed.GetValue(Domain) : null, one), cancel);
            int shown = parsed.GetValue(CommandLine.Json) ? await WriteJsonAsync(rows, cancel)
                : await new DirectoryTable(Terminal.Standard, CommandTexts.Of(parsed)).WriteAsync(rows, what, one is not null, cancel);
            if (shown == 0 && one is not null)
                parsed.WriteError(OurEvidence.NoSuchEntry.Say(what.ToString().ToLowerInvariant(), one));
            return shown == 0 && one is not null ? ExitCode.Nothing : ExitCode.Done;
        });
        return command;
    }

    /// <summary>A number from 0 on, or <c>none</c> for −1.</summary>
    public static Option<int?> NumberOrNone(string name)
    {
        var option = new Option<int?>(name)
        {
            HelpName = "NUMBER",
            CustomParser = result => Word(result) is None ? -1
                : int.TryParse(Word(result), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
                : Wrong<int?>(result, OurEvidence.NumberOrNone.Say(name, Word(result))),
        };
        return option;
    }

    /// <summary>A size, or <c>none</c> for −1.</summary>
    public static Option<long?> SizeOrNone(string name) => new(name)
    {
        HelpName = "SIZE",
        CustomParser = result => Word(result) is None ? -1
            : Quantity.TryReadSize(Word(result), out long octets) ? octets
            : Wrong<long?>(result, OurEvidence.SizeOrNone.Say(name, Word(result))),
    };

    /// <summary>A text, or <c>none</c> for the empty one.</summary>
    public static Option<string?> TextOrNone(string name, string helpName) => new(name)
    {
        HelpName = helpName,
        CustomParser = result => Word(result) is None ? "" : Word(result),
    };

    /// <summary>Sends a change and says what became of it.</summary>
    public static async Task<int> SendAsync(ParseResult parsed, DirectoryChange change, CancellationToken cancel)
    {
        await using var control = await QueueControls.OpenDirectoryAsync(parsed, cancel);
        var answer = await control.ChangeAsync(change, cancel);
        if (parsed.GetValue(CommandLine.Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(answer, ControlJson.Lines.DirectoryAnswer));
        else if (answer.Done)
            Console.Out.WriteLine(SafeText.Of(CommandTexts.Of(parsed).Show(answer.Message)));
        else
            parsed.WriteError(answer.Message);
        return answer.Done ? ExitCode.Done : ExitCode.Nothing;
    }

    private static string Name(ParseResult parsed) =>
        parsed.GetValue(By) is { Length: > 0 } said ? said
        : Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } behind ? behind
        : Environment.UserName;

    private static async Task<int> WriteJsonAsync(IAsyncEnumerable<DirectoryRow> rows, CancellationToken cancel)
    {
        int written = 0;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(row, ControlJson.Lines.DirectoryRow));
            written++;
        }

        return written;
    }

    private static Option<DateTimeOffset?> UntilOption() => new("--until")
    {
        HelpName = "WHEN",
        CustomParser = result =>
            Quantity.TryReadDuration(Word(result), out var length) ? TimeProvider.System.GetUtcNow() + length
            : DateTimeOffset.TryParse(Word(result), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal
                | DateTimeStyles.AdjustToUniversal, out var time) ? time
            : Wrong<DateTimeOffset?>(
                result, OurEvidence.UntilUnreadable.Say(Word(result))),
    };

    private static string Word(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static T? Wrong<T>(ArgumentResult result, Finding why)
    {
        result.AddError(why);
        return default;
    }
}
