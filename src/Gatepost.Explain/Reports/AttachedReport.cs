using Gatepost.Explain.Mime;
using Gatepost.Explain.Observations;

namespace Gatepost.Explain.Reports;

/// <summary>Finds the DMARC or TLS report that a message carries as an attachment, packed or not.</summary>
internal static class AttachedReport
{
    /// <summary>Attachments that are opened; a report comes as one.</summary>
    private const int MostParts = 4;

    public static DocumentReading? Read(MessagePart message)
    {
        int opened = 0;
        foreach (var part in message.Leaves())
        {
            if (!MayHold(part) || opened++ >= MostParts)
                continue;
            if (part.Octets(Unpacker.Most) is { } octets && Read(octets) is { } reading)
                return reading;
        }

        return null;
    }

    /// <summary>Reads the octets of a file or an attachment.</summary>
    public static DocumentReading? Read(ReadOnlyMemory<byte> octets)
    {
        if (Unpacker.Unpack(octets) is not { } inside)
            return null;
        if (DmarcReport.Read(inside) is { } dmarc)
            return new DocumentReading(DocumentKind.DmarcReport, []) { Note = "dmarc-report", Digest = dmarc };
        return TlsReport.Read(inside) is { } tls
            ? new DocumentReading(DocumentKind.TlsReport, []) { Note = "tls-report", Digest = tls } : null;
    }

    private static bool MayHold(MessagePart part)
    {
        if (part.Type.Media is "application/gzip" or "application/x-gzip" or "application/zip" or "application/x-zip-compressed"
            or "application/tlsrpt+gzip"
            or "application/tlsrpt+json" or "application/xml" or "text/xml")
            return true;
        string name = part.FileName;
        return name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".xml.gz", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".json.gz", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
    }
}
