using System.Globalization;
using System.Text;

namespace Gatepost.Smtp.Client;

/// <summary>Commands as text, and as octets gathered for one write.</summary>
internal sealed class CommandBuilder
{
    private byte[] buffer = new byte[1024];
    private int length;

    public ReadOnlyMemory<byte> Octets => buffer.AsMemory(0, length);

    public void Clear() => length = 0;

    /// <summary>Adds a command; its CRLF is added here.</summary>
    public void Add(string command)
    {
        int most = Encoding.UTF8.GetMaxByteCount(command.Length) + 2;
        if (buffer.Length - length < most)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + most));
        length += Encoding.UTF8.GetBytes(command, buffer.AsSpan(length));
        buffer[length++] = (byte)'\r';
        buffer[length++] = (byte)'\n';
    }

    public static string MailFrom(OutgoingMail mail, Capabilities peer, bool eightBit, bool utf8)
    {
        var command = new StringBuilder("MAIL FROM:<", 96).Append(mail.Sender?.ToString()).Append('>');
        if (peer.Size)
            command.Append(CultureInfo.InvariantCulture, $" SIZE={mail.Body.Size}");
        if (mail.BodyType == BodyType.BinaryMime)
            command.Append(" BODY=BINARYMIME");
        else if (eightBit && peer.EightBitMime)
            command.Append(" BODY=8BITMIME");
        if (utf8)
            command.Append(" SMTPUTF8");
        if (peer.Dsn && mail.Return != DsnReturn.Unspecified)
            command.Append(mail.Return == DsnReturn.Full ? " RET=FULL" : " RET=HDRS");
        if (peer.Dsn && mail.EnvelopeId is { } id && IsXtext(id, utf8))
            command.Append(" ENVID=").Append(id);
        if (mail.RequiresTls)
            command.Append(" REQUIRETLS");
        return command.ToString();
    }

    public static string RcptTo(OutgoingRecipient recipient, Capabilities peer, bool utf8)
    {
        if (!peer.Dsn || (recipient.Notify == DsnNotify.Unspecified && recipient.OriginalRecipient is null))
            return $"RCPT TO:<{recipient.Address}>";

        var command = new StringBuilder($"RCPT TO:<{recipient.Address}>", 128);
        if (recipient.Notify != DsnNotify.Unspecified)
            command.Append(" NOTIFY=").Append(Words(recipient.Notify));
        if (recipient.OriginalRecipient is { } original && IsXtext(original, utf8))
            command.Append(" ORCPT=").Append(original);
        return command.ToString();
    }

    private static string Words(DsnNotify notify)
    {
        if (notify.HasFlag(DsnNotify.Never))
            return "NEVER";
        var words = new List<string>(3);
        if (notify.HasFlag(DsnNotify.Success))
            words.Add("SUCCESS");
        if (notify.HasFlag(DsnNotify.Failure))
            words.Add("FAILURE");
        if (notify.HasFlag(DsnNotify.Delay))
            words.Add("DELAY");
        return string.Join(',', words);
    }

    /// <summary>Nothing that could end the command or begin a parameter; beyond ASCII only where SMTPUTF8 was said (RFC 6533 §3).</summary>
    private static bool IsXtext(string value, bool utf8)
    {
        foreach (char c in value)
        {
            if (c is <= ' ' or '\u007f' || (c > '~' && !utf8))
                return false;
        }

        return value.Length is > 0 and <= 500;
    }
}
