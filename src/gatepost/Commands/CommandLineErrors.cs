using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using Gatepost.Policy.Basics;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>What is wrong with a command line, as findings: the library knows only English.</summary>
internal static class CommandLineErrors
{
    /// <summary>What checks of ours found, by the very text that they gave the library.</summary>
    private static readonly ConditionalWeakTable<string, Finding> Ours = [];

    /// <summary>Reports an error of a value or of a whole command.</summary>
    public static void AddError(this SymbolResult result, Finding what)
    {
        string text = new(what.ToString());
        Ours.Add(text, what);
        result.AddError(text);
    }

    /// <summary>Everything that is wrong, in the order in which it was found.</summary>
    public static IEnumerable<Finding> Of(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens.Select(word => Unknown(parsed.CommandResult.Command, word)).ToList();
        foreach (var error in parsed.Errors)
        {
            if (Ours.TryGetValue(error.Message, out var known))
                yield return known;
            else if (error.SymbolResult is OptionResult option)
                yield return OfOption(option);
            else if (error.SymbolResult is ArgumentResult argument)
                yield return OfArgument(argument);
            else if (unknown.Count == 0)
                yield return OurEvidence.CommandMissing.Say([.. Names(parsed.CommandResult.Command)]);
        }

        foreach (var word in unknown)
            yield return word;
    }

    /// <summary>The words that alone may be written as a value; empty where others may.</summary>
    public static IReadOnlyList<string> ChoicesOf(Symbol symbol) => symbol is Option { ValueType: var type } && type == typeof(bool)
        ? [] : [.. symbol.GetCompletions(CompletionContext.Empty).Select(one => one.Label)];

    private static Finding OfOption(OptionResult result)
    {
        string name = result.Option.Name;
        if (result.Implicit)
            return OurEvidence.OptionMissing.Say(name);
        if (result.Tokens.Count == 0)
            return OurEvidence.OptionNeedsValue.Say(name);
        return result.Tokens.Count > result.Option.Arity.MaximumNumberOfValues ? OurEvidence.OptionTwice.Say(name)
            : Wrong(name, result.Tokens[^1].Value, result.Option);
    }

    private static Finding OfArgument(ArgumentResult result) => result.Tokens.Count == 0
        ? OurEvidence.ArgumentMissing.Say(result.Argument.Name)
        : Wrong(result.Argument.Name, result.Tokens[^1].Value, result.Argument);

    private static Finding Wrong(string name, string value, Symbol symbol) => ChoicesOf(symbol) is { Count: > 0 } choices
        ? OurEvidence.NotAmongChoices.Say(name, value, [.. choices])
        : OurEvidence.NoNumber.Say(name, value);

    private static Finding Unknown(Command command, string word)
    {
        var known = word.StartsWith('-') ? CommandHelp.OptionsOf(command).SelectMany(one => one.Aliases.Append(one.Name))
            : command.Subcommands.Select(one => one.Name);
        return Spelling.Nearest(word, known) is { } near ? OurEvidence.WordUnknownNear.Say(word, near) : OurEvidence.WordUnknown.Say(word);
    }

    private static IEnumerable<string> Names(Command command) => command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name);
}
