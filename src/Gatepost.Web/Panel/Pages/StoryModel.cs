using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;

namespace Gatepost.Web.Panel.Pages;

/// <summary>One message or session, from its first command to its end.</summary>
/// <param name="Story">The part of it that the reader may see.</param>
/// <param name="Answer">What can be sent to the customer, in <paramref name="AnswerLanguage"/>; null if there is nothing to
/// explain.</param>
/// <param name="AnswerLanguage">Of the answer.</param>
/// <param name="IsRawShown">Whether the events are shown as they were recorded.</param>
public sealed record StoryModel(Story Story, string? Answer, Language AnswerLanguage, bool IsRawShown)
{
    /// <summary>The events as <c>trace --json</c> has them.</summary>
    public string Raw
    {
        get
        {
            var (lines, line) = (new StringBuilder(), new JsonLine());
            foreach (var happened in Story.Events)
                lines.AppendLine(line.Of(json => JournalJson.Write(json, happened, null, null, [])));
            return lines.ToString();
        }
    }

    /// <summary>
    /// Plain text for the person who asks why the message did not arrive: what happened, why, what they can do, and what to name when they
    /// ask again. No reply is quoted, because it may name other people.
    /// </summary>
    /// <param name="story">The story.</param>
    /// <param name="meanings">In the customer's language.</param>
    public static string? AnswerFor(Story story, ReplyExplainer meanings)
    {
        if (StoryCause.Explain(story, meanings) is not { } explained)
            return null;
        var texts = meanings.Texts;
        string recipient = story.Decided?.Recipient ?? "";
        var lines = new StringBuilder();
        lines.AppendLine(texts.Say(
            recipient.Length == 0 ? "panel.answer-what" : "panel.answer-what-to",
            ("time", texts.Show(story.First)), ("recipient", recipient),
            ("outcome", texts.Say("find.outcome-" + StoryJson.NameOf(story.Outcome))))).AppendLine();
        lines.AppendLine(explained.Meaning(texts.Language));
        foreach (var party in explained.Steps(texts.Language).GroupBy(step => step.Who))
        {
            lines.AppendLine().AppendLine(texts.Say("panel.answer-who", ("party", texts.Party(party.Key, AdviceVoice.Step))));
            foreach (var step in party)
                lines.AppendLine("- " + step.What);
        }

        if (explained.Reason is not null)
            lines.AppendLine().AppendLine(texts.Again(explained.Retry, AdviceVoice.Explain) is var again && again.Length > 0
                ? texts.Say("panel.answer-again", ("again", again)) : "");
        lines.AppendLine().AppendLine(texts.Say("panel.answer-reference", ("id", story.Decided?.VerdictId ?? story.Id)));
        return SafeLines(lines.ToString().TrimEnd());
    }

    private static string SafeLines(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => SafeText.Of(line)));
}
