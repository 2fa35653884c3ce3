using Gatepost.Explain.Mime;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Reports;

/// <summary>Reads receipts (message disposition notifications, RFC 8098): the message arrived, and this became of it.</summary>
internal static class Receipt
{
    public static DocumentReading? Read(MessagePart message)
    {
        foreach (var part in message.Leaves())
            if (part.Type.Media is "message/disposition-notification" or "message/global-disposition-notification")
                return new DocumentReading(DocumentKind.Receipt, []) { Note = "receipt-" + DispositionOf(part.Read()) };
        return string.Equals(message.Type.ReportType, "disposition-notification", StringComparison.OrdinalIgnoreCase)
            ? new DocumentReading(DocumentKind.Receipt, []) { Note = "receipt-displayed" } : null;
    }

    /// <summary><c>Disposition: manual-action/MDN-sent-manually; displayed</c> (RFC 8098 §3.2.6).</summary>
    private static string DispositionOf(SourceText fields)
    {
        for (int line = 0; line < Math.Min(fields.Lines, 100); line++)
        {
            var text = fields.Line(line);
            if (!text.StartsWith("Disposition:", StringComparison.OrdinalIgnoreCase))
                continue;
            var type = text[(text.IndexOf(';') + 1)..];
            foreach (var (word, known) in (ReadOnlySpan<(string, string)>)[
                ("error", "failed"), ("failed", "failed"), ("deleted", "deleted"), ("dispatched", "dispatched"), ("processed",
                    "dispatched"), ("denied", "denied")])
                if (type.Contains(word, StringComparison.OrdinalIgnoreCase))
                    return known;
        }

        return "displayed";
    }
}
