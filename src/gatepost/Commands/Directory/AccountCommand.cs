using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost account add|set|password|list|show|remove|suspend|resume</c>.</summary>
internal static class AccountCommand
{
    private static readonly Option<bool> NoScram = new("--no-scram");

    public static Command Build() => new("account")
    {
        Add(),
        Set(),
        Password(),
        new Command("list").Listing(DirectoryKind.Account),
        new Command("show").Listing(DirectoryKind.Account, Address()),
        Remove(),
        SuspensionVerbs.Suspend(address => address, Address()),
        SuspensionVerbs.Resume(address => address, Address()),
    };

    private static Argument<string> Address() => new("address");

    private static Command Add()
    {
        var address = Address();
        var noPassword = new Option<bool>("--no-password");
        var (quota, hourly, received) = Limits();
        return new Command("add") { address, noPassword, NoScram,
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
            DirectoryVerbs.TextOrNone("--moved-to", "ADDRESS");
        var grant = new Option<string[]>(
            "--grant")
        {
            HelpName = "ADDRESS"
        };
        var revoke = new Option<string[]>(
            "--revoke")
        { HelpName = "ADDRESS" };
        return new Command("set") { address, quota, hourly, received, movedTo, grant, revoke }.Changing(
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
        var none = new Option<bool>("--none");
        return new Command("password") { address, none,
            NoScram }.Changing(parsed =>
            (parsed.GetValue(none) ? "" : PasswordCommand.Hash(parsed, withScram: !parsed.GetValue(NoScram))) is { } hash
                ? new SetAccount(parsed.GetRequiredValue(address), IsNew: false) { Password = hash }
                : null);
    }

    private static Command Remove()
    {
        var address = Address();
        return new Command("remove") { address }.Changing(
            parsed => new RemoveAddress(parsed.GetRequiredValue(address), IsAlias: false),
            parsed => OurEvidence.AskRemoveAccount.Say(parsed.GetRequiredValue(address)));
    }

    private static (Option<long?> Quota, Option<int?> Hourly, Option<int?> Received) Limits() =>
    (
        DirectoryVerbs.SizeOrNone("--quota"),
        DirectoryVerbs.NumberOrNone("--recipients-per-hour"),
        DirectoryVerbs.NumberOrNone("--received-per-hour"));
}
