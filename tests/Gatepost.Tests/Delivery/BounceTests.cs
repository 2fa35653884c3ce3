using System.Net;
using System.Text;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Xunit;

namespace Gatepost.Tests.Delivery;

public sealed class BounceTests
{
    private const string Original =
        "From: ann@client.example\r\nSubject: =?utf-8?B?0J/RgNC40LLQtdGC?=\r\nMessage-ID: <1@client.example>\r\n\r\nHello.\r\n";

    private readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly MemoryQueue queue;

    public BounceTests() => queue = new MemoryQueue(time);

    [Fact]
    public async Task A_failure_is_reported_in_three_parts_with_the_remote_words_and_the_machine_part()
    {
        var notice = await WriteAsync(
            Message(Original), NoticeKind.Failed, Refused("bob@example.org", 550, "5.1.1 <bob@example.org>: no such user"));

        var report = Read(notice!);
        var parts = (MultipartReport)report.Body!;
        Assert.Equal("delivery-status", parts.ReportType);
        Assert.Equal(3, parts.Count);
        string text = TextOf(parts);
        Assert.StartsWith("Your message could not be delivered to this address:", text);
        Assert.Contains("    > 550 5.1.1 <bob@example.org>: no such user", text);
        Assert.Contains("mx.example.org, in answer to RCPT", text.ReplaceLineEndings(" "));
        Assert.True(text.IndexOf("550", StringComparison.Ordinal) > text.IndexOf("What you can do:", StringComparison.Ordinal),
            "codes stand behind the words");
        var groups = Groups(parts);
        Assert.Equal("dns; mx.demo.test", groups[0]["Reporting-MTA"]);
        Assert.Equal("rfc822; bob@example.org", groups[1]["Final-Recipient"]);
        Assert.Equal("failed", groups[1]["Action"]);
        Assert.Equal("5.1.1", groups[1]["Status"]);
        Assert.Equal("dns; mx.example.org", groups[1]["Remote-MTA"]);
        Assert.Equal("smtp; 550 5.1.1 <bob@example.org>: no such user", groups[1]["Diagnostic-Code"]);
        Assert.Equal("text/rfc822-headers", parts[2].ContentType.MimeType);
        Assert.Equal("auto-replied", report.Headers["Auto-Submitted"]);
        Assert.Equal("1@client.example", report.InReplyTo);
        Assert.Equal("ann@client.example", report.To.Mailboxes.Single().Address);
        Assert.Null(notice!.Envelope.Sender);
        Assert.Equal("mx:client.example", notice.Envelope.Recipients[0].Routes[0].Destination.ToString());
    }

    [Fact]
    public async Task A_body_that_may_not_be_read_costs_the_report_the_body_and_nothing_else()
    {
        queue.BodyFails = new UnauthorizedAccessException("denied");
        var notice = await WriteAsync(
            Message(Original) with { InMemory = null }, NoticeKind.Failed, Refused("bob@example.org", 550, "5.1.1 no"));
        Assert.Contains("X-Gatepost-Note:", Encoding.UTF8.GetString(notice!.Octets.Span));
    }

    [Fact]
    public async Task No_one_is_reported_about_mail_with_the_null_sender() =>
        Assert.Null(
            await WriteAsync(Message(Original) with { Sender = null }, NoticeKind.Failed, Refused("bob@example.org", 550, "5.1.1 no")));

    [Theory]
    [InlineData(DsnNotify.Unspecified, "Failed Delayed")]
    [InlineData(DsnNotify.Never, "")]
    [InlineData(DsnNotify.Failure, "Failed")]
    [InlineData(DsnNotify.Delay, "Delayed")]
    [InlineData(DsnNotify.Success, "Succeeded")]
    [InlineData(DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, "Failed Delayed Succeeded")]
    public async Task NOTIFY_decides_what_the_sender_is_reported(DsnNotify notify, string told)
    {
        var kinds = new List<NoticeKind>();
        foreach (var kind in Enum.GetValues<NoticeKind>())
        {
            var result = Refused("bob@example.org", 550, "5.1.1 no");
            if (
                await WriteAsync(
                    Message(Original), kind, result with { Recipient = result.Recipient with { Notify = notify } }) is not null)
                kinds.Add(kind);
        }

        Assert.Equal(told, string.Join(' ', kinds));
    }

    [Theory]
    [InlineData("Accept-Language: ru-RU, ru;q=0.9, en;q=0.5", "en", "ru")]
    [InlineData("Accept-Language: de, en;q=0.5, ru;q=0.4", "ru", "en")]
    [InlineData("Content-Language: ru", "en", "ru")]
    [InlineData("Content-Language: en\r\nAccept-Language: ru", "en", "ru")]
    [InlineData("X-Nothing: x", "ru", "ru")]
    [InlineData("Accept-Language: ;;q=,,,ru;q=x", "en", "en")]
    public async Task The_report_is_in_the_language_of_the_message_or_of_the_domain(string header, string domain, string expected)
    {
        var options =
            DeliveryRun.Options() with
            {
                Bounces =
                new BounceOptions { LanguageOfDomain = new Dictionary<string, string> { ["client.example"] = domain } }
            };
        var report =
            Read(
                (
                    await WriteAsync(
                        Message(header + "\r\n" + Original), NoticeKind.Failed, Refused("bob@example.org", 550, "5.1.1 no"), options))!);

        Assert.Equal(expected, report.Body!.Headers["Content-Language"]);
        string text = TextOf((Multipart)report.Body!);
        Assert.Equal(expected == "ru", text.Contains("Ваше письмо не удалось доставить", StringComparison.Ordinal));
        Assert.Equal(
            expected == "ru", report.Subject!.StartsWith("Не доставлено: ваше письмо для bob@example.org", StringComparison.Ordinal));
        Assert.Contains("Привет", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RET_FULL_returns_the_message_and_a_large_one_comes_back_as_its_header()
    {
        var full = Message(Original) with { Return = DsnReturn.Full };
        var parts = Parts(await WriteAsync(full, NoticeKind.Failed, Refused("b@example.org", 550, "no")));
        Assert.Equal("Hello.\n", ((TextPart)((MessagePart)parts[2]).Message!.Body!).Text!.ReplaceLineEndings("\n"));

        string big = Original + new string('x', 70) + "\r\n" + string.Concat(Enumerable.Repeat(new string('y', 70) + "\r\n", 1000));
        parts = Parts(
            await WriteAsync(Message(big) with { Return = DsnReturn.Full }, NoticeKind.Failed, Refused("b@example.org", 550, "no")));
        Assert.Equal("text/rfc822-headers", parts[2].ContentType.MimeType);
        Assert.DoesNotContain("yyyy", Encoding.UTF8.GetString(Octets(parts[2])));
    }

    [Fact]
    public async Task Envelope_id_and_original_recipient_come_back_decoded_and_cannot_begin_a_field()
    {
        var refused = Refused("bob@example.org", 550, "5.1.1 no");
        refused =
            refused with { Recipient = refused.Recipient with { OriginalRecipient = "rfc822;bob+2Bx+40example.org+0D+0AX-Evil:+20yes" } };
        var notice = await WriteAsync(Message(Original) with { EnvelopeId = "id+2B1+0D+0AX-Evil:+20yes" }, NoticeKind.Failed, refused);

        var groups = Groups(Parts(notice));
        Assert.Equal("id+1??X-Evil: yes", groups[0]["Original-Envelope-Id"]);
        Assert.Equal("rfc822; bob+x@example.org??X-Evil: yes", groups[1]["Original-Recipient"]);
        Assert.DoesNotContain(groups.SelectMany(group => group), header => header.Field == "X-Evil");
    }

    [Fact]
    public async Task Hostile_words_of_the_remote_stay_quoted_on_their_own_lines()
    {
        var refused =
            Refused(
                "bob@example.org", 550, "5.7.1 x\u001b[31m\u202Eevil\n--=_gatepost_\nContent-Type: text/html\n\n<script>alert(1)</script>"
                + new string('z', 3000));
        var notice = await WriteAsync(Message(Original), NoticeKind.Failed, refused);

        var parts = Parts(notice);
        Assert.Equal(3, parts.Count);
        string text = TextOf(parts);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.All(text.Split('\n').Where(line => line.Contains("script", StringComparison.Ordinal)), line =>
            Assert.StartsWith("    > ", line));
        Assert.All(Encoding.UTF8.GetString(notice!.Octets.Span).Split("\r\n"), line =>
            Assert.True(Encoding.UTF8.GetByteCount(line) <= 998, line));
    }

    [Fact]
    public async Task A_delay_is_reported_with_the_end_of_the_tries_and_without_the_advice_to_send_again()
    {
        var notice = await WriteAsync(Message(Original), NoticeKind.Delayed, Refused("bob@example.org", 451, "4.7.1 come back later"));

        var parts = Parts(notice);
        var group = Groups(parts)[1];
        Assert.Equal("delayed", group["Action"]);
        Assert.Equal("4.7.1", group["Status"]);
        Assert.Equal("Wed, 07 Jan 2026 03:04:05 +0000", group["Will-Retry-Until"]);
        string text = TextOf(parts);
        Assert.Contains("keeps trying until 2026-01-07 03:04 UTC", text.ReplaceLineEndings(" "));
        Assert.DoesNotContain("Sending", text);
    }

    [Fact]
    public async Task Success_is_delivered_in_our_mailbox_and_relayed_where_the_next_server_reports_to_no_one()
    {
        var local =
            Refused("bob@example.org", 250, "2.0.0 ok", notify: DsnNotify.Success) with
            {
                Reply = DeliveryReplies.DeliveredToMaildir.Say(
                ("name", "1.x")),
                Stage = Stage.Local,
                Host = null
            };
        local = local with { Recipient = local.Recipient with { Destination = new Destination(DestinationKind.Maildir, "/x") } };
        Assert.Equal("delivered", ActionOf(await WriteAsync(Message(Original), NoticeKind.Succeeded, local)));

        var relayed = Refused("bob@example.org", 250, "2.0.0 queued", notify: DsnNotify.Success) with { Stage = Stage.Message };
        Assert.Equal("relayed", ActionOf(await WriteAsync(Message(Original), NoticeKind.Succeeded, relayed)));
    }

    /// <summary>Where a forward leads is its owner's business, in every kind of report.</summary>
    [Theory]
    [InlineData("Failed")]
    [InlineData("Delayed")]
    [InlineData("Succeeded")]
    public async Task No_report_tells_where_a_forward_leads(string about)
    {
        var kind = Enum.Parse<NoticeKind>(about);
        var result = Refused("private@secret.example", kind == NoticeKind.Succeeded ? 250 : 550, "5.2.1 <private@secret.example>: so it is",
            notify: DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay) with
        { Host = "mx.secret.example", Stage = Stage.Message };
        result = result with { Recipient = result.Recipient with { Accepted = Mailbox.Parse("info@demo.test") } };

        string report = Encoding.UTF8.GetString((await WriteAsync(Message(Original), kind, result))!.Octets.Span);
        Assert.DoesNotContain("secret", report, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("private@", report, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("info@demo.test", report, StringComparison.Ordinal);

        var open = DeliveryRun.Options() with { Bounces = new BounceOptions { DiscloseForward = true } };
        Assert.Contains(
            "private@secret.example", Encoding.UTF8.GetString((await WriteAsync(Message(Original), kind, result, open))!.Octets.Span));
    }

    [Fact]
    public async Task A_group_of_which_one_member_fails_is_not_told_as_failed_whole()
    {
        RecipientResult Member(string address) => Refused(address, 550, $"5.1.1 <{address}>: no such user") is var member
            ? member with { Recipient = member.Recipient with { Accepted = Mailbox.Parse("sales@demo.test") } } : null!;
        string text = TextOf(Parts(await WriteAsync(
            Message(Original), NoticeKind.Failed, Member("left@secret.example"), Member("moved@secret.example"))));

        Assert.Single(text.Split("    sales@demo.test (one of the addresses behind it)")[1..]);
        Assert.Contains("The words of the server behind this address (in answer to RCPT):", text.ReplaceLineEndings(" "));
        Assert.DoesNotContain("([withheld]", text);
    }

    [Fact]
    public async Task A_failed_forward_tells_the_sender_what_he_can_do_and_not_to_correct_a_right_address()
    {
        var far = Refused("gone@secret.example", 550, "5.1.1 <gone@secret.example>: User unknown");
        var result = far with
        {
            Recipient = far.Recipient with { Accepted = Mailbox.Parse("info@demo.test") },
            Reply = DeliveryReplies.ForwardRefused.Say(("address", "info@demo.test"), ("target", "gone@secret.example"), ("cause", "x")),
            Cause = far.Reply,
        };
        string text = TextOf(Parts(await WriteAsync(Message(Original), NoticeKind.Failed, result))).ReplaceLineEndings(" ");

        Assert.Contains("The address exists and passes its mail on to another one", text);
        Assert.Contains("Tell the person by another way", text);
        Assert.DoesNotContain("spelling", text);
        Assert.DoesNotContain("lists", text);
    }

    [Fact]
    public async Task A_UTF8_recipient_is_named_in_ASCII_to_an_ASCII_sender_and_as_it_is_to_a_UTF8_one()
    {
        var refused = Refused("боб@пример.example", 550, "5.1.1 no");
        var ascii = await WriteAsync(Message(Original), NoticeKind.Failed, refused);
        Assert.False(ascii!.Envelope.SmtpUtf8);
        Assert.True(System.Text.Ascii.IsValid(ascii.Octets.Span));
        Assert.StartsWith(@"utf-8; \x{431}\x{43E}\x{431}@", Groups(Parts(ascii))[1]["Final-Recipient"]);

        var utf8 = await WriteAsync(
            Message(Original) with { Sender = Mailbox.Parse("анна@client.example"), SmtpUtf8 = true }, NoticeKind.Failed, refused);
        Assert.True(utf8!.Envelope.SmtpUtf8);
        string raw = Encoding.UTF8.GetString(utf8.Octets.Span);
        Assert.Contains("Content-Type: message/global-delivery-status\r\n", raw);
        Assert.Contains("report-type=global-delivery-status", raw);
        Assert.Contains("Final-Recipient: utf-8; боб@пример.example\r\n", raw);
        Assert.Contains("To: <анна@client.example>\r\n", raw);
    }

    [Fact]
    public async Task Recipients_with_one_cause_share_a_section_and_each_has_its_own_group()
    {
        var parts = Parts(await WriteAsync(Message(Original), NoticeKind.Failed,
            Refused("a@example.org", 550, "5.1.1 no a"), Refused("b@example.org", 550, "5.1.1 no b"),
                Refused("c@example.org", 552, "5.3.4 too big")));
        string text = TextOf(parts);
        Assert.Equal(2, text.Split("Your message could not be delivered").Length - 1);
        Assert.Equal(4, Groups(parts).Count(group => group.Count > 0));
    }

    [Fact]
    public async Task A_header_that_is_none_and_has_bare_line_ends_still_makes_a_good_report()
    {
        string odd = "Subject: a\rb\nX: \u00e4\u0000\r\nSubject\r\n" + new string('q', 5000) + "\r\n";
        var notice = await WriteAsync(Message(odd), NoticeKind.Failed, Refused("a@example.org", 550, "5.1.1 no"));

        Assert.True(Gatepost.Smtp.Client.DotStuffer.HasGoodLineEnds(notice!.Octets.Span));
        Assert.DoesNotContain((byte)0, notice.Octets.ToArray());
        Assert.Equal(3, Parts(notice).Count);
    }

    private static Multipart Parts(Notice? notice) => (Multipart)Read(notice!).Body!;

    private static HeaderListCollection Groups(Multipart parts) => ((MessageDeliveryStatus)parts[1]).StatusGroups;

    private static string TextOf(Multipart parts) => ((TextPart)parts[0]).Text!;

    private static string? ActionOf(Notice? notice) => Groups(Parts(notice))[1]["Action"];

    private static byte[] Octets(MimeEntity part)
    {
        using var octets = new MemoryStream();
        part.WriteTo(octets);
        return octets.ToArray();
    }

    private static MimeMessage Read(Notice notice) => MimeMessage.Load(new MemoryStream(notice.Octets.ToArray()));

    private async Task<Notice?> WriteAsync(QueuedMessage message, NoticeKind kind, params RecipientResult[] about) =>
        await WriteAsync(message, kind, about, DeliveryRun.Options());

    private async Task<Notice?> WriteAsync(QueuedMessage message, NoticeKind kind, RecipientResult about, DeliveryOptions options) =>
        await WriteAsync(message, kind, [about], options);

    private async Task<Notice?> WriteAsync(QueuedMessage message, NoticeKind kind, RecipientResult[] about, DeliveryOptions options) =>
        await new NoticeWriter(options, new RouteByDns(), queue, time, new Random(1))
            .WriteAsync(message, kind, about, CancellationToken.None);

    private QueuedMessage Message(string octets) => new()
    {
        QueueId = "Q1",
        Sender = Mailbox.Parse("ann@client.example"),
        Arrived = time.GetUtcNow(),
        Size = Encoding.UTF8.GetByteCount(octets),
        Recipients = [],
        InMemory = Encoding.UTF8.GetBytes(octets),
    };

    private static RecipientResult Refused(string address, int code, string text, DsnNotify notify = DsnNotify.Unspecified)
    {
        var mailbox = Mailbox.Parse(address);
        return new RecipientResult(
            new QueuedRecipient
            {
                Index = 0,
                Address = mailbox,
                Accepted = mailbox,
                Destination = new Destination(DestinationKind.Mx, mailbox.Domain),
                Notify = notify
            },
            ReplyDatabase.BuiltIn.Recognise(code, text), Stage.RcptTo, "mx.example.org", IPAddress.Parse("192.0.2.1"));
    }
}
