using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Web.Control;

/// <summary>The codes of a report, each with what the standard says it means.</summary>
public static class CodeMeanings
{
    public static IEnumerable<(string Code, string Meaning)> Of(Report report, ReplyDatabase knowledge, AnswerTexts texts)
    {
        if (report.ReplyCode is { } code)
        {
            string meaning = BasicCodes.Find(code) is { } entry ? knowledge.Words(entry, texts.Language).Meaning ?? entry.Classic.Text : "";
            if (report.Explanation.DotsRestored is { } dots)
                meaning = texts.DotsLost(dots) + ". " + StatusMeaning(dots, knowledge, texts);
            yield return ($"{code}", meaning);
        }

        if (report.EnhancedStatus is { } status)
            yield return ($"{status}", StatusMeaning(status, knowledge, texts));
    }

    private static string StatusMeaning(EnhancedStatus status, ReplyDatabase knowledge, AnswerTexts texts) =>
        StatusCodes.Find(status) is { } entry ? knowledge.Words(entry, texts.Language).Meaning ?? entry.Classic.Text : "";
}
