using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Tour;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary>How much of a scene is shown.</summary>
internal enum TourForm
{
    /// <summary>One line.</summary>
    Short,

    /// <summary>What repeats in every scene is left out.</summary>
    Folded,

    /// <summary>Everything that was said and seen.</summary>
    Full,
}

/// <summary>Prints the tour: a list of its contents, then the scenes in groups.</summary>
internal sealed class TourPrinter(Terminal terminal, Texts texts, TourForm form)
{
    /// <summary>Paragraphs of a bounce that a folded scene shows: what happened to whom, and why.</summary>
    private const int FoldedBounce = 3;

    /// <summary>Letters of a reply that the short form shows.</summary>
    private const int ShortReply = 90;

    private string? group;

    private bool InFull => form == TourForm.Full;

    /// <summary>The groups with their rows; nothing if one row is shown.</summary>
    public void Contents(IReadOnlyList<TourScenario> scenes)
    {
        if (InFull)
            return;
        foreach (var rows in scenes.GroupBy(scene => GroupOf(scene.Row)))
            terminal.WriteWrapped("", rows.Key + ": ", string.Join(' ', rows.Select(scene => scene.Row).Distinct()), Color.Aqua);
    }

    public void Print(TourResult classic, TourResult modern)
    {
        Head(classic);
        if (form == TourForm.Short)
        {
            Fault(classic);
            Fault(modern);
            return;
        }

        foreach (var (line, colour) in InFull ? classic.Conversation.Select(line => (line, ColourOf(line))) : Folded(classic.Conversation))
            Write(line, colour);
        if (Unsigned(modern.Reply) != Unsigned(classic.Reply))
            terminal.WriteLine("  " + texts.Say("tour.modern", ("reply", SafeText.Of(modern.Reply))), Color.Olive);
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
        if (!InFull)
            terminal.WriteLine(texts.Say("tour.next"), Color.Grey);
    }

    /// <summary>A paragraph of the bounce is broken between words, everything else is left as it was said.</summary>
    private void Write(string line, Color colour)
    {
        if (line.StartsWith(TourResult.BounceMark, StringComparison.Ordinal))
            terminal.WriteWrapped("  ", texts.Say("tour.bounce") + ": ", line[TourResult.BounceMark.Length..], colour);
        else if (line.StartsWith(TourResult.QueueMark, StringComparison.Ordinal))
            terminal.WriteLine($"  {texts.Say("tour.queue")}: {SafeText.Of(line[TourResult.QueueMark.Length..])}", colour);
        else
            terminal.WriteLine("  " + SafeText.Of(line), colour);
    }

    private void Head(TourResult result)
    {
        var scene = result.Scene;
        string here = GroupOf(scene.Row);
        if (here != group && !InFull)
        {
            terminal.WriteLine();
            terminal.WriteLine($"=== {here} ===", Color.Aqua);
        }

        group = here;
        if (form == TourForm.Short)
        {
            string reply = SafeText.Of(result.Reply.Split('\n')[0]);
            terminal.WriteLine(
                $"{scene.Name,-5} {texts.Say(scene.TitleKey)}: {(reply.Length > ShortReply ? reply[..ShortReply] + "..." : reply)}");
            return;
        }

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
    /// The greeting, what EHLO lists, the lines of the message and recipients by the dozen are the same everywhere: one line each says
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

            if (line.StartsWith(TourResult.BounceMark, StringComparison.Ordinal) && ++bounce > FoldedBounce)
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
        // What other rules saw before it follows its own facts.
        foreach (var fact in InFull ? result.Facts : result.Facts.TakeWhile(fact => !fact.Is(OurFacts.Rule)))
        {
            if (!fact.Is(OurFacts.NoObjection) && !fact.Is(OurFacts.NotAsked))
                terminal.WriteWrapped("     ", $"{fact.LabelIn(texts)}: ", fact.ValueIn(texts), Color.Grey);
        }
    }

    private void Explain(Explanation explanation)
    {
        if (explanation.Reason is null)
            return;
        if (InFull)
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
