using Gatepost.Explain;
using Gatepost.Web.Control;

namespace Gatepost.Commands.Answers;

/// <summary>The summary as JSON, written once everything was read.</summary>
internal sealed class JsonSummaryAnswers(Stream stream, AnswerTexts texts) : IAnswerWriter
{
    private readonly SummaryAnswers summary = new(TextWriter.Null, texts);

    public void Begin()
    {
    }

    public void Write(DocumentReport document) => summary.Write(document);

    public void End() => summary.WriteJson(stream);
}
