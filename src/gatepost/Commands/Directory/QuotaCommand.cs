using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost quota set|list|show|remove</c>: the limits of mailboxes and domains, and what of them is used.</summary>
internal static class QuotaCommand
{
    public static Command Build()
    {
        var list = new Command("list").Listing(DirectoryKind.Quota);
        return new Command("quota")
        {
            Set("set"),
            Set("add"),
            list,
            new Command("show").Listing(DirectoryKind.Quota, Whose()),
            Remove(),
        };
    }

    private static Argument<string> Whose() => new("whose");

    private static Command Set(string verb)
    {
        var whose = Whose();
        var mailbox = DirectoryVerbs.SizeOrNone("--mailbox");
        var sent = DirectoryVerbs.NumberOrNone("--sent");
        var received = DirectoryVerbs.NumberOrNone("--received");
        var command = new Command(verb) { whose, mailbox, sent, received };
        command.Validators.Add(result =>
        {
            if (result.GetResult(mailbox) is null && result.GetResult(sent) is null && result.GetResult(received) is null)
                result.AddError(OurEvidence.SayWhichLimit.Say());
            else if (
                result.GetValue(whose) is ['@', ..] && (result.GetResult(mailbox) is not null || result.GetResult(received) is not null))
                result.AddError(OurEvidence.LimitsOfDomain.Say());
        });
        return command.Changing(parsed =>
            Change(parsed.GetRequiredValue(whose), parsed.GetValue(mailbox), parsed.GetValue(sent), parsed.GetValue(received)));
    }

    private static Command Remove()
    {
        var whose = Whose();
        return new Command("remove") { whose }.Changing(
            parsed => parsed.GetRequiredValue(whose) is ['@', ..] domain ? Change(domain, null, -1, null)
                : Change(parsed.GetRequiredValue(whose), -1, -1, -1),
            parsed => OurEvidence.AskRemoveQuota.Say(parsed.GetRequiredValue(whose)));
    }

    private static DirectoryChange Change(string whose, long? mailbox, int? sent, int? received) => whose.StartsWith('@')
        ? new SetDomain(whose[1..], IsNew: false) { RecipientsPerHour = sent }
        : new SetAccount(whose, IsNew: false) { Quota = mailbox, RecipientsPerHour = sent, ReceivedPerHour = received };
}
