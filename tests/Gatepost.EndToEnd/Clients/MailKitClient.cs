using Gatepost.EndToEnd.Harness;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Gatepost.EndToEnd.Clients;

/// <summary>MailKit, what .NET applications use. It writes messages anew, so its own log of octets tells what was sent.</summary>
public sealed class MailKitClient(bool binaryData) : IForeignClient
{
    public bool SpeaksUtf8 => true;

    public void Need()
    {
        // It comes with the tests.
    }

    public async Task<byte[]?> SendAsync(Letter letter, ScratchFolder scratch, CancellationToken cancel)
    {
        using var log = new WireLog();
        using var client = new Client(log, binaryData) { LocalDomain = "client.test" };
        client.ServerCertificateValidationCallback = (_, certificate, _, _) =>
            certificate?.GetCertHashString() == letter.Tls.Certificate.GetCertHashString();
        try
        {
            await client.ConnectAsync(
                "127.0.0.1",
                letter.Port,
                letter.Protection switch
                {
                    Protection.None => SecureSocketOptions.None,
                    Protection.StartTls =>
                    SecureSocketOptions.StartTls,
                    _ => SecureSocketOptions.SslOnConnect
                },
                cancel);
            var message = await MimeMessage.LoadAsync(new MemoryStream(letter.Octets), cancel);
            var format = FormatOptions.Default.Clone();
            format.International = letter.NeedsUtf8;
            await client.SendAsync(format, message, Address(letter.From), letter.Recipients.Select(Address), cancel);
            await client.DisconnectAsync(quit: true, cancel);
        }
        catch (Exception refused) when (refused is SmtpCommandException or SmtpProtocolException or NotSupportedException)
        {
            throw new ClientRefusedException(refused.Message);
        }

        return binaryData ? log.MessageByBdat() : log.MessageByData();
    }

    private static MailboxAddress Address(string address) => new("", address);

    private sealed class Client(IProtocolLogger log, bool binaryData) : SmtpClient(log)
    {
        protected override bool PreferSendAsBinaryData => binaryData;
    }

    /// <summary>Every octet the client wrote, before TLS.</summary>
    private sealed class WireLog : IProtocolLogger
    {
        private readonly MemoryStream client = new();

        public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

        public void LogConnect(Uri uri)
        {
        }

        public void LogClient(byte[] buffer, int offset, int count) => client.Write(buffer, offset, count);

        public void LogServer(byte[] buffer, int offset, int count)
        {
        }

        public void Dispose() => client.Dispose();

        public byte[] MessageByData()
        {
            var wire = client.GetBuffer().AsSpan(0, (int)client.Length);
            var stuffed = wire[(wire.IndexOf("DATA\r\n"u8) + 6)..];
            stuffed = stuffed[..(stuffed.IndexOf("\r\n.\r\n"u8) + 2)];
            var message = new MemoryStream(stuffed.Length);
            bool lineStart = true;
            foreach (byte octet in stuffed)
            {
                if (!(lineStart && octet == (byte)'.'))
                    message.WriteByte(octet);
                lineStart = octet == (byte)'\n';
            }

            return message.ToArray();
        }

        public byte[] MessageByBdat()
        {
            var message = new MemoryStream();
            var rest = client.GetBuffer().AsSpan(0, (int)client.Length);
            while (rest.IndexOf("BDAT "u8) is >= 0 and int at)
            {
                rest = rest[(at + 5)..];
                int lineEnd = rest.IndexOf("\r\n"u8);
                string[] chunk = System.Text.Encoding.ASCII.GetString(rest[..lineEnd]).Split(' ');
                int size = int.Parse(chunk[0], System.Globalization.CultureInfo.InvariantCulture);
                message.Write(rest.Slice(lineEnd + 2, size));
                rest = rest[(lineEnd + 2 + size)..];
                if (chunk.Length > 1)
                    break;
            }

            return message.ToArray();
        }
    }
}
