using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>What stands in a text is reported as it stands there; what does not is never invented.</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData("550 5.1.1 User unknown", 550, "5.1.1")]
    [InlineData("550-5.1.1 one\r\n550 5.1.1 two", 550, "5.1.1")]
    [InlineData("smtp; 550 5.7.1 no", 550, "5.7.1")]
    [InlineData("550", 550, null)]
    [InlineData("5.1.1", null, "5.1.1")]
    [InlineData("441", 441, null)]
    [InlineData("101", 101, null)]
    [InlineData("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", 553, "5.7.1")]
    [InlineData("host mx.example.net[192.0.2.1] said: 450 4.7.1 try later (in reply to RCPT TO command)", 450, "4.7.1")]
    [InlineData("SMTP error from remote mail server after RCPT TO:<a@b.example>: host mx [192.0.2.1]: 550 no such user", 550, null)]
    [InlineData(
        "NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <a@b.example>: Relay access denied; from=<x@y.example> to=<a@b.example>",
        554, "5.7.1")]
    [InlineData("421 5.7.32 not aligned", 421, "5.7.32")]
    [InlineData("450 4.2.1 Please try again later. (#id-5.9.4)", 450, "4.2.1")]
    [InlineData("to=<a@b.example>, dsn=4.4.1, status=deferred (connect to mx[192.0.2.1]:25: Connection refused)", null, "4.4.1")]
    [InlineData("Sent 550 messages in 450 seconds from 4.5.6.7 with version 5.15.2-550", null, null)]
    [InlineData("connect to mx.example.net[192.0.2.1]:587: Connection timed out", null, null)]
    [InlineData("The limit is 500 per hour", null, null)]
    [InlineData("2019-04-01 450", null, null)]
    [InlineData("", null, null)]
    public void Code_and_status_are_those_that_are_in_the_text(string text, int? code, string? status)
    {
        var read = ReplyReading.Read(text, isProse: false);
        Assert.Equal(code, read.Code);
        Assert.Equal(status, read.Status?.ToString());
    }

    [Theory]
    [InlineData("522 mailbox problem", "5.2.2")]
    [InlineData("441", "4.4.1")]
    [InlineData("513", "5.1.3")]
    [InlineData("550", null)]
    [InlineData("450 4.2.2 no", null)]
    public void A_code_that_no_one_registered_is_read_as_a_status_without_dots_and_said_to_be(string text, string? restored)
    {
        var read = ReplyDatabase.BuiltIn.Explain(text);
        if (read.Basis is Basis.Status or Basis.Code)
            Assert.Equal(restored, read.DotsRestored?.ToString());
    }

    [Theory]
    [InlineData("550 5.4.6 Recipient address rejected: Hourly sending quota exceeded", "quota-exceeded")]
    [InlineData("522 5.7.1 : Recipient address rejected: Requested mail action aborted: exceeded storage allocation", "mailbox-full")]
    [InlineData("450 4.7.1 : Recipient address rejected: Policy Rejection- Quota Exceeded", "quota-exceeded")]
    [InlineData("551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio", "spam-detected")]
    [InlineData("550 5.1.1 Protocol error", "protocol-error")]
    [InlineData("550 5.3.2 Service currently unavailable", "client-blocked")]
    [InlineData("451 4.7.1 Service unavailable - try again later;", "system-error")]
    [InlineData("550 5.1.1 <a@b.example> has sent to too many recipients this hour", "rate-limited")]
    [InlineData("550 5.4.1 Recipient address rejected: Access denied", "mailbox-unknown")]
    [InlineData(
        "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints", "reputation-bad")]
    [InlineData("451 4.4.0 DNS lookup of nowhere.example responded with NXDOMAIN", "domain-not-found")]
    [InlineData("550", "unknown")]
    [InlineData("554 5.0.0 gnarf", "unknown")]
    [InlineData("gnarf", "unknown")]
    public void The_text_outranks_the_status_and_that_the_code(string text, string reason) =>
        Assert.Equal(reason, ReplyDatabase.BuiltIn.Explain(text).Reason?.Word);

    [Fact]
    public void A_hint_decides_where_the_text_says_nothing()
    {
        var read = ReplyDatabase.BuiltIn.Explain("gnarf", new ExplainHints { Code = 550, Status = "5.2.2" });
        Assert.Equal(Reason.MailboxFull, read.Reason);
        Assert.Equal(Basis.Status, read.Basis);
    }

    [Fact]
    public void The_host_that_spoke_decides_between_providers_with_the_same_words()
    {
        const string text = "451 4.7.1 Sorry, the service is currently unavailable.";
        Assert.Equal(Reason.Greylisted, ReplyDatabase.BuiltIn.Explain(text, new ExplainHints { RemoteHost = "mx.yandex.ru" }).Reason);
        Assert.NotEqual(Reason.Greylisted, ReplyDatabase.BuiltIn.Explain(text, new ExplainHints { RemoteHost = "mx.notyandex.ru" }).Reason);
    }

    [Fact]
    public void Words_inside_addresses_and_host_names_are_no_cause()
    {
        Assert.Equal(
            Reason.Unknown, ReplyDatabase.BuiltIn.Explain("554 gnarf <spam@virus.blocked.example> greylist.attachment.example").Reason);
        Assert.Equal(Reason.Unknown, ReplyDatabase.BuiltIn.Explain("554 see https://example.net/virus/quota").Reason);
    }

    [Fact]
    public void Whatever_is_thrown_at_it_ends_and_quotes_only_what_was_there()
    {
        var random = new Random(20260101);
        string[] bricks =
            ["550", " ", "-", "5.1.1", "<", ">", "user unknown", "mailbox", "is full", "\r\n", "\0", "\ud800", "é", "заблокирован",
                "存在しません", "{}", "%", "421-4.7.0 ", "blocked using", ":", "said", "(", "#", "A"];
        for (int i = 0; i < 3000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => bricks[random.Next(bricks.Length)]));
            var read = ReplyReading.Read(text, isProse: false);
            if (read.Code is { } code)
                Assert.Contains(code.ToString(System.Globalization.CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
            if (read.Status is { } status)
                Assert.Contains(status.ToString(), text, StringComparison.Ordinal);
            var match = ReplyDatabase.BuiltIn.Match(text, 550);
            Assert.InRange(match.Start + match.Length, 0, text.Length);
        }

        foreach (
            string endless in (string[])[new string('u', 5_000_000), string.Concat(Enumerable.Repeat("user unknow ", 400_000)),
                string.Concat(Enumerable.Repeat("550-5.1.1 ", 400_000)), string.Concat(Enumerable.Repeat("blocked using {} [", 100_000))])
            Assert.NotNull(ReplyDatabase.BuiltIn.Explain(endless).Entry);
    }

    [Fact]
    public void Matching_costs_no_memory()
    {
        const string line = "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in virtual mailbox table";
        ReplyDatabase.BuiltIn.Match(line);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            ReplyDatabase.BuiltIn.Match(line, 550, null, "mx.example.org");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
