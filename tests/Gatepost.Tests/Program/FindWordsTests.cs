using Gatepost.Explain;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>What is pasted becomes searches, the most exact first; what is written stays words.</summary>
public sealed class FindWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private static readonly FindWords Words = new(new Explainer(ReplyDatabase.BuiltIn), ReplyDatabase.BuiltIn, Now, TimeZoneInfo.Utc);

    [Theory]
    [InlineData("ann@host.example yesterday", "ann@host.example")]
    [InlineData("550 5.1.1 @host.example", "550 5.1.1 @host.example")]
    [InlineData("mailer daemon", "mailer daemon")]
    [InlineData("mailbox-full greylisted", "mailbox-full greylisted")]
    public void Words_stay_words(string written, string expected)
    {
        var search = Assert.Single(Read(written));
        Assert.Equal(expected, Told(search));
    }

    [Theory]
    [InlineData(
        "550 5.1.1 <nobody@demo.test>: Recipient address rejected: User unknown in virtual alias table",
        "nobody@demo.test mailbox-unknown", "nobody@demo.test")]
    [InlineData(
        "host mx.demo.test[192.0.2.1] said: 554 5.7.1 <bob@else.test>: Relay access denied [G-K9CA737S] (in reply to RCPT TO command)",
        "G-K9CA737S", "bob@else.test relay-denied", "192.0.2.1")]
    [InlineData("250 2.0.0 Ok: queued as 35GPRH7VHV7N", "35GPRH7VHV7N")]
    public void A_pasted_reply_becomes_what_it_names(string pasted, params string[] expected)
    {
        var searches = Read(pasted).Select(Told).ToList();
        Assert.Equal(expected[0], searches[0]);
        Assert.All(expected, one => Assert.Contains(one, searches));
    }

    [Fact]
    public void A_log_line_says_when()
    {
        const string Line =
            "Nov 26 14:03:07 mail postfix/smtp[123]: 4AB12C: to=<bob@demo.test>, relay=mx.demo.test[192.0.2.1]:25, delay=1, "
            + "dsn=5.1.1, status=bounced (host mx.demo.test[192.0.2.1] said: 550 5.1.1 <bob@demo.test>: User unknown (in reply to RCPT "
                + "TO command))";
        var best = Read(Line)[0];
        Assert.Equal("bob@demo.test mailbox-unknown", Told(best));
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 13, 48, 7, TimeSpan.Zero), best.Since);
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 14, 18, 7, TimeSpan.Zero), best.Until);
    }

    [Fact]
    public void Nothing_is_asked_for_with_no_words()
    {
        var (_, problems) = Words.OfText(" ", "");
        Assert.NotEmpty(problems);
    }

    private static IReadOnlyList<SearchQuery> Read(string text)
    {
        var (searches, problems) = Words.OfText(text, "");
        Assert.Empty(problems);
        return searches;
    }

    private static string Told(SearchQuery query) => string.Join(' ', query.Words.Select(word => word.Written));
}
