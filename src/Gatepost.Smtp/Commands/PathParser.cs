using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Commands;

/// <summary><c>FROM:&lt;path&gt;</c> and <c>TO:&lt;path&gt;</c> with what follows (RFC 5321 §4.1.1.2, §4.1.1.3).</summary>
internal static class PathParser
{
    private const string MailSyntax = "MAIL FROM:<address> [parameters]";
    private const string RcptSyntax = "RCPT TO:<address> [parameters]";

    public static Command ParseMail(ReadOnlySpan<byte> rest)
    {
        if (!TryReadPath(rest, "FROM:"u8, out var path, out var parameters))
            return CommandParser.Wrong(Verb.Mail, MailSyntax);

        Mailbox? sender = null;
        if (path.Length > Mailbox.MaxLength)
            return new InvalidCommand(Verb.Mail, ProtocolReplies.SenderTooLong.Say(("limit", Mailbox.MaxLength)));
        if (!path.IsEmpty && !(Mailbox.TryParse(path, utf8: true, out sender) && sender.Domain.Length > 0))
            return new InvalidCommand(Verb.Mail, ProtocolReplies.BadSenderAddress.Say(("address", Encoding.UTF8.GetString(path))));

        return MailParameterParser.Parse(sender, parameters);
    }

    public static Command ParseRcpt(ReadOnlySpan<byte> rest)
    {
        if (!TryReadPath(rest, "TO:"u8, out var path, out var parameters))
            return CommandParser.Wrong(Verb.Rcpt, RcptSyntax);

        if (path.Length > Mailbox.MaxLength)
            return new InvalidCommand(Verb.Rcpt, ProtocolReplies.RecipientTooLong.Say(("limit", Mailbox.MaxLength)));
        return Mailbox.TryParse(path, utf8: true, out var recipient)
            ? RcptParameterParser.Parse(recipient!, parameters)
            : new InvalidCommand(Verb.Rcpt, BadAddress(Encoding.UTF8.GetString(path)));
    }

    /// <summary>No @ at all is another mistake than a letter that is not allowed in an address.</summary>
    private static Reply BadAddress(string path) =>
        path.Length > 0 && !path.Contains('@') ? RecipientReplies.RecipientUnqualified.Say(("recipient", path))
        : path.StartsWith('@') || path.EndsWith('@') ? RecipientReplies.RecipientMalformed.Say(("recipient", path))
        : ProtocolReplies.BadRecipientAddress.Say(("address", path));

    /// <summary>
    /// Takes spaces after the colon, which many programs send, and drops a source route (RFC 5321 §4.1.1.3, appendix C). An address
    /// without angle brackets, as RAID controllers and UPS cards write it, ends at the first space outside quotes.
    /// </summary>
    private static bool TryReadPath(
        ReadOnlySpan<byte> rest, ReadOnlySpan<byte> keyword, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> parameters)
    {
        path = parameters = default;
        if (rest.Length < keyword.Length || !Ascii.EqualsIgnoreCase(rest[..keyword.Length], keyword))
            return false;

        rest = rest[keyword.Length..].TrimStart((byte)' ');
        if (rest.IsEmpty)
            return false;
        if (rest[0] != '<')
        {
            int length = EndOfPath(rest, (byte)' ') is var space and >= 0 ? space : rest.Length;
            path = rest[..length];
            parameters = rest[length..].Trim((byte)' ');
            return true;
        }

        int end = EndOfPath(rest, (byte)'>');
        if (end < 0)
            return false;

        path = WithoutRoute(rest[1..end]);
        parameters = rest[(end + 1)..];
        if (!parameters.IsEmpty && parameters[0] != ' ')
            return false;
        parameters = parameters.Trim((byte)' ');
        return true;
    }

    /// <summary>The position of this octet outside quotes; −1 if there is none.</summary>
    private static int EndOfPath(ReadOnlySpan<byte> rest, byte ending)
    {
        bool quoted = false;
        for (int i = 0; i < rest.Length; i++)
        {
            byte octet = rest[i];
            if (octet == '\\' && quoted)
                i++;
            else if (octet == '"')
                quoted = !quoted;
            else if (octet == ending && !quoted)
                return i;
        }

        return -1;
    }

    /// <summary><c>@a,@b:user@c</c> means <c>user@c</c>. What is no list of hosts stays, and is refused as an address.</summary>
    private static ReadOnlySpan<byte> WithoutRoute(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[0] != '@')
            return path;

        var hosts = path;
        while (true)
        {
            int end = EndOfHost(hosts);
            if (end < 0 || !AddressGrammar.IsDomain(hosts[1..end]))
                return path;
            if (hosts[end] == ':')
                return hosts[(end + 1)..];
            hosts = hosts[(end + 1)..];
            if (hosts.IsEmpty || hosts[0] != '@')
                return path;
        }
    }

    /// <summary>The comma or colon after <c>@host</c>; an address literal may hold colons of its own.</summary>
    private static int EndOfHost(ReadOnlySpan<byte> hosts)
    {
        int start = hosts.Length > 1 && hosts[1] == '[' ? hosts.IndexOf((byte)']') : 0;
        int end = start < 0 ? -1 : hosts[start..].IndexOfAny((byte)',', (byte)':');
        return end < 0 ? -1 : start + end;
    }
}
