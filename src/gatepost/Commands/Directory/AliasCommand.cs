using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost alias add|set|list|show|remove</c>.</summary>
internal static class AliasCommand
{
    public static Command Build() => new("alias", "Addresses that lead to others.")
    {
        Set("add", "Add an alias.", isNew: true),
        Set("set", "Let an alias lead elsewhere.", isNew: false),
        new Command("list", "List aliases, those of the configuration first.").Listing(DirectoryKind.Alias),
        new Command("show", "Show one alias.").Listing(DirectoryKind.Alias, Alias()),
        Remove(),
    };

    private static Argument<string> Alias() => new("alias") { Description = "The alias, for example sales@example.org." };

    private static Command Set(string verb, string description, bool isNew)
    {
        var alias = Alias();
        var targets = new Argument<string[]>(
            "target")
        { Description = "Where its mail goes: 1 to 1,000 addresses, here or elsewhere.", Arity = ArgumentArity.OneOrMore };
        return new Command(verb, description) { alias, targets }.Changing(
            parsed => new SetAlias(parsed.GetRequiredValue(alias), isNew, parsed.GetRequiredValue(targets)));
    }

    private static Command Remove()
    {
        var alias = Alias();
        return new Command("remove", "Remove an alias.") { alias }.Changing(
            parsed => new RemoveAddress(parsed.GetRequiredValue(alias), IsAlias: true),
            parsed => OurEvidence.AskRemoveAlias.Say(parsed.GetRequiredValue(alias)));
    }
}
