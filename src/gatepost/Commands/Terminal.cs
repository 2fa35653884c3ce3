using Gatepost.Replies;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary>
/// Where people read: coloured tables on a terminal, plain lines elsewhere. Whatever is written becomes <see cref="SafeText"/> here.
/// </summary>
internal sealed class Terminal
{
    private readonly IAnsiConsole console;

    public Terminal(TextWriter output, bool isTerminal)
    {
        Output = output;
        IsTerminal = isTerminal;
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        // Without a terminal there is no width to fit into: programs and files take whole lines.
        if (!isTerminal)
            console.Profile.Width = 100_000;
    }

    public static Terminal Standard => new(Console.Out, !Console.IsOutputRedirected);

    public TextWriter Output { get; }

    public bool IsTerminal { get; }

    /// <summary>Columns to wrap text in.</summary>
    public int Width => IsTerminal ? Math.Clamp(console.Profile.Width, 40, 160) : 100;

    /// <summary>A table: columns aligned, first row the headings; on a terminal fitted to its width.</summary>
    /// <param name="texts">Of the reader's language.</param>
    /// <param name="headings">The key of one text a column.</param>
    /// <param name="rows">One cell a column.</param>
    /// <param name="whole">So many columns, from the left, are never broken: ids are copied.</param>
    public void WriteTable(Texts texts, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, int whole = 0)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        for (int i = 0; i < headings.Count; i++)
            table.AddColumn(
                new TableColumn(
                    new Text(texts.Say(headings[i]), new Style(decoration: Decoration.Bold)))
                { Padding = new Padding(0, 0, 2, 0), NoWrap = !IsTerminal || i < whole });
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(SafeText.Of(cell))));

        var shown = new StringWriter();
        var plain = IsTerminal ? console
            : AnsiConsole.Create(
                new AnsiConsoleSettings
                {
                    Ansi = AnsiSupport.No,
                    ColorSystem = ColorSystemSupport.NoColors,
                    Interactive = InteractionSupport.No,
                    Out = new AnsiConsoleOutput(shown)
                });
        if (!IsTerminal)
            plain.Profile.Width = 100_000;
        plain.Write(table);
        foreach (string line in IsTerminal ? [] : shown.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            Output.WriteLine(line.TrimEnd());
    }

    public void WriteLine(string text = "") => Output.WriteLine(SafeText.Of(text));

    /// <summary>A line in a colour; plain where there is no terminal.</summary>
    public void WriteLine(string text, Color colour)
    {
        if (IsTerminal)
            console.Write(new Text(SafeText.Of(text) + "\n", new Style(colour)));
        else
            WriteLine(text);
    }

    /// <summary>A paragraph with every line indented, broken between words.</summary>
    public void WriteWrapped(string indent, string first, string text, Color? colour = null)
    {
        string lead = indent + first, rest = indent + new string(' ', first.Length);
        foreach (string line in WordWrap.Lines(SafeText.Of(text), Math.Max(20, Width - lead.Length)))
        {
            if (colour is { } wanted)
                WriteLine(lead + line, wanted);
            else
                WriteLine(lead + line);
            lead = rest;
        }
    }
}
