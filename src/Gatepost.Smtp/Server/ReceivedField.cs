using System.Buffers;
using System.Globalization;
using System.Security.Authentication;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>The Received field that we write above each message (RFC 5321 §4.4).</summary>
public static class ReceivedField
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[]");

    /// <summary>Appends the field with its CRLF.</summary>
    public static void Append(StringBuilder head, Session session, Envelope envelope, string queueId, DateTimeOffset now)
    {
        head.Append("Received: from ").Append(Name(session.Helo ?? "unknown"));
        head.Append(" (").Append(session.ClientName is { } name ? Name(name) : "unknown").Append(" [")
            .Append(Literal(session.Client.Address)).Append("])\r\n");
        head.Append(
            CultureInfo.InvariantCulture, $"\tby {Name(session.HostName)} (Gatepost) with {Protocol(session, envelope)} id {queueId}");
        if (session.Tls is { } tls)
            head.Append(CultureInfo.InvariantCulture, $"\r\n\t(using {Version(tls.Protocol)} with cipher {tls.Cipher})");
        // Two recipients may not know of each other (RFC 5321 §7.6).
        if (envelope.Recipients.Count == 1)
            head.Append("\r\n\tfor <").Append(envelope.Recipients[0].Address).Append('>');
        head.Append(";\r\n\t").Append(MailDate(now)).Append("\r\n");
    }

    /// <summary>The protocol's name in the registry of RFC 3848, RFC 6531 §4.3.</summary>
    public static string Protocol(Session session, Envelope envelope)
    {
        string tls = session.Tls is null ? "" : "S";
        string user = session.User is null ? "" : "A";
        string body = session.Role == ListenerRole.Lmtp ? "LMTP" : "SMTP";
        if (envelope.SmtpUtf8)
            return "UTF8" + body + tls + user;
        if (session.Role == ListenerRole.Lmtp)
            return "LMTP" + tls + user;
        return session.IsEsmtp ? "ESMTP" + tls + user : "SMTP";
    }

    /// <summary>As in RFC 5322 §3.3.</summary>
    public static string MailDate(DateTimeOffset now) =>
        now.ToString("ddd, d MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)
            + now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    private static string Version(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls13 => "TLSv1.3",
        _ => protocol.ToString(),
    };

    private static string Literal(System.Net.IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IPv6:" + address : address.ToString();

    /// <summary>No parenthesis or bracket of a HELO name can change the meaning of what follows it.</summary>
    internal static string Name(string name) => SafeText.Of(name, NameCharacters);
}
