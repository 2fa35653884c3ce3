using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost domain add|set|list|show|remove|suspend|resume</c>.</summary>
internal static class DomainCommand
{
    public static Command Build() => new("domain", "Domains this server takes mail for.")
    {
        Set("add", "Add a domain.", isNew: true),
        Set("set", "Change a domain.", isNew: false),
        new Command("list", "List domains, those of the configuration first.").Listing(DirectoryKind.Domain),
        new Command("show", "Show one domain.").Listing(DirectoryKind.Domain, Name()),
        DomainDnsCommand.Build(),
        Remove(),
        SuspensionVerbs.Suspend("a domain", domain => "@" + domain, Name()),
        SuspensionVerbs.Resume("a domain", domain => "@" + domain, Name()),
    };

    private static Argument<string> Name() => new("domain") { Description = "The domain, for example example.org." };

    private static Command Set(string verb, string description, bool isNew)
    {
        var name = Name();
        var kind = new Option<DomainKind?>(
            "--kind")
        {
            Description = "hosted: mailboxes are here; relay: its mail is passed on; alias: it leads to another domain.",
            HelpName = "hosted|relay|alias"
        };
        var aliasOf = new Option<string?>(
            "--alias-of")
        { Description = "The domain it leads to; makes it an alias domain.", HelpName = "DOMAIN" };
        var deliver =
            DirectoryVerbs.TextOrNone(
                "--deliver", "How its mail is delivered: maildir:/path/{domain}/{mailbox}, lmtp:host:port, lmtp:unix:/path, "
                + "smtp:host:port. `none` for the server's own way.", "WHERE");
        var catchAll = DirectoryVerbs.TextOrNone(
            "--catch-all", "The address that gets mail for names that do not exist. `none` refuses them.", "ADDRESS");
        var delimiter = DirectoryVerbs.TextOrNone(
            "--delimiter", "The sign before a detail, as + in ann+lists. `none` for no details.", "SIGN");
        var hourly = DirectoryVerbs.NumberOrNone("--recipients-per-hour", "Recipients its users together may write to in 60 minutes.");
        return new Command(verb, description) { name, kind, aliasOf, deliver, catchAll, delimiter, hourly }.Changing(
            parsed => new SetDomain(parsed.GetRequiredValue(name), isNew)
            {
                Kind = parsed.GetValue(kind),
                AliasOf = parsed.GetValue(aliasOf),
                Deliver = parsed.GetValue(deliver),
                CatchAll = parsed.GetValue(catchAll),
                Delimiter = parsed.GetValue(delimiter),
                RecipientsPerHour = parsed.GetValue(hourly),
            },
            done: isNew
                ? (parsed, cancel) => WriteRecordsAsync(parsed, parsed.GetRequiredValue(name), parsed.GetValue(kind), cancel)
                : null);
    }

    /// <summary>A new domain works when its records are in DNS: they are what is to be done next.</summary>
    private static async Task WriteRecordsAsync(ParseResult parsed, string domain, DomainKind? kind, CancellationToken cancel)
    {
        if (parsed.GetValue(CommandLine.Json) || kind is DomainKind.Alias)
            return;
        Console.Out.WriteLine();
        await DomainDnsCommand.WriteAsync(parsed, CheckSources.Domain(domain), cancel);
    }

    private static Command Remove()
    {
        var name = Name();
        var all = new Option<bool>("--with-addresses") { Description = "Remove its mailboxes and aliases as well." };
        return new Command("remove", "Remove a domain. Stored mail is not touched.") { name, all }.Changing(
            parsed => new RemoveDomain(parsed.GetRequiredValue(name), parsed.GetValue(all)),
            parsed => parsed.GetValue(all) ? OurEvidence.AskRemoveDomainWithAll.Say(parsed.GetRequiredValue(name))
                : OurEvidence.AskRemoveDomain.Say(parsed.GetRequiredValue(name)));
    }
}
