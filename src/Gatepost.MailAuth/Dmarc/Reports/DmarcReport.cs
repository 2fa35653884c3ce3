using System.Globalization;
using System.Text;
using System.Xml;

namespace Gatepost.MailAuth.Dmarc.Reports;

/// <summary>An aggregate report about a domain on one day (RFC 9990).</summary>
public sealed record DmarcReport
{
    private const string Namespace = "urn:ietf:params:xml:ns:dmarc-2.0";

    public required string Id { get; init; }

    /// <summary>Who reports.</summary>
    public required string Organization { get; init; }

    /// <summary>Whom to ask about it: an address.</summary>
    public required string Contact { get; init; }

    public required DateTimeOffset Begin { get; init; }

    /// <summary>The last second of the time reported on.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>The program that wrote it, with its version.</summary>
    public required string Generator { get; init; }

    public required DmarcRecord Published { get; init; }

    /// <summary>What was wrong with the record, or is missing here; empty if nothing.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>At least one, with the number of messages.</summary>
    public required IReadOnlyList<(DmarcReportRow Row, long Messages)> Rows { get; init; }

    /// <summary>As XML in UTF-8.</summary>
    public byte[] ToXml()
    {
        using var octets = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            CheckCharacters = true,
        };
        using (var xml = XmlWriter.Create(octets, settings))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement("feedback", Namespace);
            xml.WriteElementString("version", "1.0");
            WriteMetadata(xml);
            WritePolicy(xml);
            foreach (var (row, messages) in Rows)
                WriteRecord(xml, row, messages);
            xml.WriteEndElement();
            xml.WriteEndDocument();
        }

        return octets.ToArray();
    }

    private void WriteMetadata(XmlWriter xml)
    {
        xml.WriteStartElement("report_metadata");
        Write(xml, "org_name", Organization);
        Write(xml, "email", Contact);
        Write(xml, "report_id", Id);
        xml.WriteStartElement("date_range");
        Write(xml, "begin", Begin.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        Write(xml, "end", End.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        foreach (string error in Errors)
            Write(xml, "error", error);
        Write(xml, "generator", Generator);
        xml.WriteEndElement();
    }

    private void WritePolicy(XmlWriter xml)
    {
        var policy = Published.Policy ?? DmarcPolicy.None;
        xml.WriteStartElement("policy_published");
        Write(xml, "domain", Published.Domain);
        Write(xml, "discovery_method", "treewalk");
        Write(xml, "p", policy.Word());
        var subdomains = Published.SubdomainPolicy ?? policy;
        Write(xml, "sp", subdomains.Word());
        Write(xml, "np", (Published.NonexistentPolicy ?? subdomains).Word());
        Write(xml, "adkim", Published.IsStrictForDkim ? "s" : "r");
        Write(xml, "aspf", Published.IsStrictForSpf ? "s" : "r");
        Write(xml, "testing", Published.IsTesting ? "y" : "n");
        xml.WriteEndElement();
    }

    private static void WriteRecord(XmlWriter xml, DmarcReportRow row, long messages)
    {
        xml.WriteStartElement("record");
        xml.WriteStartElement("row");
        var source = row.Source.IsIPv4MappedToIPv6 ? row.Source.MapToIPv4() : row.Source;
        Write(xml, "source_ip", source.ToString());
        Write(xml, "count", messages.ToString(CultureInfo.InvariantCulture));
        xml.WriteStartElement("policy_evaluated");
        Write(xml, "disposition", row.Disposition);
        Write(xml, "dkim", row.DkimAligned ? "pass" : "fail");
        Write(xml, "spf", row.SpfAligned ? "pass" : "fail");
        if (row.Reason is { } reason)
        {
            xml.WriteStartElement("reason");
            Write(xml, "type", reason);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteStartElement("identifiers");
        Write(xml, "header_from", row.HeaderFrom);
        Write(xml, "envelope_from", row.EnvelopeFrom);
        xml.WriteEndElement();
        WriteResults(xml, row);
        xml.WriteEndElement();
    }

    /// <summary>Without the name in EHLO: only the sender of the envelope counts for DMARC (RFC 9990 §3.1.1.11).</summary>
    private static void WriteResults(XmlWriter xml, DmarcReportRow row)
    {
        xml.WriteStartElement("auth_results");
        foreach (var signature in row.Signatures)
        {
            xml.WriteStartElement("dkim");
            Write(xml, "domain", signature.Domain);
            Write(xml, "selector", signature.Selector);
            Write(xml, "result", signature.Result);
            xml.WriteEndElement();
        }

        if (row is { SpfDomain: { } domain, SpfResult: { } result })
        {
            xml.WriteStartElement("spf");
            Write(xml, "domain", domain);
            Write(xml, "scope", row.IsSpfOfHelo ? "helo" : "mfrom");
            Write(xml, "result", result);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>What strangers wrote may hold characters that XML does not know.</summary>
    private static void Write(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement(name);
        xml.WriteString(string.Concat(value.Select(static c => XmlConvert.IsXmlChar(c) ? c : '?')));
        xml.WriteEndElement();
    }
}
