using System.Text;
using Gatepost.Explain.Dialogue;
using Gatepost.Explain.MailLog;
using Gatepost.Explain.Mime;
using Gatepost.Explain.Reports;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Documents;

/// <summary>The form of a document, found by its first lines.</summary>
internal enum DocumentForm
{
    Message,
    Mbox,
    Code,
    Lines,
    Transcript,
    MailLog,
    ExchangeLog,
    Packed,
    Report,
    Empty,
}

/// <summary>Finds out what a document is from how it begins.</summary>
internal static class DocumentKindDetector
{
    private const int Looked = 16 * 1024;

    private static readonly string[] FieldNames =
    [
        "Return-Path", "Received", "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Delivered-To",
            "X-Original-To", "Envelope-To", "X-Failed-Recipients", "Auto-Submitted", "DKIM-Signature", "Authentication-Results", "Reply-To",
            "Cc", "Sender", "X-Apparently-To", "X-Received", "ARC-Seal", "Received-SPF", "References", "In-Reply-To", "Delivery-date",
    ];

    public static DocumentForm Of(ReadOnlySpan<byte> document, out int start)
    {
        start = 0;
        if (document.StartsWith(new byte[] { 0xEF, 0xBB, 0xBF }))
            start = 3;
        while (start < document.Length && document[start] is (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t')
            start++;
        if (start >= document.Length)
            return DocumentForm.Empty;

        if (Unpacker.IsPacked(document[start..]))
            return DocumentForm.Packed;
        if (DmarcReport.Recognises(document[start..]) && document[start] == '<' || TlsReport.Recognises(document[start..]))
            return DocumentForm.Report;

        var head = document[start..Math.Min(document.Length, start + Looked)];
        if (head.StartsWith("From "u8) && LooksLikeEnvelope(head))
            return DocumentForm.Mbox;
        if (LooksLikeMessage(head))
            return DocumentForm.Message;

        var passage = SourceText.Of(Decode(head));
        if (IsBareCode(passage.Text))
            return DocumentForm.Code;
        if (ExchangeLog.Recognises(passage))
            return DocumentForm.ExchangeLog;
        if (TranscriptReader.Recognises(passage))
            return DocumentForm.Transcript;
        return LogReader.Recognises(passage) ? DocumentForm.MailLog : DocumentForm.Lines;
    }

    /// <summary>Text of a document that is no message: line ends made LF, octets decoded as they look.</summary>
    public static SourceText ReadText(ReadOnlySpan<byte> document, int start)
    {
        var offsets = new List<int>();
        byte[] clean = TransferEncoding.Verbatim(document[start..], start, offsets, out int length);
        string text = Charsets.Decode(clean.AsSpan(0, length), null);
        return new SourceText("", text, text, [.. offsets], verbatim: true);
    }

    private static string Decode(ReadOnlySpan<byte> head)
    {
        byte[] clean = TransferEncoding.Verbatim(head, 0, [], out int length);
        return Charsets.Decode(clean.AsSpan(0, length), null);
    }

    /// <summary><c>550</c>, <c>5.1.1</c>, <c>550 5.1.1</c>, <c>441</c>, <c>101</c>.</summary>
    internal static bool IsBareCode(string text)
    {
        var word = text.AsSpan().Trim();
        return word.Length is 3 && IsNumber(word) || EnhancedStatus.TryParse(word, out _)
            || (word.Length is > 8 and < 16 && IsNumber(word[..3]) && word[3] is ' ' or '-' && EnhancedStatus.TryParse(word[4..], out _));
    }

    private static bool IsNumber(ReadOnlySpan<char> word) =>
        char.IsAsciiDigit(word[0]) && char.IsAsciiDigit(word[1]) && char.IsAsciiDigit(word[2]);

    private static bool LooksLikeEnvelope(ReadOnlySpan<byte> head)
    {
        int at = 0;
        LineEnd.Read(head, ref at);
        return at < head.Length && LooksLikeMessage(head[at..]);
    }

    /// <summary>At least two fields of mail among the first lines, and the first line is one of a header.</summary>
    private static bool LooksLikeMessage(ReadOnlySpan<byte> head)
    {
        int at = 0, known = 0;
        bool first = true;
        for (int lines = 0; at < head.Length && lines < 60; lines++)
        {
            var line = LineEnd.Read(head, ref at);
            if (line.IsEmpty)
                return known >= 2;
            if (line[0] is (byte)' ' or (byte)'\t' && !first)
                continue;
            int name = HeaderBlock.NameLength(line);
            if (name == 0 && !line.StartsWith("From "u8) && !line.StartsWith(">From "u8))
                return !first && known >= 3;
            if (IsFieldName(line[..name]))
                known++;
            else if (first && name > 0 && line[..name].IndexOf((byte)'-') < 0)
                known--;
            first = false;
        }

        return known >= 2;
    }

    private static bool IsFieldName(ReadOnlySpan<byte> name)
    {
        foreach (string known in FieldNames)
            if (name.Length == known.Length && Ascii.EqualsIgnoreCase(name, known))
                return true;
        return false;
    }
}
