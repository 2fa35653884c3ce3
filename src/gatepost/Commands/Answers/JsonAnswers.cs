using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;

namespace Gatepost.Commands.Answers;

/// <summary>JSON Lines: one object for each document, written as soon as it is known.</summary>
internal sealed class JsonAnswers(Stream output, Language language, IRecords? records = null) : IAnswerWriter
{
    private readonly MemoryStream line = new();

    public void Begin()
    {
    }

    public void End() => output.Flush();

    public void Write(DocumentReport document)
    {
        line.SetLength(0);
        using (var json = ReportJson.Writer(line))
            ReportJson.Write(json, document, language, records is null ? null : records.Write);
        Send();
    }

    public void Write(Report report, DocumentKind kind)
    {
        line.SetLength(0);
        using (var json = ReportJson.Writer(line))
            ReportJson.Write(json, report, kind, language);
        Send();
    }

    private void Send()
    {
        line.WriteByte((byte)'\n');
        line.Position = 0;
        line.CopyTo(output);
    }
}
