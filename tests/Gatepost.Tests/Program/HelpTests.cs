using System.CommandLine;
using Gatepost.Commands;
using Gatepost.Replies;
using Gatepost.Tests.Replies;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>Every command, argument and option has its text in the files of words, and what is wrong with a command line too.</summary>
[Collection(nameof(ThirdLanguageTests))]
public sealed class HelpTests
{
    private static IEnumerable<Command> Tree(Command from) => [from, .. from.Subcommands.SelectMany(Tree)];

    private static IEnumerable<(string Path, string Suffix)> Wanted => Tree(CommandLine.Build()).SelectMany(command =>
        ((string, string)[])
        [
            (CommandHelp.PathOf(command), ""),
            .. command.Arguments.Select(one => (CommandHelp.PathOf(command), "_" + one.Name.ToLowerInvariant())),
            .. command.Options.Select(one => (CommandHelp.PathOf(command), one.Name)),
        ]);

    [Fact]
    public void Everything_on_the_command_line_has_a_text_in_every_language() => Assert.All(Languages.All, language =>
    {
        var texts = Sources.Texts(language.Code);
        foreach (var (path, suffix) in Wanted)
            Assert.True(
                KeysOf(path, suffix).Any(texts.ContainsKey), $"Words/{language.Code}/help.toml has nothing for {path} {suffix}");
    });

    [Fact]
    public void No_text_of_the_help_is_for_something_that_is_not_there()
    {
        var used = Wanted.SelectMany(one => KeysOf(one.Path, one.Suffix)).ToHashSet();
        Assert.All(Sources.Texts("en").Keys.Where(key => key.StartsWith("help.", StringComparison.Ordinal)), key =>
            Assert.True(used.Contains(key), $"{key} is the text of nothing"));
    }

    private static string[] KeysOf(string path, string suffix) =>
        suffix.Length == 0 ? [$"help.{path}"] : [$"help.{path}{suffix}", $"help.{path.Split('-')[0]}{suffix}", $"help.{suffix}"];

    [Fact]
    public void A_page_has_usage_arguments_options_and_commands()
    {
        var root = CommandLine.Build();
        Assert.StartsWith(
            """
            Show one message: every recipient still in the queue with its last reply, explained.

            Usage:
              gatepost queue show <id> [options]

            Arguments:
              <id>  Queue id.

            Options:
              --json
            """.ReplaceLineEndings("\n"), Page(root, "queue show", Texts.English), StringComparison.Ordinal);
        Assert.Contains("\nCommands:\n  list ", Page(root, "queue", Texts.English), StringComparison.Ordinal);
        Assert.Contains(" hold [<id>...] ", Page(root, "queue", Texts.English), StringComparison.Ordinal);
        Assert.Contains("--to <ADDRESS> (required) ", Page(root, "would-accept", Texts.English), StringComparison.Ordinal);
        Assert.Contains("--by <destination|reason> ", Page(root, "queue list", Texts.English), StringComparison.Ordinal);
        Assert.Contains("--lang <LANG> ", Page(root, "queue list", Texts.English), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "a command is missing: write one of serve, queue, ")]
    [InlineData("queue lst", "lst is neither a command nor an option here: did you mean list?")]
    [InlineData("queue list extra", "extra is neither a command nor an option here")]
    [InlineData("queue list --heldd", "--heldd is neither a command nor an option here: did you mean --held?")]
    [InlineData("queue list --by", "--by needs a value")]
    [InlineData("queue list --by c", "--by is \"c\": write one of destination, reason")]
    [InlineData("find x --limit a", "--limit is \"a\": write a whole number")]
    [InlineData("find x --limit 0", "--limit is from 1 to ")]
    [InlineData("find x --limit 1 --limit 2", "--limit can be given only once")]
    [InlineData("queue show", "<id> is missing")]
    [InlineData("would-accept --ip 192.0.2.7", "--to is missing")]
    [InlineData("block add nobody x", "side is \"nobody\": write one of ")]
    [InlineData("queue list --lang deutsch", "--lang is \"deutsch\": ")]
    public void What_is_wrong_is_said_with_what_to_write(string line, string said)
    {
        var parsed = CommandLine.Build().Parse(line, CommandLine.Parsing);
        string[] errors = [.. CommandLineErrors.Of(parsed).Select(Texts.English.Show)];
        Assert.StartsWith(said, Assert.Single(errors), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void No_English_is_left_in_help_and_errors_of_the_command_line()
    {
        using var words = new MadeUpLanguage();
        var root = CommandLine.Build();
        string[] names =
        [
            .. Tree(root).SelectMany(command => (string[])
            [
                command.Name, .. command.Arguments.SelectMany(CommandLineErrors.ChoicesOf),
                .. command.Options.SelectMany(one => (string[])[one.Name, .. one.Aliases, .. CommandLineErrors.ChoicesOf(one)]),
                .. command.Options.Select(one => one.HelpName).OfType<string>().Where(one => !one.Any(char.IsUpper)),
                .. command.Arguments.Select(one => one.HelpName).OfType<string>().Where(one => !one.Any(char.IsUpper)),
            ]),
            "gatepost", "{mailbox}", "{domain}",
        ];
        foreach (var command in Tree(root))
        {
            var output = new StringWriter();
            CommandHelp.Write(command, new Terminal(output, isTerminal: false), words.Texts);
            MadeUpLanguage.NoEnglish(output.ToString(), names);
        }

        foreach (string line in (string[])["", "queue lst", "queue list --by", "queue list --by c", "find x --limit a", "queue show",
            "would-accept --ip 192.0.2.7", "find x --limit 1 --limit 2"])
        {
            var errors = CommandLineErrors.Of(root.Parse(line, CommandLine.Parsing));
            MadeUpLanguage.NoEnglish(string.Join('\n', errors.Select(words.Texts.Show)), [.. names, "lst", "id"]);
        }
    }

    private static string Page(RootCommand root, string line, Texts texts)
    {
        var output = new StringWriter { NewLine = "\n" };
        CommandHelp.Write(root.Parse(line).CommandResult.Command, new Terminal(output, isTerminal: false), texts);
        return output.ToString();
    }
}
