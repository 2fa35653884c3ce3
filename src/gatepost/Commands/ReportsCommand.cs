using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost reports list|show|send</c>: what is counted for reports about TLS and DMARC to other domains.</summary>
internal static class ReportsCommand
{
    private static readonly Option<string?> Kind = KindOption();

    private static readonly Option<string?> Day = new("--day") { HelpName = "YYYY-MM-DD" };

    public static Command Build() => new("reports")
    {
        Make("list", ReportVerb.List, ArgumentArity.ZeroOrOne),
        Make("show", ReportVerb.Show, ArgumentArity.ExactlyOne),
        Make("send", ReportVerb.Send, ArgumentArity.ZeroOrOne),
    };

    private static Option<string?> KindOption()
    {
        var option = new Option<string?>("--kind") { HelpName = "tls|dmarc" };
        option.AcceptOnlyFromAmong("tls", "dmarc");
        return option;
    }

    private static Command Make(string name, ReportVerb verb, ArgumentArity arity)
    {
        var domain = new Argument<string?>("domain") { Arity = arity };
        var command = new Command(name)
        {
            domain, Kind, Day, CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var day = parsed.GetValue(Day) is { } text
                ? DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read
                    : throw new ControlException(ExitCode.Usage, OurEvidence.OptionNoDay.Say("--day", text))
                : (DateOnly?)null;
            var request = new ReportRequest(verb, parsed.GetValue(Kind), parsed.GetValue(domain)?.TrimEnd('.').ToLowerInvariant(), day);
            if (await QueueControls.FindServerAsync(parsed, cancel) is not { } running)
                throw new ControlException(ExitCode.Unavailable, OurEvidence.ReportsNeedServer.Say());
            await using (running)
                return Write(parsed, verb, await running.RunAsync(request, cancel));
        });
        return command;
    }

    private static int Write(ParseResult parsed, ReportVerb verb, ReportAnswer answer)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (verb == ReportVerb.Show)
        {
            if (answer.Text is not { } text)
                return ExitCode.Nothing;
            output.WriteLine(text);
            return ExitCode.Done;
        }

        var (terminal, texts) = (Terminal.Standard, CommandTexts.Of(parsed));
        foreach (var line in answer.Lines)
        {
            if (parsed.GetValue(CommandLine.Json))
                output.WriteLine(JsonSerializer.Serialize(line, ControlJson.Lines.ReportLine));
            else
                terminal.WriteLine(TextOf(line, texts));
        }

        return verb == ReportVerb.Send || answer.Lines.Count > 0 ? ExitCode.Done : ExitCode.Nothing;
    }

    private static string TextOf(ReportLine line, Texts texts)
    {
        string day = line.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string state = line.Due is { } due
            ? texts.Say("reports.due", ("due", due.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)))
            : texts.Say("reports.off");
        string failure = line.Failure is { } why ? $"  {texts.Show(why)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{day}  {line.Kind,-5}  {line.Domain}  {line.Count}  {state}{failure}");
    }
}
