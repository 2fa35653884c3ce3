using System.Globalization;
using System.Text;
using System.Xml;

namespace Gatepost.Web.Autoconfig;

/// <summary>The settings of mail programs in the two forms that they read: Thunderbird's, which others read too, and Outlook's.</summary>
internal static class AutoconfigXml
{
    private const string Request = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
    private const string Outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
    private const string Response = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";

    /// <summary>Characters of a question at most; Outlook's has some 400.</summary>
    private const int MostAsked = 16 * 1024;

    /// <summary>Thunderbird's config-v1.1.xml (draft-ietf-mailmaint-autoconfig).</summary>
    public static string Thunderbird(MailProgramSettings settings) => Write(xml =>
    {
        xml.WriteStartElement("clientConfig");
        xml.WriteAttributeString("version", "1.1");
        xml.WriteStartElement("emailProvider");
        xml.WriteAttributeString("id", settings.Domain);
        xml.WriteElementString("domain", settings.Domain);
        xml.WriteElementString("displayName", settings.Domain);
        foreach (var server in settings.Servers)
        {
            xml.WriteStartElement(server.Service == MailService.Submission ? "outgoingServer" : "incomingServer");
            xml.WriteAttributeString("type", Type(server).ToLowerInvariant());
            xml.WriteElementString("hostname", server.Host);
            xml.WriteElementString("port", server.Port.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("socketType", server.ImplicitTls ? "SSL" : "STARTTLS");
            xml.WriteElementString("authentication", "password-cleartext");
            xml.WriteElementString("username", "%EMAILADDRESS%");
            xml.WriteEndElement();
        }
    });

    /// <summary>The answer of Exchange's autodiscover for a user of IMAP, POP3 and SMTP.</summary>
    public static string Autodiscover(MailProgramSettings settings, string address) => Write(xml =>
    {
        xml.WriteStartElement("Autodiscover", Response);
        xml.WriteStartElement("Response", Outlook);
        xml.WriteStartElement("Account", Outlook);
        xml.WriteElementString("AccountType", Outlook, "email");
        xml.WriteElementString("Action", Outlook, "settings");
        foreach (var server in settings.Servers.DistinctBy(server => server.Service))
        {
            xml.WriteStartElement("Protocol", Outlook);
            xml.WriteElementString("Type", Outlook, Type(server));
            xml.WriteElementString("Server", Outlook, server.Host);
            xml.WriteElementString("Port", Outlook, server.Port.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("LoginName", Outlook, address);
            xml.WriteElementString("DomainRequired", Outlook, "off");
            xml.WriteElementString("SPA", Outlook, "off");
            xml.WriteElementString("SSL", Outlook, "on");
            xml.WriteElementString("Encryption", Outlook, server.ImplicitTls ? "SSL" : "TLS");
            xml.WriteElementString("AuthRequired", Outlook, "on");
            xml.WriteEndElement();
        }
    });

    /// <summary>What autodiscover says when it knows no such user.</summary>
    public static string AutodiscoverError(string message) => Write(xml =>
    {
        xml.WriteStartElement("Autodiscover", Response);
        xml.WriteStartElement("Response", Response);
        xml.WriteStartElement("Error", Response);
        xml.WriteElementString("ErrorCode", Response, "600");
        xml.WriteElementString("Message", Response, message);
    });

    /// <summary>The address that a question of autodiscover is about; null if there is none. No entity is ever resolved.</summary>
    public static string? AddressOf(string question)
    {
        var safe =
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostAsked };
        try
        {
            using var xml = XmlReader.Create(new StringReader(question), safe);
            return xml.ReadToFollowing("EMailAddress", Request) ? xml.ReadElementContentAsString().Trim() : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string Type(MailProgramServer server) => server.Service switch
    {
        MailService.Imap => "IMAP",
        MailService.Pop3 => "POP3",
        _ => "SMTP",
    };

    private static string Write(Action<XmlWriter> elements)
    {
        using var octets = new MemoryStream();
        using (var xml = XmlWriter.Create(octets, new() { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            elements(xml);
            xml.WriteEndDocument();
        }

        return Encoding.UTF8.GetString(octets.ToArray());
    }
}
