using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost forward add|set|list|show|remove</c>.</summary>
internal static class ForwardCommand
{
    private static readonly Option<bool> KeepCopy = new("--keep-copy");
    private static readonly Option<bool> NoCopy = new("--no-copy");

    public static Command Build() => new("forward")
    {
        Add(),
        Set(),
        new Command("list").Listing(DirectoryKind.Forward),
        new Command("show").Listing(DirectoryKind.Forward, Mailbox()),
        Remove(),
    };

    private static Argument<string> Mailbox() => new("mailbox");

    private static Argument<string[]> Targets() =>
        new("target") { Arity = ArgumentArity.OneOrMore };

    private static Command Add()
    {
        var mailbox = Mailbox();
        var targets = Targets();
        return new Command("add") { mailbox, targets, KeepCopy,
            NoCopy }.Changing(parsed =>
            new SetForward(parsed.GetRequiredValue(mailbox)) { Add = parsed.GetRequiredValue(targets), KeepsCopy = Keeps(parsed) });
    }

    private static Command Set()
    {
        var mailbox = Mailbox();
        return new Command("set") { mailbox, KeepCopy, NoCopy }.Changing(parsed =>
            new SetForward(parsed.GetRequiredValue(mailbox)) { KeepsCopy = Keeps(parsed) });
    }

    private static Command Remove()
    {
        var mailbox = Mailbox();
        var targets = Targets();
        return new Command("remove") { mailbox, targets }.Changing(
            parsed => new SetForward(parsed.GetRequiredValue(mailbox)) { Remove = parsed.GetRequiredValue(targets) },
            parsed => OurEvidence.AskRemoveForward.Say(parsed.GetRequiredValue(mailbox), parsed.GetRequiredValue(targets)));
    }

    private static bool? Keeps(ParseResult parsed) => parsed.GetValue(NoCopy) ? false : parsed.GetValue(KeepCopy) ? true : null;
}
