using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>What <c>--help</c> prints: the form from the command line itself, every word from the files of words.</summary>
/// <remarks>The texts are looked up only when help is asked for, so no other verb pays for them.</remarks>
internal sealed partial class CommandHelp : SynchronousCommandLineAction
{
    /// <summary>A longer label has its text on the next line.</summary>
    private const int LongestLabel = 34;

    public override bool ClearsParseErrors => true;

    /// <summary>Takes the place of the library's own help.</summary>
    public static RootCommand UseIn(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new CommandHelp();
        return root;
    }

    public override int Invoke(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var terminal = new Terminal(output, ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected);
        Write(parsed.CommandResult.Command, terminal, CommandTexts.Of(parsed));
        return ExitCode.Done;
    }

    /// <summary>The page of one command.</summary>
    internal static void Write(Command command, Terminal terminal, Texts texts)
    {
        string path = PathOf(command);
        terminal.WriteWrapped("", "", TextOf(texts, path, "") ?? "");
        terminal.WriteLine();
        terminal.WriteLine(texts.Say("help-page.usage"));
        terminal.WriteLine("  " + Usage(command, texts));
        WriteRows(terminal, texts.Say("help-page.arguments"),
            [.. command.Arguments.Select(one =>
                ($"<{NameOf(one, texts)}>", TextOf(texts, path, "_" + one.Name.ToLowerInvariant()) ?? ""))]);
        WriteRows(terminal, texts.Say("help-page.options"),
            [.. OptionsOf(command).Select(one => (LabelOf(one, texts), TextOf(texts, path, one.Name) ?? ""))]);
        WriteRows(terminal, texts.Say("help-page.commands"),
            [.. command.Subcommands.Select(one => (Signature(one, texts), TextOf(texts, PathOf(one), "") ?? ""))]);
    }

    /// <summary>The text of a command, or of its option or argument: its own, its group's, or that of all with this name.</summary>
    /// <param name="texts">The reader's language.</param>
    /// <param name="path"><c>queue-list</c>.</param>
    /// <param name="suffix"><c>--json</c>, <c>_id</c>; empty for the command itself.</param>
    internal static string? TextOf(Texts texts, string path, string suffix)
    {
        string[] places = suffix.Length == 0 ? [path] : [path, path.Split('-')[0], ""];
        string? key = places.Select(place => $"help.{place}{suffix}").FirstOrDefault(texts.Has);
        return key is null ? null : texts.Say(key);
    }

    /// <summary><c>queue-list</c>; the root's own name for the root.</summary>
    internal static string PathOf(Command command) =>
        command is RootCommand ? CommandLine.ProgramName : string.Join('-', Ancestors(command).Select(one => one.Name));

    /// <summary>Its own, and those of the commands above it that hold below them too.</summary>
    internal static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(Above(command).SelectMany(one => one.Options).Where(one => one.Recursive)).Where(one => !one.Hidden);

    private static string Usage(Command command, Texts texts) => string.Join(' ',
    [
        CommandLine.ProgramName, .. Ancestors(command).Select(one => one.Name), .. command.Arguments.Select(one => Placed(one, texts)),
        .. command.Subcommands.Count > 0 ? [texts.Say("help-page.command")] : Array.Empty<string>(), texts.Say("help-page.some-options"),
    ]);

    private static string Signature(Command command, Texts texts) =>
        string.Join(' ', [command.Name, .. command.Arguments.Select(one => Placed(one, texts))]);

    private static string Placed(Argument argument, Texts texts)
    {
        string name = $"<{NameOf(argument, texts)}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string LabelOf(Option option, Texts texts)
    {
        string names = string.Join(", ", option.Aliases.Where(alias => !alias.StartsWith('/')).Order(StringComparer.Ordinal)
            .Prepend(option.Name).OrderBy(name => name.Length));
        string value = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) || option is HelpOption or VersionOption
            ? "" : $" <{ValueOf(option, texts)}>";
        return names + value + (option.Required ? " " + texts.Say("help-page.required") : "");
    }

    internal static string ValueOf(Option option, Texts texts) =>
        Translated(option.HelpName ?? string.Join('|', CommandLineErrors.ChoicesOf(option)), texts);

    internal static string NameOf(Argument argument, Texts texts) =>
        argument.HelpName is { } shown ? Translated(shown, texts)
        : CommandLineErrors.ChoicesOf(argument) is { Count: > 0 } choices ? string.Join('|', choices)
        : texts.Has("help-value." + argument.Name) ? texts.Say("help-value." + argument.Name)
        : argument.Name;

    /// <summary>Words in capitals are placeholders; others are written as they are.</summary>
    private static string Translated(string value, Texts texts) => Placeholder().Replace(
        value, match => texts.Has("help-value." + match.Value) ? texts.Say("help-value." + match.Value) : match.Value);

    private static void WriteRows(Terminal terminal, string heading, List<(string Label, string Text)> rows)
    {
        if (rows.Count == 0)
            return;
        terminal.WriteLine();
        terminal.WriteLine(heading);
        int width = Math.Min(rows.Max(row => row.Label.Length), LongestLabel) + 2;
        foreach (var (label, text) in rows)
        {
            bool fits = label.Length <= LongestLabel;
            if (!fits)
                terminal.WriteLine("  " + label);
            terminal.WriteWrapped("  ", (fits ? label : "").PadRight(width), text);
        }
    }

    /// <summary>From below the root to the command itself.</summary>
    private static IEnumerable<Command> Ancestors(Command command) => Above(command).Where(one => one is not RootCommand).Reverse()
        .Concat(command is RootCommand ? [] : [command]);

    private static IEnumerable<Command> Above(Command command)
    {
        for (var one = command.Parents.OfType<Command>().FirstOrDefault(); one is not null;
            one = one.Parents.OfType<Command>().FirstOrDefault())
            yield return one;
    }

    [GeneratedRegex("[A-Z_]+")]
    private static partial Regex Placeholder();
}
