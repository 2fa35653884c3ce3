using System.Net;
using Gatepost.Configuration;
using Gatepost.Smtp;
using Gatepost.Web.Autoconfig;

namespace Gatepost.Composition;

/// <summary>The servers that mail programs learn from us, by the configuration.</summary>
internal static class MailPrograms
{
    private const int ImapPort = 993, Pop3Port = 995;

    /// <summary>Whether mail programs are answered: they want a server to read from and one to send by.</summary>
    public static bool IsAnswered(Settings settings) =>
        ServersOf(settings) is var servers && servers.Any(server => server.Service == MailService.Submission)
        && servers.Any(server => server.Service != MailService.Submission);

    /// <summary>The settings of a domain; null if there are none.</summary>
    public static MailProgramSettings? Of(Settings settings, string domain) =>
        IsAnswered(settings) ? new(domain, ServersOf(settings)) : null;

    /// <summary>Those to read from, then those to send by; TLS from the first octet is preferred (RFC 8314 §3).</summary>
    public static IReadOnlyList<MailProgramServer> ServersOf(Settings settings)
    {
        var servers = new List<MailProgramServer>();
        if (settings.Autoconfig.Imap is { } imap)
            servers.Add(Read(MailService.Imap, imap, ImapPort));
        if (settings.Autoconfig.Pop3 is { } pop3)
            servers.Add(Read(MailService.Pop3, pop3, Pop3Port));
        var submission =
            from listener in settings.Listeners
            where listener.Role == ListenerRole.Submission && listener.Tls != TlsUse.None
            from address in listener.Addresses
            where !IPAddress.IsLoopback(address.Address)
            select new MailProgramServer(MailService.Submission, settings.HostName, address.Port, listener.Tls == TlsUse.Implicit);
        servers.AddRange(submission.Distinct().OrderByDescending(server => server.ImplicitTls));
        return servers;
    }

    private static MailProgramServer Read(MailService service, string written, int tlsPort)
    {
        var (host, port) = HostPort.Read(written, tlsPort);
        return new(service, host.ToLowerInvariant(), port, port == tlsPort);
    }
}
