using System.Text;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>The same notice is read the same in every transfer encoding, character set and form of line end.</summary>
public sealed class EncodingTests
{
    private static readonly Explainer Explainer = new(ReplyDatabase.BuiltIn);

    private const string Russian = "Ваше письмо не удалось доставить.\n\n<bob@example.org>: почтовый ящик переполнен, места больше нет\n";
    private const string Japanese = "メッセージを配信できませんでした。\n\n<bob@example.org>: メールボックスの容量を超えています\n";
    private const string Chinese = "您的邮件无法投递。\n\n<bob@example.org>: 收件人邮箱已满\n";
    private const string English = "Your message could not be delivered.\n\n<bob@example.org>: 552 5.2.2 Mailbox full, over quota\n";

    private const string SoundEvent =
        """{"event":"bounce","email":"bob@example.org","reason":"552 5.2.2 Mailbox full","status":"5.2.2"}""";

    private const string SoundTls = """
        {"organization-name":"x","date-range":{"start-datetime":"2026-01-01T00:00:00Z","end-datetime":"2026-01-02T00:00:00Z"},
        "report-id":"1","policies":[{"policy":{"policy-type":"sts","policy-domain":"example.com"},
        "summary":{"total-successful-session-count":5,"total-failure-session-count":2},
        "failure-details":[{"result-type":"certificate-expired","failed-session-count":2}]}]}
        """;

    private const string SoundDmarc = """
        <?xml version="1.0"?><feedback><report_metadata><org_name>x</org_name><date_range><begin>1767225600</begin><end>1767312000</end>
        </date_range></report_metadata><policy_published><domain>example.com</domain><p>none</p></policy_published><record><row>
        <source_ip>192.0.2.1</source_ip><count>2</count><policy_evaluated><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
        <identifiers><header_from>example.com</header_from></identifiers></record></feedback>
        """;

    static EncodingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData(Russian, "utf-8")]
    [InlineData(Russian, "koi8-r")]
    [InlineData(Russian, "windows-1251")]
    [InlineData(Russian, "iso-8859-5")]
    [InlineData(Japanese, "utf-8")]
    [InlineData(Japanese, "iso-2022-jp")]
    [InlineData(Japanese, "shift_jis")]
    [InlineData(Japanese, "euc-jp")]
    [InlineData(Chinese, "utf-8")]
    [InlineData(Chinese, "gb18030")]
    [InlineData(English, "us-ascii")]
    [InlineData(English, "utf-8")]
    public void In_any_character_set_encoding_and_line_end(string text, string charset)
    {
        foreach (string transfer in (string[])["8bit", "quoted-printable", "base64"])
            foreach (string end in (string[])["\n", "\r\n", "\r"])
            {
                var report = Explainer.Read(Message(text, charset, transfer, end));
                var told = Assert.Single(report.Reports);
                Assert.True(told.Reason == Reason.MailboxFull && told.Recipient == "bob@example.org",
                    $"{charset}, {transfer}, {end.Length} {(int)end[0]}: {report.Kind} {told.Reason.Word} {told.Recipient}");
            }
    }

    private static byte[] Message(string text, string charset, string transfer, string end)
    {
        var encoding = Encoding.GetEncoding(charset);
        byte[] octets = encoding.GetBytes(text.ReplaceLineEndings(end));
        string subject = $"=?{charset}?B?{Convert.ToBase64String(encoding.GetBytes("Undelivered mail"))}?=";
        string header = string.Join(end,
            "Return-Path: <>", "From: MAILER-DAEMON@mail.example.com", "To: ann@example.com", $"Subject: {subject}", "MIME-Version: 1.0",
            $"Content-Type: text/plain; charset={charset}", $"Content-Transfer-Encoding: {transfer}", "", "");
        byte[] body = transfer switch
        {
            "base64" => Encoding.ASCII.GetBytes(Folded(Convert.ToBase64String(octets), end)),
            "quoted-printable" => Encoding.ASCII.GetBytes(QuotedPrintable(octets)),
            _ => octets,
        };
        return [.. Encoding.ASCII.GetBytes(header), .. body];
    }

    private static string Folded(string text, string end) => string.Join(end, text.Chunk(76).Select(line => new string(line))) + end;

    private static string QuotedPrintable(byte[] octets)
    {
        var coded = new StringBuilder();
        foreach (byte octet in octets)
            coded.Append(octet is (byte)'\n' or (byte)'\r' or (> 32 and < 127 and not (byte)'=') or (byte)' ' ? ((char)octet).ToString()
                : $"={octet:X2}");
        return coded.ToString();
    }

    [Theory]
    [InlineData("event", SoundEvent)]
    [InlineData("tls", SoundTls)]
    [InlineData("dmarc", SoundDmarc)]
    public void A_damaged_event_or_report_is_read_or_left_and_throws_nothing(string kind, string sound)
    {
        Assert.True(Explainer.Read(sound) is { Kind: not Gatepost.Explain.Observations.DocumentKind.Unknown }, kind);
        Explainer.Read(sound.Replace("example", "\\ud83d", StringComparison.Ordinal));
        var random = new Random(20261128);
        byte[] whole = Encoding.UTF8.GetBytes(sound);
        for (int i = 0; i < 4000; i++)
        {
            byte[] damaged = [.. whole];
            for (int times = random.Next(1, 6); times > 0; times--)
                switch (random.Next(4))
                {
                    case 0:
                        damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                        break;
                    case 1:
                        damaged = damaged[..random.Next(1, damaged.Length)];
                        break;
                    case 2:
                        int at = random.Next(damaged.Length);
                        damaged = [.. damaged[..at], .. damaged[random.Next(damaged.Length)..], .. damaged[at..]];
                        break;
                    default:
                        int from = random.Next(damaged.Length), length = Math.Min(random.Next(1, 40), damaged.Length - from);
                        damaged = [.. damaged[..from], .. damaged[(from + length)..]];
                        if (damaged.Length == 0)
                            damaged = [.. whole];
                        break;
                }

            var read = Explainer.Read(damaged);
            foreach (var report in read.Reports)
                Assert.NotEqual("", report.Meaning(Language.English));
        }
    }
}
