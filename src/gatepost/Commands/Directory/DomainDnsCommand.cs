using System.CommandLine;
using System.Text.Json;
using Gatepost.Configuration;
using Gatepost.Publishing;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost domain dns</c>: every record to publish for a domain, as a zone file that explains itself.</summary>
internal static class DomainDnsCommand
{
    public static Command Build()
    {
        var domain = new Argument<string>("domain");
        var command = new Command("dns")
        {
            domain, CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await WriteAsync(parsed, CheckSources.Domain(parsed.GetValue(domain)!), cancel);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Prints the records in the form that the command line asks for.</summary>
    public static async Task WriteAsync(ParseResult parsed, string domain, CancellationToken cancel)
    {
        var settings = CommandLine.LoadSettings(parsed).Settings;
        var keys = await DkimCommand.AskAsync(parsed, new KeyRequest(KeyVerb.List, domain), cancel);
        var wanted = new DomainRecords(settings, keys.Keys);
        var records = wanted.Of(domain);
        if (!parsed.GetValue(CommandLine.Json))
        {
            WriteZone(parsed, settings, domain, records, wanted.Addresses.Count > 0);
            return;
        }

        foreach (var record in records)
        {
            parsed.InvocationConfiguration.Output.WriteLine(
                JsonSerializer.Serialize(new DomainRecordLine(record), ProgramJson.Lines.DomainRecordLine));
        }
    }

    private static void WriteZone(
        ParseResult parsed, Settings settings, string domain, IReadOnlyList<WantedRecord> records, bool hasAddress)
    {
        var terminal = Terminal.Standard;
        var texts = CommandTexts.Of(parsed);
        if (!hasAddress)
            Comment(OurEvidence.RecordForAddressUnknown.Say(settings.HostName));
        WantedRecord? before = null;
        foreach (var record in records)
        {
            if (before?.Kind != record.Kind || texts.Show(before.What) != texts.Show(record.What))
                Comment(record.What);
            // The reverse name belongs to another zone: a server that loads this file must not see it.
            terminal.WriteLine(record.Kind == RecordKind.Reverse ? $"; {record}" : record.ToString());
            before = record;
        }

        if (!records.Any(record => record.Kind == RecordKind.Dkim) && settings.Dkim.Sign)
            Comment(OurEvidence.RecordForDkimLater.Say(domain));
        if (settings.StsPublishing.Mode is null)
            return;
        Comment(OurEvidence.RecordForStsPolicy.Say(domain));
        terminal.WriteLine($";   https://mta-sts.{domain}/.well-known/mta-sts.txt");
        foreach (string line in settings.StsPublishing.TextFor(settings.HostName).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            terminal.WriteLine(";   " + line);

        void Comment(Finding what)
        {
            foreach (string line in WordWrap.Lines(texts.Show(what), 98))
                terminal.WriteLine("; " + line);
        }
    }
}

/// <summary>A line of <c>gatepost domain dns --json</c>.</summary>
internal sealed record DomainRecordLine
{
    public DomainRecordLine(WantedRecord record) => (Kind, Name, Type, Data, Text, What) =
        (record.Kind.ToString().ToLowerInvariant(), record.Name, record.Type, record.Data, record.Text, record.What);

    public string Kind { get; }

    public string Name { get; }

    public string Type { get; }

    /// <summary>As in a zone file.</summary>
    public string Data { get; }

    /// <summary>Of a TXT record the text in one piece.</summary>
    public string? Text { get; }

    public Finding What { get; }
}
