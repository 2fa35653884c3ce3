using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Web.Control;
using Spectre.Console;

namespace Gatepost.Commands.Answers;

/// <summary>
/// For a person at a terminal: the sentence first, what to do next, evidence and codes last. No colour where the output is no terminal.
/// </summary>
internal sealed class TerminalAnswers : IAnswerWriter
{
    /// <summary>Lines longer than this are hard to read, however wide the window.</summary>
    private const int WidestText = 100;

    private readonly TextWriter output;
    private readonly AnswerTexts texts;
    private readonly bool verbose;
    private readonly ReplyDatabase knowledge;
    private readonly IRecords? records;
    private readonly bool terminal;
    private readonly StringWriter page = new();
    private readonly IAnsiConsole console;
    private bool first = true;

    public TerminalAnswers(
        TextWriter output, bool terminal, AnswerTexts texts, ReplyDatabase knowledge, bool verbose = false, IRecords? records = null)
    {
        this.terminal = terminal;
        this.records = records;
        this.output = output;
        this.texts = texts;
        this.verbose = verbose;
        this.knowledge = knowledge;
        console = Console(terminal ? output : page, terminal);
    }

    public void Begin()
    {
    }

    public void End()
    {
    }

    public void Write(DocumentReport document)
    {
        if (!first)
            console.WriteLine();
        first = false;

        if (document.File is { } file)
            console.MarkupLine($"[grey]{Safe(file)}{(document.Message is { } number ? $" #{number}" : "")}[/]");
        if (document.Error is { } error)
            console.MarkupLine($"[red]{Safe(error)}[/]");
        else if (document.Note is not null)
            foreach (string line in NoteAnswers.Lines(document, texts))
                console.WriteLine(SafeText.Of(line, AnswerTexts.MaxLength));
        else if (document.Reports.Count == 0)
            console.WriteLine(document.Kind == DocumentKind.OrdinaryMail ? texts.NotABounce : texts.Nothing);
        var reports = document.Enclosed.Count > 0 ? document.Enclosed : document.Reports;
        for (int i = 0; i < reports.Count; i++)
        {
            if (i > 0 || document.Note is not null)
                console.WriteLine();
            Write(document, reports[i]);
        }

        Flush();
    }

    /// <summary>Into a file or a pipe the lines go without the blanks that fill up the columns.</summary>
    private void Flush()
    {
        if (page.GetStringBuilder().Length == 0)
            return;
        foreach (var line in page.ToString().AsSpan().TrimEnd('\n').EnumerateLines())
            output.WriteLine(line.TrimEnd());
        page.GetStringBuilder().Clear();
    }

    private void Write(DocumentReport document, Report report)
    {
        if (report.Recipient is { } recipient)
            console.MarkupLine($"[bold]{Safe(texts.To(recipient))}[/]");
        string meaning = document.Kind == DocumentKind.AutoReply && report.Reason == Reason.AutoReply ? texts.AutoReply
            : report.Meaning(texts.Language);
        console.Write(new Padder(new Markup($"[bold {Colour(report)}]{Safe(meaning)}[/]"), new Padding(0, 0, 0, 0)));
        if (texts.Outcome(report) is { } outcome)
            console.MarkupLine($"[{(report.Outcome == MessageOutcome.StillTrying ? "yellow" : "red")}]{Safe(outcome)}[/]");
        console.WriteLine();

        var grid = new Grid { Width = Math.Min(console.Profile.Width, WidestText) };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        if (report.Permanence != Permanence.None)
        {
            Row(grid, texts.WhoActs, AnswerTexts.Capital(string.Join(", ", AnswerTexts.Parties(report).Select(texts.Party))));
            Row(grid, texts.TryAgain, AnswerTexts.Capital(texts.Retry(report)));
        }

        AddSteps(grid, report);
        AddAlternatives(grid, report);
        if (report.HelpUrl is { } help)
            Row(grid, texts.Help, help);
        AddEvidence(grid, report);
        AddCodes(grid, report);
        if (verbose)
            AddStatements(grid, report);
        console.Write(grid);
        WriteRecord(report);
    }

    private void AddSteps(Grid grid, Report report)
    {
        string label = texts.WhatToDo;
        int number = 0;
        Actors? party = null;
        foreach (var step in report.Steps(texts.Language))
        {
            if (party != step.Who)
            {
                grid.AddRow(new Text(label), new Markup($"[bold]{Safe(AnswerTexts.Capital(texts.Party(step.Who)))}[/]"));
                label = "";
                party = step.Who;
                number = 0;
            }

            grid.AddRow(new Text(""), new Text($"{++number}. {SafeText.Of(step.What, AnswerTexts.MaxLength)}"));
        }
    }

    private void AddAlternatives(Grid grid, Report report)
    {
        string label = texts.MayAlsoBe;
        foreach (var reason in report.Alternatives)
        {
            string tell = report.TellOf(reason, texts.Language) is { } how ? " " + texts.Tell(how) : "";
            grid.AddRow(new Text(label), new Text(SafeText.Of(report.MeaningOf(reason, texts.Language) + tell, AnswerTexts.MaxLength)));
            label = "";
        }
    }

    private void AddStatements(Grid grid, Report report)
    {
        string label = texts.Statements;
        foreach (var statement in report.Statements)
        {
            grid.AddRow(new Text(label), new Markup($"“[italic]{Safe(statement.Text)}[/]” [grey]({Safe(texts.Standing(statement))})[/]"));
            label = "";
        }
    }

    private void AddEvidence(Grid grid, Report report)
    {
        string label = texts.ReadFrom;
        foreach (var quotation in report.Evidence.DistinctBy(quotation => quotation.Text).Take(4))
        {
            grid.AddRow(new Text(label), new Markup($"“[italic]{Safe(quotation.Text)}[/]” [grey]({Safe(texts.Place(quotation))})[/]"));
            label = "";
        }

        grid.AddRow(new Text(label), new Markup($"[grey]{Safe(AnswerTexts.Capital(texts.Sureness(report)))}[/]"));
        if (report.RemoteHost is { } host)
            Row(grid, texts.SaidBy, host + (report.Stage is { } stage ? $" ({stage.Name()})" : ""));
    }

    private void AddCodes(Grid grid, Report report)
    {
        string label = texts.Codes;
        foreach (var (code, meaning) in CodeMeanings.Of(report, knowledge, texts))
        {
            grid.AddRow(new Text(label), new Markup($"[bold]{code}[/]  {Safe(meaning)}"));
            label = "";
        }

        if (report.NumberMisleads)
            grid.AddRow(new Text(""), new Markup($"[grey]{Safe(texts.WrongNumber)}[/]"));
    }

    /// <summary>Where a text carries an id of ours: what the journal here knows of it, or where to ask.</summary>
    private void WriteRecord(Report report)
    {
        if ((records is null ? report.VerdictId ?? report.QueueId : records.KeyOf(report)) is not { } key)
            return;
        bool isHere = records?.Holds(report) == true;
        console.WriteLine();
        console.WriteLine(SafeText.Of(isHere ? texts.RecordHere(key) : texts.OurRecord(key), AnswerTexts.MaxLength));
        records?.Write(report, terminal ? output : page, terminal);
    }

    private static void Row(Grid grid, string label, string text) =>
        grid.AddRow(new Text(label), new Text(SafeText.Of(text, AnswerTexts.MaxLength)));

    private static string Colour(Report report) => report.Permanence switch
    {
        Permanence.Hard => "red",
        Permanence.Soft => "yellow",
        _ => "green",
    };

    private static string Safe(string text) => Markup.Escape(SafeText.Of(text, AnswerTexts.MaxLength));

    private static IAnsiConsole Console(TextWriter output, bool terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!terminal)
            console.Profile.Width = WidestText;
        return console;
    }
}
