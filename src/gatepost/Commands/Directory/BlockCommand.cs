using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost block add|set|list|show|remove</c>.</summary>
internal static class BlockCommand
{
    public static Command Build() => new("block")
    {
        Set("add"),
        Set("set"),
        new Command("list").Listing(DirectoryKind.Block),
        new Command("show").Listing(DirectoryKind.Block, Pattern()),
        Remove(),
    };

    private static Argument<string> Pattern() =>
        new("pattern");

    private static Command Set(string verb)
    {
        var side = new Argument<BlockSide>("side") { HelpName = "sender|recipient" };
        var pattern = Pattern();
        var whose = new Option<string?>(
            "--for")
        {
            HelpName = "ADDRESS"
        };
        return new Command(verb) { side, pattern, whose, DirectoryVerbs.Why, DirectoryVerbs.Until }.Changing(parsed =>
            new AddBlock(parsed.GetRequiredValue(side), parsed.GetRequiredValue(pattern), parsed.GetValue(whose),
                parsed.GetRequiredValue(DirectoryVerbs.Why), parsed.GetValue(DirectoryVerbs.Until)));
    }

    private static Command Remove()
    {
        var which = new Argument<string>("block");
        return new Command("remove") { which }.Changing(
            parsed => new RemoveBlock(parsed.GetRequiredValue(which)),
            parsed => OurEvidence.AskRemoveBlock.Say(parsed.GetRequiredValue(which)));
    }
}
