using System.CommandLine;
using Gatepost.Commands.Answers;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>
/// <c>gatepost explain [TEXT | FILE | DIRECTORY | -]...</c>: reads anybody's reply, transcript, log or bounce and says what to do.
/// </summary>
internal static class ExplainCommand
{
    private static readonly Argument<string[]> What = new("what")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "TEXT|FILE|DIRECTORY|-",
    };

    private static readonly Option<bool> Brief = new("--brief", "-b");

    private static readonly Option<bool> Verbose = new("--verbose", "-v");

    private static readonly Option<bool> Html = new("--html");

    private static readonly Option<bool> Lines = new("--lines");

    private static readonly Option<bool> Summary = new("--summary", "-s");

    private static readonly Option<bool> Full = new("--full");

    private static readonly Option<string[]> Learn = new("--learn")
    {
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true
    };

    public static Command Build()
    {
        var command =
            new Command("explain") { What, Brief,
                Verbose, Html, CommandLine.Json, Lines, Summary, Full, Learn, CommandLine.Config,
                CommandLine.Data };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var meanings = ReaderCatalogue.For(parsed);
        var explainer = new Explainer(meanings.Knowledge);
        if (parsed.GetValue(Lines))
            return ReadLines(parsed, explainer, meanings);
        if (parsed.GetValue(Learn) is { Length: > 0 } examples)
            return DialectProposal.Propose(new DocumentSource(explainer, Stream.Null), examples, parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error);

        string[] what = parsed.GetValue(What) ?? [];
        if (what.Length == 0 && !Console.IsInputRedirected)
        {
            parsed.WriteError(OurEvidence.NothingToExplain.Say());
            return ExitCode.Usage;
        }

        using var input = Console.OpenStandardInput();
        using var records = new OurRecords(parsed, meanings);
        var writer = WriterOf(parsed, meanings, records);
        bool isSummed = parsed.GetValue(Summary) || writer is ShortOrSummary;
        return Explain(parsed, new DocumentSource(explainer, input) { LogsInBlocks = isSummed }, what, writer);
    }

    private static int Explain(ParseResult parsed, DocumentSource source, string[] what, IAnswerWriter writer)
    {
        bool answered = false;
        writer.Begin();
        foreach (var document in source.Read(what))
        {
            answered |= document.Reports.Count > 0 || document.Note is not null;
            if (document.Error is { } error)
                parsed.InvocationConfiguration.Error.WriteLine(
                    $"gatepost: {SafeText.Of(document.File, AnswerTexts.MaxLength)}: {SafeText.Of(error, AnswerTexts.MaxLength)}");
            writer.Write(document);
        }

        writer.End();
        return source.Failures > 0 ? ExitCode.NoInput : answered ? ExitCode.Done : ExitCode.Nothing;
    }

    private static int ReadLines(ParseResult parsed, Explainer explainer, ReplyExplainer meanings)
    {
        using var stream = new BufferedStream(Console.OpenStandardOutput(), 64 * 1024);
        using var text = new StreamWriter(stream, new System.Text.UTF8Encoding(false), leaveOpen: true);
        var texts = new AnswerTexts(meanings.Texts);
        var summary = parsed.GetValue(Summary) ? new SummaryAnswers(text, texts) : null;
        var brief = parsed.GetValue(Brief) ? new BriefAnswers(text, texts) : null;
        var answers = new JsonAnswers(stream, texts.Language);
        using var input = new StreamReader(
            Console.OpenStandardInput(), new System.Text.UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, 64 * 1024);
        while (input.ReadLine() is { } line)
        {
            var report = explainer.ReadLine(line, out var kind);
            if (summary is not null)
                summary.Write(report);
            else if (brief is not null)
                brief.Write(new DocumentReport(null, kind, [report]));
            else
                answers.Write(report, kind);

            // A person or a program that waits for each answer gets it immediately; a long pipe is written in blocks.
            if (input.Peek() < 0)
            {
                text.Flush();
                stream.Flush();
            }
        }

        if (parsed.GetValue(CommandLine.Json))
            summary?.WriteJson(stream);
        else
            summary?.End();
        text.Flush();
        answers.End();
        return ExitCode.Done;
    }

    private static IAnswerWriter WriterOf(ParseResult parsed, ReplyExplainer meanings, OurRecords records)
    {
        var texts = new AnswerTexts(meanings.Texts);
        bool summary = parsed.GetValue(Summary);
        if (parsed.GetValue(CommandLine.Json))
            return summary ? new JsonSummaryAnswers(Console.OpenStandardOutput(), texts)
                : new JsonAnswers(Console.OpenStandardOutput(), texts.Language, records);
        var output = parsed.InvocationConfiguration.Output;
        if (summary)
            return new SummaryAnswers(output, texts);
        if (parsed.GetValue(Brief))
            return new BriefAnswers(output, texts);
        if (parsed.GetValue(Html))
            return new HtmlAnswers(output, texts, meanings.Knowledge, records);
        var full = new TerminalAnswers(
            output, !Console.IsOutputRedirected, texts, meanings.Knowledge, parsed.GetValue(Verbose), records);
        return Console.IsOutputRedirected || parsed.GetValue(Full) || parsed.GetValue(Verbose) ? full
            : new ShortOrSummary(full, new SummaryAnswers(output, texts));
    }
}
