using Gatepost.Explain;

namespace Gatepost.Commands.Answers;

/// <summary>At a terminal: each answer in full while there are few, the summary once there are more than anybody reads.</summary>
internal sealed class ShortOrSummary(IAnswerWriter full, SummaryAnswers summary) : IAnswerWriter
{
    /// <summary>More reports than this are summarised.</summary>
    public const int Most = 20;

    private readonly List<DocumentReport> held = [];
    private int reports;

    public void Begin()
    {
    }

    public void Write(DocumentReport document)
    {
        reports += document.Reports.Count;
        if (reports <= Most)
        {
            held.Add(document);
            return;
        }

        held.ForEach(summary.Write);
        held.Clear();
        summary.Write(document);
    }

    public void End()
    {
        var writer = reports > Most ? summary : full;
        writer.Begin();
        foreach (var document in held)
            writer.Write(document);
        writer.End();
    }
}
