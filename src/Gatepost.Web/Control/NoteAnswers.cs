using System.Globalization;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>What is shown of documents that report no failure: a receipt, a challenge, a report about many messages.</summary>
public static class NoteAnswers
{
    /// <summary>Rows of a digest that a person reads; the rest is in JSON.</summary>
    private const int MostRows = 20;

    /// <summary>The sentence, the steps and the digest, one line each, the deepest indented.</summary>
    public static IEnumerable<string> Lines(DocumentReport document, AnswerTexts texts)
    {
        if (document.Note is not { } note)
            yield break;
        yield return note.Meaning(texts.Language);
        if (document.Digest is { } digest)
            foreach (string line in Lines(digest, note, texts))
                yield return "  " + line;
        foreach (var step in note.Steps(texts.Language))
            yield return $"  {AnswerTexts.Capital(texts.Party(step.Who))}: {step.What}";
    }

    private static IEnumerable<string> Lines(ReportDigest digest, DocumentNote note, AnswerTexts texts)
    {
        string time = digest is { Begin: { } begin, End: { } end } ? $"{Day(begin)} - {Day(end)}" : "";
        yield return string.Join(", ", new[]
        {
            texts.DigestHead(digest.Reporter, digest.Domain), time, digest.Policy.Length > 0 ? "p=" + digest.Policy : "",
        }.Where(part => part.Length > 0));
        yield return texts.DigestSum(digest.Total, digest.Failed);
        foreach (var row in digest.Rows.Take(MostRows))
        {
            string who = row.Actors == Actors.Nobody ? "" : $" [{texts.Party(row.Actors)}]";
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{row.Count,6}  {row.Who}: {note.Meaning(row, texts.Language)}{(row.Detail.Length > 0 ? $" ({row.Detail})" : "")}{who}");
        }

        if (digest.Rows.Count > MostRows)
            yield return texts.DigestRest(digest.Rows.Count - MostRows);
    }

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
