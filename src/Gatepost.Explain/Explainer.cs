using System.Text;
using Gatepost.Explain.Bounces;
using Gatepost.Explain.Dialogue;
using Gatepost.Explain.Documents;
using Gatepost.Explain.MailLog;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Reports;
using Gatepost.Explain.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain;

/// <summary>Reads anybody's reply, transcript, log or bounce and says why, who can act, and what to do.</summary>
/// <remarks>Thread-safe: one may serve a whole program. Nothing here throws for what a document holds.</remarks>
public sealed class Explainer
{
    private readonly Diagnosis diagnosis;
    private readonly MailReader mail;
    private readonly PlainTextReader text;
    private readonly MailContext context;
    private readonly ReplyDatabase knowledge;

    /// <param name="knowledge">What replies are recognised by.</param>
    public Explainer(ReplyDatabase knowledge)
    {
        this.knowledge = knowledge;
        diagnosis = new Diagnosis(knowledge);
        var phrases = new NoticePhrases(knowledge.Notices);
        mail = new MailReader(phrases);
        text = new PlainTextReader(phrases);
        context = new MailContext(phrases, knowledge);
    }

    /// <summary>Reads one document of any kind that is not a mailbox of many messages.</summary>
    /// <param name="document">The octets as they are.</param>
    /// <param name="file">A name for the answer.</param>
    public DocumentReport Read(ReadOnlyMemory<byte> document, string? file = null)
    {
        var form = DocumentKindDetector.Of(document.Span, out int start);
        return form switch
        {
            DocumentForm.Message or DocumentForm.Mbox => ReadMessage(document, start, document.Length, file),
            DocumentForm.Packed or DocumentForm.Report => AttachedReport.Read(document[start..]) is { } report ? Answer(file, report)
                : new DocumentReport(file, DocumentKind.Unknown, []),
            DocumentForm.Empty => new DocumentReport(file, DocumentKind.Unknown, []),
            _ => ReadLines(DocumentKindDetector.ReadText(document.Span, start), form, file),
        };
    }

    /// <summary>Reads one document, or every message of an mbox, one after the other.</summary>
    public IEnumerable<DocumentReport> ReadAll(ReadOnlyMemory<byte> document, string? file = null)
    {
        if (DocumentKindDetector.Of(document.Span, out int start) != DocumentForm.Mbox)
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

    /// <summary>
    /// Reads the beginning of a large file, if that is enough: of a bounce that returns fifteen megabytes only the first part says
    /// anything.
    /// </summary>
    /// <param name="head">The first octets, some hundred thousand at least.</param>
    /// <param name="file">A name for the answer.</param>
    /// <returns>Null if the whole has to be read.</returns>
    public DocumentReport? ReadHead(ReadOnlyMemory<byte> head, string? file = null) =>
        DocumentKindDetector.Of(head.Span, out int start) == DocumentForm.Message && mail.ReadHead(head, start) is { } reading
            ? Answer(file, FromNotice(reading)) : null;

    /// <summary>
    /// Reads some lines of a log whose other lines are read apart from these. Deliveries are told too: they may end a story that began
    /// there (<see cref="Report.LogId"/>).
    /// </summary>
    public DocumentReport ReadLogPart(ReadOnlyMemory<byte> lines, string? file = null) =>
        ReadLog(DocumentKindDetector.ReadText(lines.Span, 0), file, deliveries: true);

    /// <summary>Reads text: a code, replies, a transcript, log lines, or a whole message.</summary>
    public DocumentReport Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads one line of anything: a reply, a log line, a diagnostic. Always one answer.</summary>
    public Report ReadLine(string line, out DocumentKind kind)
    {
        var passage = SourceText.Of(line);
        if (LogReader.LooksLikeLog(line) && LogReader.ReadLine(passage, 0) is { } logged)
        {
            kind = DocumentKind.MailLog;
            return diagnosis.Of(logged);
        }

        if (DocumentKindDetector.IsBareCode(line))
        {
            kind = DocumentKind.Code;
            return diagnosis.Of(ReplyLines.ReadCode(passage));
        }

        var reading = text.Read(passage);
        var report = diagnosis.Of(reading.Observations is [var first, ..] ? first : new Observation());
        bool says = HasMailForm(line) || IsSaying(report, line);
        kind = says ? reading.Kind : DocumentKind.Unknown;
        return says ? report : diagnosis.Of(new Observation());
    }

    private DocumentReport ReadMessage(ReadOnlyMemory<byte> document, int start, int end, string? file) =>
        Answer(file, FromNotice(mail.Read(document, start, end)));

    private static DocumentReading FromNotice(DocumentReading reading)
    {
        foreach (var observation in reading.Observations.Concat(reading.Enclosed))
            observation.IsNotice = true;
        return reading;
    }

    private DocumentReport ReadLines(SourceText passage, DocumentForm form, string? file) => form switch
    {
        DocumentForm.ExchangeLog => Answer(file, new DocumentReading(DocumentKind.MailLog, ExchangeLog.Read(passage))),
        DocumentForm.MailLog => ReadLog(passage, file, deliveries: false),
        DocumentForm.Transcript => Answer(file, new DocumentReading(DocumentKind.Transcript, TranscriptReader.Read(passage))),
        DocumentForm.Code => Answer(file, new DocumentReading(DocumentKind.Code, [ReplyLines.ReadCode(passage)])),
        _ => ReadText(passage, file),
    };

    /// <summary>
    /// Lines of filters and mailbox servers count where their words are known; one of them counts if there is nothing else.
    /// </summary>
    private DocumentReport ReadLog(SourceText passage, string? file, bool deliveries)
    {
        var observations = LogReader.Read(passage, deliveries);
        var answer = Answer(file, new DocumentReading(DocumentKind.MailLog, observations));
        if (!observations.Exists(found => found.IsTentative))
            return answer;
        // A line that may be of no interest is left out where another says the same; one look at each, logs are long. Of a part of a
        // log, which is counted, only those that go with a delivery's own line.
        var reasons = new HashSet<Reason>();
        var entries = new HashSet<string>(StringComparer.Ordinal);
        var cases = new HashSet<(Reason, string)>();
        for (int i = 0; i < observations.Count; i++)
            if (!observations[i].IsTentative)
                Note(answer.Reports[i]);
        var known = new List<Report>();
        for (int i = 0; i < observations.Count; i++)
        {
            var report = answer.Reports[i];
            bool said = report.Recipient is { } recipient ? cases.Contains((report.Reason, recipient))
                : report.Basis == Basis.Dialect ? entries.Contains(report.Entry.Id) : reasons.Contains(report.Reason);
            if (observations[i].IsTentative && (said || report.Reason == Reason.Unknown || report.Basis >= Basis.Code))
                continue;
            if (!deliveries)
                Note(report);
            known.Add(report);
        }

        return answer with
        {
            Reports = known.Count > 0 ? known
            : [.. answer.Reports.Where(report => report.Recipient is not null).Take(1)]
        };

        void Note(Report report)
        {
            reasons.Add(report.Reason);
            entries.Add(report.Entry.Id);
            if (report.Recipient is { } recipient)
                cases.Add((report.Reason, recipient));
        }
    }

    private DocumentReport ReadText(SourceText passage, string? file)
    {
        var answer = Answer(file, text.Read(passage));
        return answer.Kind == DocumentKind.Event || HasMailForm(passage.Text)
            || answer.Reports.All(report => IsSaying(report, passage.Text)) ? answer
            : new DocumentReport(file, DocumentKind.Unknown, []);
    }

    /// <summary>
    /// Whether a mail system says something in the text, or a code has its place in it: then every answer about it may be given.
    /// </summary>
    private bool HasMailForm(string said) => text.Speaks(said) || PlainTextReader.HasReplyForm(said);

    /// <summary>
    /// Does a text without that form say something about mail at all? A word or number that the catalogue knows is not enough: licences,
    /// recipes and logs use them too.
    /// </summary>
    private bool IsSaying(Report report, string said)
    {
        if (report.VerdictId is not null)
            return true;

        // That a program failed is not enough: programs fail at other things than mail.
        if (report.Reason == Reason.Unknown && report.Outcome == MessageOutcome.NotSent)
            return false;
        bool byNumber = report.Basis >= Basis.Status && (report.ReplyCode is not null || report.EnhancedStatus is not null);
        return !byNumber && (report.Reason == Reason.Unknown || report.Confidence >= Confidence.Medium) && context.Allows(report, said);
    }

    private DocumentReport Answer(string? file, DocumentReading reading) => new(file, reading.Kind, Judged(reading.Observations))
    {
        Note = reading.Note is { } word ? new DocumentNote(knowledge, word) : null,
        Digest = reading.Digest,
        Enclosed = Judged(reading.Enclosed),
    };

    private Report[] Judged(List<Observation> observations)
    {
        var reports = new Report[observations.Count];
        for (int i = 0; i < reports.Length; i++)
            reports[i] = diagnosis.Of(observations[i]);
        return reports;
    }
}
