using System.CommandLine;
using System.Text.Json;
using Gatepost.Configuration;
using Gatepost.Policy.Directory;
using Gatepost.Publishing;
using Gatepost.Replies;
using Gatepost.Web.Control;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary><c>gatepost check domain</c>: what DNS has for a domain, what is missing, and who must act.</summary>
internal static class DomainCheckCommand
{
    private static readonly Argument<string> Domain = new("DOMAIN");

    public static Command Build()
    {
        var command = new Command("domain")
        {
            Domain, CommandLine.Config, CommandLine.Data, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string domain = CheckSources.Domain(parsed.GetValue(Domain)!);
        var settings = CommandLine.LoadSettings(parsed).Settings;
        var dns = CheckSources.Resolver(parsed);
        using var fetch = CheckSources.Sts(dns, out var sts);
        bool isHosted = await IsHostedAsync(parsed, settings, domain, cancel);
        var records = new DomainRecords(
            settings, isHosted ? (await DkimCommand.AskAsync(parsed, new KeyRequest(KeyVerb.List, domain), cancel)).Keys : []);
        var check = new DomainCheck(dns, sts, TlsCheckCommand.Survey(dns, null, settings.HostName), TimeProvider.System)
        {
            Wanted = isHosted ? records.Of(domain) : null,
            Host = settings.HostName,
            Addresses = isHosted ? records.Addresses : [],
        };
        var items = await check.RunAsync(domain, cancel);
        int wrong = items.Count(item => item.State is CheckState.Wrong or CheckState.Unanswered);
        if (parsed.GetValue(CommandLine.Json))
        {
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(
                new DomainCheckLine(domain, isHosted, wrong == 0, [.. items.Select(item => new DomainCheckItemLine(item))]),
                ProgramJson.Lines.DomainCheckLine));
        }
        else
        {
            Write(parsed, domain, items, wrong);
        }

        return wrong == 0 ? ExitCode.Done : 1;
    }

    private static void Write(ParseResult parsed, string domain, IReadOnlyList<DomainCheckItem> items, int wrong)
    {
        var terminal = Terminal.Standard;
        var texts = CommandTexts.Of(parsed);
        foreach (var item in items)
        {
            var (state, colour) = item.State switch
            {
                CheckState.Good => ("domain-check.good", Color.Green),
                CheckState.Advice => ("domain-check.advice", Color.Yellow),
                CheckState.Wrong => ("domain-check.wrong", Color.Red),
                _ => ("domain-check.unanswered", Color.Red),
            };
            terminal.WriteLine($"{item.Part,-8} {texts.Say(state)}", colour);
            foreach (var step in item.Steps)
                terminal.WriteWrapped("  ", "- ", texts.Show(step));
            if (item.Who is { } who && item.State != CheckState.Good)
                terminal.WriteWrapped("  ", "  ", texts.Say("domain-check.who", ("who", who)));
        }

        terminal.WriteLine();
        terminal.WriteLine(wrong == 0
            ? texts.Say("domain-check.result-good", ("domain", domain))
            : texts.Say("domain-check.result-wrong", ("domain", domain), ("count", wrong)));
    }

    private static async Task<bool> IsHostedAsync(ParseResult parsed, Settings settings, string domain, CancellationToken cancel)
    {
        if (settings.Domains.Any(one => one.Name.Equals(domain, StringComparison.OrdinalIgnoreCase)))
            return true;
        try
        {
            await using var control = await QueueControls.OpenDirectoryAsync(parsed, cancel);
            await foreach (var row in control.ListAsync(new DirectoryQuestion(DirectoryKind.Domain, null, domain), cancel))
            {
                if (row.Name.Equals(domain, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }
        catch (Control.ControlException)
        {
            // Without a directory it is a foreign one.
        }

        return false;
    }
}

/// <summary>The line of <c>gatepost check domain --json</c>.</summary>
internal sealed record DomainCheckLine(string Domain, bool Hosted, bool Good, IReadOnlyList<DomainCheckItemLine> Parts);

/// <summary>One part in <see cref="DomainCheckLine"/>.</summary>
internal sealed record DomainCheckItemLine
{
    public DomainCheckItemLine(DomainCheckItem item) =>
        (Part, State, Steps, Who) = (item.Part, item.State.ToString().ToLowerInvariant(), item.Steps, item.Who);

    public string Part { get; }

    /// <summary><c>good</c>, <c>advice</c>, <c>wrong</c> or <c>unanswered</c>.</summary>
    public string State { get; }

    public IReadOnlyList<Finding> Steps { get; }

    public Finding? Who { get; }
}
