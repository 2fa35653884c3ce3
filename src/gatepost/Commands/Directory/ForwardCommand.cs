using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost forward add|set|list|show|remove</c>.</summary>
internal static class ForwardCommand
{
    private static readonly Option<bool> KeepCopy = new("--keep-copy") { Description = "A copy stays in the mailbox." };
    private static readonly Option<bool> NoCopy = new("--no-copy") { Description = "No copy stays in the mailbox." };

    public static Command Build() => new("forward", "Copies of a mailbox's mail that go elsewhere.")
    {
        Add(),
        Set(),
        new Command("list", "List mailboxes that forward, those of the configuration first.").Listing(DirectoryKind.Forward),
        new Command("show", "Show where one mailbox forwards.").Listing(DirectoryKind.Forward, Mailbox()),
        Remove(),
    };

    private static Argument<string> Mailbox() => new("mailbox") { Description = "The mailbox, for example ann@example.org." };

    private static Argument<string[]> Targets(string description) =>
        new("target") { Description = description, Arity = ArgumentArity.OneOrMore };

    private static Command Add()
    {
        var mailbox = Mailbox();
        var targets = Targets("Where copies go.");
        return new Command("add", "Send copies of a mailbox's mail on. A copy stays unless --no-copy.") { mailbox, targets, KeepCopy,
            NoCopy }.Changing(parsed =>
            new SetForward(parsed.GetRequiredValue(mailbox)) { Add = parsed.GetRequiredValue(targets), KeepsCopy = Keeps(parsed) });
    }

    private static Command Set()
    {
        var mailbox = Mailbox();
        return new Command("set", "Say whether a copy stays in the mailbox.") { mailbox, KeepCopy, NoCopy }.Changing(parsed =>
            new SetForward(parsed.GetRequiredValue(mailbox)) { KeepsCopy = Keeps(parsed) });
    }

    private static Command Remove()
    {
        var mailbox = Mailbox();
        var targets = Targets("Where copies no longer go.");
        return new Command("remove", "Send no more copies to an address.") { mailbox, targets }.Changing(
            parsed => new SetForward(parsed.GetRequiredValue(mailbox)) { Remove = parsed.GetRequiredValue(targets) },
            parsed => OurEvidence.AskRemoveForward.Say(parsed.GetRequiredValue(mailbox), parsed.GetRequiredValue(targets)));
    }

    private static bool? Keeps(ParseResult parsed) => parsed.GetValue(NoCopy) ? false : parsed.GetValue(KeepCopy) ? true : null;
}
