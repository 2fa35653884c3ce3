using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Commands;

/// <summary>An explanation below the reply it belongs to: meaning first, then who can act and how, then the entry to look up.</summary>
internal static class ExplanationPrinter
{
    public static void Write(Terminal terminal, string indent, string? entry, Explanation explained, Texts texts)
    {
        if (explained.Meaning(texts.Language) is { Length: > 0 } meaning)
            terminal.WriteWrapped(indent, texts.Say("explain.meaning") + ": ", meaning);
        foreach (var other in explained.Alternatives)
            terminal.WriteWrapped(
                indent, texts.Say("explain.may-also-be") + ": ",
                explained.MeaningOf(other, texts.Language)
                    + (explained.TellOf(other, texts.Language) is { } how ? " " + texts.Say("explain.tell", ("how", how)) : ""));
        foreach (var step in explained.Steps(texts.Language))
            terminal.WriteWrapped(indent, texts.Party(step.Who, AdviceVoice.Step) + ": ", step.What);
        if (explained.Reason is not null)
            terminal.WriteWrapped(indent, texts.Say("explain.again") + ": ", texts.Again(explained.Retry, AdviceVoice.Step));
        terminal.WriteLine($"{indent}[{entry ?? explained.Entry.Id}{(explained.Reason is { } reason ? ", " + reason.Word : "")}]",
            Spectre.Console.Color.Grey);
    }
}
