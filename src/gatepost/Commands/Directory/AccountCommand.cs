using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost account add|set|password|list|show|remove|suspend|resume</c>.</summary>
internal static class AccountCommand
{
    private static readonly Option<bool> NoScram = new(
        "--no-scram")
    { Description = "Keep an Argon2id hash only. The account then logs in with PLAIN or LOGIN." };

    public static Command Build() => new("account", "Mailboxes and who logs in to them.")
    {
        Add(),
        Set(),
        Password(),
        new Command("list", "List mailboxes, those of the configuration first.").Listing(DirectoryKind.Account),
        new Command("show", "Show one mailbox.").Listing(DirectoryKind.Account, Address()),
        Remove(),
        SuspensionVerbs.Suspend("a mailbox", address => address, Address()),
        SuspensionVerbs.Resume("a mailbox", address => address, Address()),
    };

    private static Argument<string> Address() => new("address") { Description = "The mailbox, for example ann@example.org." };

    private static Command Add()
    {
        var address = Address();
        var noPassword = new Option<bool>(
            "--no-password")
        { Description = "Make it without a password: it receives mail and cannot log in." };
        var (quota, hourly, received) = Limits();
        return new Command("add", "Add a mailbox. Its password is read from standard input, one line.") { address, noPassword, NoScram,
            quota, hourly, received }.Changing(parsed =>
        {
            string? hash = parsed.GetValue(noPassword) ? "" : PasswordCommand.Hash(parsed, withScram: !parsed.GetValue(NoScram));
            return hash is null ? null : new SetAccount(parsed.GetRequiredValue(address), IsNew: true)
            {
                Password = hash,
                Quota = parsed.GetValue(quota),
                RecipientsPerHour = parsed.GetValue(hourly),
                ReceivedPerHour = parsed.GetValue(received),
            };
        });
    }

    private static Command Set()
    {
        var address = Address();
        var (quota, hourly, received) = Limits();
        var movedTo =
            DirectoryVerbs.TextOrNone(
                "--moved-to", "Where its owner has moved: mail is rejected with the new address. `none` accepts mail again.",
                "ADDRESS");
        var grant = new Option<string[]>(
            "--grant")
        {
            Description = "An address, or @domain, it may send as from now on. May be given several times.",
            HelpName = "ADDRESS"
        };
        var revoke = new Option<string[]>(
            "--revoke")
        { Description = "An address, or @domain, it may send as no longer.", HelpName = "ADDRESS" };
        return new Command("set", "Change a mailbox.") { address, quota, hourly, received, movedTo, grant, revoke }.Changing(
            parsed => new SetAccount(parsed.GetRequiredValue(address), IsNew: false)
            {
                Quota = parsed.GetValue(quota),
                RecipientsPerHour = parsed.GetValue(hourly),
                ReceivedPerHour = parsed.GetValue(received),
                MovedTo = parsed.GetValue(movedTo),
                Grant = parsed.GetValue(grant) ?? [],
                Revoke = parsed.GetValue(revoke) ?? [],
            });
    }

    private static Command Password()
    {
        var address = Address();
        var none = new Option<bool>("--none") { Description = "Remove the password: it cannot log in." };
        return new Command("password", "Give a mailbox another password, read from standard input, one line.") { address, none,
            NoScram }.Changing(parsed =>
            (parsed.GetValue(none) ? "" : PasswordCommand.Hash(parsed, withScram: !parsed.GetValue(NoScram))) is { } hash
                ? new SetAccount(parsed.GetRequiredValue(address), IsNew: false) { Password = hash }
                : null);
    }

    private static Command Remove()
    {
        var address = Address();
        return new Command("remove", "Remove a mailbox. Its stored mail is not touched.") { address }.Changing(
            parsed => new RemoveAddress(parsed.GetRequiredValue(address), IsAlias: false),
            parsed => OurEvidence.AskRemoveAccount.Say(parsed.GetRequiredValue(address)));
    }

    private static (Option<long?> Quota, Option<int?> Hourly, Option<int?> Received) Limits() =>
    (
        DirectoryVerbs.SizeOrNone("--quota", "What the mailbox may hold."),
        DirectoryVerbs.NumberOrNone("--recipients-per-hour", "Recipients it may write to in 60 minutes."),
        DirectoryVerbs.NumberOrNone("--received-per-hour", "Messages it may receive in 60 minutes."));
}
