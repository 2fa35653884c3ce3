using System.Text;
using Gatepost.Explain.Bounces;
using Gatepost.Explain.Documents;
using Gatepost.Explain.MailLog;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>Reads anybody's reply, transcript, log or bounce and says why, who can act, and what to do.</summary>
/// <remarks>Thread-safe: one may serve a whole program. Nothing here throws for what a document holds.</remarks>
public sealed class Explainer
{
    private readonly Diagnosis diagnosis;

    /// <param name="knowledge">What replies are recognised by; <see cref="ReplyCatalogue.Current"/> where null.</param>
    public Explainer(ReplyDatabase? knowledge = null) => diagnosis = new Diagnosis(knowledge ?? ReplyCatalogue.Current);

    /// <summary>Reads one document of any kind that is not a mailbox of many messages.</summary>
    /// <param name="document">The octets as they are.</param>
    /// <param name="file">A name for the answer.</param>
    public DocumentReport Read(ReadOnlyMemory<byte> document, string? file = null)
    {
        var form = KindDetector.Of(document.Span, out int start);
        return form switch
        {
            DocumentForm.Message or DocumentForm.Mbox => ReadMessage(document, start, document.Length, file),
            DocumentForm.Empty => new DocumentReport(file, DocumentKind.Unknown, []),
            _ => ReadLines(KindDetector.ReadText(document.Span, start), form, file),
        };
    }

    /// <summary>Reads one document, or every message of an mbox, one after the other.</summary>
    public IEnumerable<DocumentReport> ReadAll(ReadOnlyMemory<byte> document, string? file = null)
    {
        if (KindDetector.Of(document.Span, out int start) != DocumentForm.Mbox)
        {
            yield return Read(document, file);
            yield break;
        }

        int number = 0;
        foreach (var (from, to) in Mbox.Split(document, start))
        {
            number++;
            var report = ReadMessage(document, from, to, file);
            yield return number == 1 && to == document.Length ? report : report with { Message = number };
        }
    }

    /// <summary>Reads the beginning of a large file, if that is enough: of a bounce that returns fifteen megabytes only the first part says anything.</summary>
    /// <param name="head">The first octets, some hundred thousand at least.</param>
    /// <param name="file">A name for the answer.</param>
    /// <returns>Null where the whole has to be read.</returns>
    public DocumentReport? ReadHead(ReadOnlyMemory<byte> head, string? file = null) =>
        KindDetector.Of(head.Span, out int start) == DocumentForm.Message && BounceReader.ReadHead(head, start) is { } observations
            ? Answer(file, DocumentKind.Bounce, FromNotice(observations))
            : null;

    /// <summary>Reads text: a code, replies, a transcript, log lines, or a whole message.</summary>
    public DocumentReport Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads one line of anything: a reply, a log line, a diagnostic. Always one answer.</summary>
    public Report ReadLine(string line) => ReadLine(line, out _);

    /// <inheritdoc cref="ReadLine(string)"/>
    public Report ReadLine(string line, out DocumentKind kind)
    {
        var passage = SourceText.Of(line);
        if (LogReader.LooksLikeLog(line) && LogReader.ReadLine(passage, 0) is { } logged)
        {
            kind = DocumentKind.MailLog;
            return diagnosis.Of(logged);
        }

        if (KindDetector.IsBareCode(line))
        {
            kind = DocumentKind.Code;
            return diagnosis.Of(ReplyLines.ReadCode(passage));
        }

        kind = DocumentKind.Reply;
        var report = diagnosis.Of(ReplyLines.Read(passage) is [var only, ..] ? only : new Observation());
        if (MailContext.Allows(report, line))
            return report;
        kind = DocumentKind.Unknown;
        return diagnosis.Of(new Observation());
    }

    private DocumentReport ReadMessage(ReadOnlyMemory<byte> document, int start, int end, string? file)
    {
        var observations = BounceReader.Read(document, start, end);
        return Answer(file, observations.Count == 0 ? DocumentKind.OrdinaryMail : DocumentKind.Bounce, FromNotice(observations));
    }

    private static List<Observation> FromNotice(List<Observation> observations)
    {
        foreach (var observation in observations)
            observation.IsNotice = true;
        return observations;
    }

    private DocumentReport ReadLines(SourceText passage, DocumentForm form, string? file)
    {
        var (kind, observations) = form switch
        {
            DocumentForm.ExchangeLog => (DocumentKind.MailLog, ExchangeLog.Read(passage)),
            DocumentForm.MailLog => (DocumentKind.MailLog, LogReader.Read(passage)),
            DocumentForm.Transcript => (DocumentKind.Transcript, TranscriptReader.Read(passage)),
            DocumentForm.Code => (DocumentKind.Code, [ReplyLines.ReadCode(passage)]),
            _ => (DocumentKind.Reply, ReplyLines.Read(passage)),
        };
        var answer = Answer(file, kind, observations);
        return kind == DocumentKind.Reply ? WithoutContext(answer) : answer;
    }

    /// <summary>Of several paragraphs those remain that say something about mail; a text of another kind gets no answer.</summary>
    private static DocumentReport WithoutContext(DocumentReport answer)
    {
        var about = answer.Reports.Where(report => MailContext.Allows(report, report.Said)).ToList();
        var telling = about.FindAll(report => report.Reason != Reason.Unknown);
        var kept = telling.Count > 0 ? telling : about.Take(1).ToList();
        return answer with { Kind = kept.Count == 0 ? DocumentKind.Unknown : answer.Kind, Reports = kept };
    }

    private DocumentReport Answer(string? file, DocumentKind kind, List<Observation> observations)
    {
        var reports = new Report[observations.Count];
        for (int i = 0; i < reports.Length; i++)
            reports[i] = diagnosis.Of(observations[i]);
        return new DocumentReport(file, reports.Length > 0 && reports[0].Reason == Reason.AutoReply ? DocumentKind.AutoReply : kind, reports);
    }
}
