using System.CommandLine;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost domain add|set|list|show|remove|suspend|resume</c>.</summary>
internal static class DomainCommand
{
    public static Command Build() => new("domain")
    {
        Set("add", isNew: true),
        Set("set", isNew: false),
        new Command("list").Listing(DirectoryKind.Domain),
        new Command("show").Listing(DirectoryKind.Domain, Name()),
        DomainDnsCommand.Build(),
        Remove(),
        SuspensionVerbs.Suspend(domain => "@" + domain, Name()),
        SuspensionVerbs.Resume(domain => "@" + domain, Name()),
    };

    private static Argument<string> Name() => new("domain");

    private static Command Set(string verb, bool isNew)
    {
        var name = Name();
        var kind = new Option<DomainKind?>(
            "--kind")
        {
            HelpName = "hosted|relay|alias"
        };
        var aliasOf = new Option<string?>(
            "--alias-of")
        { HelpName = "DOMAIN" };
        var deliver =
            DirectoryVerbs.TextOrNone("--deliver", "WHERE");
        var catchAll = DirectoryVerbs.TextOrNone("--catch-all", "ADDRESS");
        var delimiter = DirectoryVerbs.TextOrNone("--delimiter", "SIGN");
        var hourly = DirectoryVerbs.NumberOrNone("--recipients-per-hour");
        return new Command(verb) { name, kind, aliasOf, deliver, catchAll, delimiter, hourly }.Changing(
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
        var all = new Option<bool>("--with-addresses");
        return new Command("remove") { name, all }.Changing(
            parsed => new RemoveDomain(parsed.GetRequiredValue(name), parsed.GetValue(all)),
            parsed => parsed.GetValue(all) ? OurEvidence.AskRemoveDomainWithAll.Say(parsed.GetRequiredValue(name))
                : OurEvidence.AskRemoveDomain.Say(parsed.GetRequiredValue(name)));
    }
}
