using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost alias add|set|list|show|remove</c>.</summary>
internal static class AliasCommand
{
    public static Command Build() => new("alias")
    {
        Set("add", isNew: true),
        Set("set", isNew: false),
        new Command("list").Listing(DirectoryKind.Alias),
        new Command("show").Listing(DirectoryKind.Alias, Alias()),
        Remove(),
    };

    private static Argument<string> Alias() => new("alias");

    private static Command Set(string verb, bool isNew)
    {
        var alias = Alias();
        var targets = new Argument<string[]>(
            "target")
        { Arity = ArgumentArity.OneOrMore };
        return new Command(verb) { alias, targets }.Changing(
            parsed => new SetAlias(parsed.GetRequiredValue(alias), isNew, parsed.GetRequiredValue(targets)));
    }

    private static Command Remove()
    {
        var alias = Alias();
        return new Command("remove") { alias }.Changing(
            parsed => new RemoveAddress(parsed.GetRequiredValue(alias), IsAlias: true),
            parsed => OurEvidence.AskRemoveAlias.Say(parsed.GetRequiredValue(alias)));
    }
}
