using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost block add|set|list|show|remove</c>.</summary>
internal static class BlockCommand
{
    public static Command Build() => new("block", "Senders and recipients that are refused.")
    {
        Set("add", "Block a sender or a recipient."),
        Set("set", "Change reason and end of a block."),
        new Command("list", "List blocks, those of the configuration first.").Listing(DirectoryKind.Block),
        new Command("show", "Show the blocks of one address or @domain.").Listing(DirectoryKind.Block, Pattern()),
        Remove(),
    };

    private static Argument<string> Pattern() =>
        new("pattern") { Description = "bad@example.org, or @example.org for the domain and everything below it." };

    private static Command Set(string verb, string description)
    {
        var side = new Argument<BlockSide>("side") { HelpName = "sender|recipient", Description = "sender or recipient." };
        var pattern = Pattern();
        var whose = new Option<string?>(
            "--for")
        {
            Description =
                "Blocked senders only: whose mail it is about, ann@example.org or @example.org. Default: everybody's.",
            HelpName = "ADDRESS"
        };
        return new Command(verb, description) { side, pattern, whose, DirectoryVerbs.Why, DirectoryVerbs.Until }.Changing(parsed =>
            new AddBlock(parsed.GetRequiredValue(side), parsed.GetRequiredValue(pattern), parsed.GetValue(whose),
                parsed.GetRequiredValue(DirectoryVerbs.Why), parsed.GetValue(DirectoryVerbs.Until)));
    }

    private static Command Remove()
    {
        var which = new Argument<string>("block") { Description = "Its number, or its pattern where only one block has that." };
        return new Command("remove", "Remove a block.") { which }.Changing(
            parsed => new RemoveBlock(parsed.GetRequiredValue(which)),
            parsed => OurEvidence.AskRemoveBlock.Say(parsed.GetRequiredValue(which)));
    }
}
