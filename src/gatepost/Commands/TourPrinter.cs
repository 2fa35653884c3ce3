using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Tour;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary>Tells the tour to people: grouped, what repeats folded, the rest one look per scene; a single row in full.</summary>
internal sealed class TourPrinter(Terminal terminal, Texts texts, bool inFull)
{
    private string? group;

    public void Tell(TourResult classic, TourResult modern)
    {
        Head(classic.Scene);
        foreach (var (line, colour) in inFull ? classic.Conversation.Select(line => (line, ColourOf(line))) : Folded(classic.Conversation))
            terminal.WriteLine("  " + Terminal.Clean(line), colour);
        if (Unsigned(modern.Reply) != Unsigned(classic.Reply))
            terminal.WriteLine("  " + texts.Say("tour.modern", ("reply", Terminal.Clean(modern.Reply))), Color.Olive);
        Evidence(classic);
        Explain(classic.Explanation);
        Fault(classic);
        Fault(modern);
    }

    public void Sum(IReadOnlyList<TourResult> results, int rows, TimeSpan took)
    {
        var failed = results.Where(result => result.Fault is not null).Select(result => result.Scene.Row).Distinct().ToList();
        int good = results.Select(result => result.Scene.Row).Distinct().Count() - failed.Count;
        int cases = results.Select(result => result.Scene.Name).Distinct().Count();
        terminal.WriteLine();
        terminal.WriteLine(
            texts.Say(
                failed.Count > 0 ? "tour.sum-failed" : "tour.sum",
                ("good", good),
                ("rows", rows),
                ("cases", cases),
                ("seconds", $"{took.TotalSeconds:0.0}"),
                ("failed", string.Join(", ", failed))),
            failed.Count == 0 ? Color.Green : Color.Red);
        if (!inFull)
            terminal.WriteLine(texts.Say("tour.next"), Color.Grey);
    }

    private void Head(TourScenario scene)
    {
        string here = GroupOf(scene.Row);
        if (here != group && !inFull)
        {
            terminal.WriteLine();
            terminal.WriteLine($"=== {here} ===", Color.Aqua);
        }

        group = here;
        terminal.WriteLine();
        terminal.WriteLine($"{scene.Name,-5} {texts.Say(scene.TitleKey)}", Color.White);
    }

    private string GroupOf(string row) => texts.Say(string.CompareOrdinal(row, "B03") < 0 ? "tour.nobody-there"
        : string.CompareOrdinal(row, "B11") < 0 ? "tour.yes"
        : string.CompareOrdinal(row, "B25") < 0 ? "tour.not-now"
        : string.CompareOrdinal(row, "E01") < 0 ? "tour.no"
        : "tour.provider");

    private static Color ColourOf(string line) => line switch
    {
        ['S', ':', ' ', '4' or '5', ..] or ['<', '-', ' ', '4' or '5', ..] or ['q', 'u', 'e', 'u', 'e', ..] => Color.Yellow,
        ['S', ':', ..] or ['<', '-', ..] => Color.Green,
        ['b', 'o', 'u', 'n', 'c', 'e', ..] => Color.Grey,
        _ => Color.Default,
    };

    /// <summary>
    /// The greeting, what EHLO lists, the lines of the message and recipients by the dozen are the same everywhere: one line each tells
    /// enough.
    /// </summary>
    private IEnumerable<(string Line, Color Colour)> Folded(IReadOnlyList<string> conversation)
    {
        bool greeted = conversation.Count > 1;
        int rcpts = conversation.Count(line => line.StartsWith("C: RCPT", StringComparison.Ordinal)), rcpt = 0, bounce = 0;
        bool inEhlo = false, inMessage = false;
        for (int i = 0; i < conversation.Count; i++)
        {
            string line = conversation[i];
            if (i == 0 && greeted && line.StartsWith("S: 220", StringComparison.Ordinal))
                continue;
            if (line is "<- 250 ok" or "-> QUIT" or "<- 221 bye" or "-> RSET"
                || (line.StartsWith("<- 220", StringComparison.Ordinal) || line.StartsWith("-> EHLO", StringComparison.Ordinal)))
                continue;
            bool isCommand = line.StartsWith("C: ", StringComparison.Ordinal);
            inEhlo = isCommand ? line.StartsWith("C: EHLO", StringComparison.Ordinal) : inEhlo;
            if (inEhlo && !isCommand)
            {
                if (line.StartsWith("S: 250 ", StringComparison.Ordinal))
                    yield return ("S: 250 ...", Color.Green);
                continue;
            }

            if (inMessage && isCommand)
            {
                inMessage = line != "C: .";
                if (inMessage)
                    continue;
                line = texts.Say("tour.the-message");
            }

            inMessage |= line.StartsWith("S: 354", StringComparison.Ordinal) && i + 1 < conversation.Count;
            rcpt += line.StartsWith("C: RCPT", StringComparison.Ordinal) ? 1 : 0;
            if (rcpts > 4 && rcpt > 1 && rcpt < rcpts)
            {
                if (rcpt == 2 && isCommand)
                    yield return (texts.Say("tour.more-recipients", ("count", rcpts - 2)), Color.Grey);
                continue;
            }

            if (line.StartsWith("bounce:", StringComparison.Ordinal) && ++bounce > 3)
                continue;
            yield return (line, ColourOf(line));
        }
    }

    private void Evidence(TourResult result)
    {
        if (result.Rule is not { } rule)
            return;
        if (result.VerdictId is not null)
            terminal.WriteLine("     " + texts.Say("tour.rule", ("rule", rule)), Color.Grey);
        // What other rules saw before it stands behind its own facts.
        foreach (var fact in inFull ? result.Facts : result.Facts.TakeWhile(fact => !fact.Is(OurFacts.Rule)))
        {
            if (!fact.Is(OurFacts.NoObjection) && !fact.Is(OurFacts.NotAsked))
                terminal.WriteWrapped("     ", $"{fact.LabelIn(texts)}: ", fact.ValueIn(texts), Color.Grey);
        }
    }

    private void Explain(Explanation explanation)
    {
        if (explanation.Reason is null)
            return;
        if (inFull)
        {
            ExplanationPrinter.Write(terminal, "     ", null, explanation, texts);
            return;
        }

        terminal.WriteWrapped("     ", "= ", explanation.Meaning(texts.Language));
        if (explanation.Steps(texts.Language) is [var step, ..])
            terminal.WriteWrapped("     ", $"> {texts.Party(step.Who, AdviceVoice.Step)}: ", step.What);
    }

    private void Fault(TourResult result)
    {
        if (result.Fault is { } fault)
            terminal.WriteLine("  " + texts.Say("tour.failed", ("form", result.Form), ("fault", fault)), Color.Red);
    }

    /// <summary>Without ids, and with the form in an address left out: what is left differs only where the forms do.</summary>
    private static string Unsigned(string reply)
    {
        int end = reply.IndexOf("[G-", StringComparison.Ordinal);
        if (end < 0)
            end = reply.IndexOf("queued as", StringComparison.Ordinal);
        return (end < 0 ? reply : reply[..end]).Replace("<modern@", "<classic@", StringComparison.Ordinal);
    }
}
