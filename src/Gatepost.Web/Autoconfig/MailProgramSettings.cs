namespace Gatepost.Web.Autoconfig;

/// <summary>What a mail program does with a server.</summary>
public enum MailService
{
    Imap,
    Pop3,

    /// <summary>Sends.</summary>
    Submission,
}

/// <summary>A server that a mail program connects to; users log in with their address.</summary>
/// <param name="ImplicitTls">TLS from the first octet (RFC 8314); else STARTTLS.</param>
public sealed record MailProgramServer(MailService Service, string Host, int Port, bool ImplicitTls)
{
    /// <summary>The service's name in SRV records (RFC 6186, RFC 8314 §5.1).</summary>
    public string ServiceName => (Service, ImplicitTls) switch
    {
        (MailService.Imap, true) => "_imaps",
        (MailService.Imap, false) => "_imap",
        (MailService.Pop3, true) => "_pop3s",
        (MailService.Pop3, false) => "_pop3",
        (_, true) => "_submissions",
        _ => "_submission",
    };
}

/// <summary>How mail programs reach the mail of a domain.</summary>
/// <param name="Servers">The best of each service first; at least one to read mail and one to send it.</param>
public sealed record MailProgramSettings(string Domain, IReadOnlyList<MailProgramServer> Servers);
