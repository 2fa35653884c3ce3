using System.Globalization;
using Gatepost.Smtp.Search;
using Xunit;

namespace Gatepost.Tests.Search;

public sealed class SearchWordsTests
{
    /// <summary>Friday noon in Berlin.</summary>
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 11, 0, 0, TimeSpan.Zero);

    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly SearchWords Words = new(
        new SearchNames(["greylisted", "sender-domain-not-found"], ["sender-domain-not-found", "user-unknown"], ["mailbox-full"]));

    [Theory]
    [InlineData("ann@host.example", "Address=ann@host.example Login=ann@host.example MessageId=ann@host.example")]
    [InlineData("<a.1@host.example>", "Address=a.1@host.example Login=a.1@host.example MessageId=a.1@host.example")]
    [InlineData("@host.example", "Domain=host.example")]
    [InlineData("host.example", "Host=host.example Domain=host.example")]
    [InlineData("пример.рф", "Host=пример.рф Domain=пример.рф")]
    [InlineData("192.0.2.7", "Ip=192.0.2.7")]
    [InlineData("[192.0.2.7]", "Ip=192.0.2.7")]
    [InlineData("2001:DB8::1", "Ip=2001:db8::1")]
    [InlineData("::ffff:192.0.2.7", "Ip=192.0.2.7")]
    [InlineData("192.0.2.7/23", "Network=192.0.2.0/23")]
    [InlineData("2001:db8:1:2:3::/48", "Network=2001:db8:1::/48")]
    [InlineData("3C9X0A1B2D4E", "Id=3C9X0A1B2D4E")]
    [InlineData("G-J39PFDYT", "Id=G-J39PFDYT")]
    [InlineData("[G-J39PFDYT]", "Id=G-J39PFDYT")]
    [InlineData("S-01KB2C3D4E5F6G", "Id=S-01KB2C3D4E5F6G")]
    [InlineData("transmission", "Text=transmission")]
    [InlineData("550", "Code=550")]
    [InlineData("5.1.1", "Status=5.1.1")]
    [InlineData("#5.1.1", "Status=5.1.1")]
    [InlineData("greylisted", "Rule=greylisted")]
    [InlineData("Sender-Domain-Not-Found", "Rule=Sender-Domain-Not-Found Entry=Sender-Domain-Not-Found")]
    [InlineData("mailbox-full", "Reason=mailbox-full")]
    [InlineData("rule:greylisted", "Rule=greylisted")]
    [InlineData("login:ann", "Login=ann")]
    [InlineData("host:mx.partner.example", "Host=mx.partner.example")]
    [InlineData("outcome:bounced", "Outcome=bounced")]
    [InlineData("text:\"no such user\"", "Text=no such user")]
    [InlineData("\"no such user\"", "Text=no such user")]
    [InlineData("mailer", "Text=mailer")]
    public void A_word_is_known_by_its_shape(string word, string expected)
    {
        var read = Words.Read(word, Now, Berlin);
        Assert.Empty(read.Problems);
        var found = Assert.Single(read.Query.Words);
        Assert.Equal(expected, string.Join(' ', found.Keys.Select(key => $"{key.Kind}={key.Value}")));
        Assert.Null(read.Query.Since);
    }

    [Theory]
    [InlineData("9999-12-31")]
    [InlineData("0001-01-01..0001-01-02")]
    [InlineData("9999-12-31T23:59")]
    public void A_day_no_mail_can_be_of_is_no_time(string word) => Assert.Null(Words.Read(word, Now, Berlin).Query.Since);

    [Theory]
    [InlineData("from:ann@host.example", SearchKind.Address, SearchSide.Sender)]
    [InlineData("кому:<ann@host.example>", SearchKind.Address, SearchSide.Recipient)]
    [InlineData("to:@host.example", SearchKind.Domain, SearchSide.Recipient)]
    [InlineData("from:host.example", SearchKind.Domain, SearchSide.Sender)]
    public void A_side_can_be_named(string word, SearchKind kind, SearchSide side)
    {
        var key = Assert.Single(Assert.Single(Words.Read(word, Now, Berlin).Query.Words).Keys);
        Assert.Equal((kind, side), (key.Kind, key.Side));
    }

    [Theory]
    [InlineData("today", "2026-11-26T23:00", "2026-11-27T23:00")]
    [InlineData("вчера", "2026-11-25T23:00", "2026-11-26T23:00")]
    [InlineData("yesterday 14:00..15:00", "2026-11-26T13:00", "2026-11-26T14:00")]
    [InlineData("yesterday 23:00..01:00", "2026-11-26T22:00", "2026-11-27T00:00")]
    [InlineData("yesterday 14:00", "2026-11-26T12:45", "2026-11-26T13:15")]
    [InlineData("10:30", "2026-11-27T09:15", "2026-11-27T09:45")]
    [InlineData("2026-11-20", "2026-11-19T23:00", "2026-11-20T23:00")]
    [InlineData("20.11.2026", "2026-11-19T23:00", "2026-11-20T23:00")]
    [InlineData("2026-11-20..2026-11-21", "2026-11-19T23:00", "2026-11-21T23:00")]
    [InlineData("2026-11-20T14:00..2026-11-20T15:30", "2026-11-20T13:00", "2026-11-20T14:30")]
    [InlineData("2026-11-20T14:00Z", "2026-11-20T13:45", "2026-11-20T14:15")]
    [InlineData("since 2026-11-20", "2026-11-19T23:00", null)]
    [InlineData("since yesterday 8:00 until today", "2026-11-26T07:00", "2026-11-26T23:00")]
    [InlineData("с вчера до 09:00", "2026-11-25T23:00", "2026-11-27T08:00")]
    [InlineData("-2h", "2026-11-27T09:00", null)]
    [InlineData("-3д", "2026-11-24T11:00", null)]
    [InlineData("14:00..", "2026-11-27T13:00", null)]
    [InlineData("2026-03-29T02:30..2026-03-29T04:00", "2026-03-29T01:30", "2026-03-29T02:00")]
    public void A_time_is_read_in_the_zone_of_the_reader(string words, string? since, string? until)
    {
        var read = Words.Read(words, Now, Berlin);
        Assert.Empty(read.Problems);
        Assert.Empty(read.Query.Words);
        Assert.Equal((Utc(since), Utc(until)), (read.Query.Since, read.Query.Until));
    }

    [Fact]
    public void Words_and_times_are_in_any_order()
    {
        var read = Words.Read("ann@host.example yesterday 14:00..15:00 550, mailbox-full", Now, Berlin);
        Assert.Equal(["ann@host.example", "550,", "mailbox-full"], read.Query.Words.Select(word => word.Written));
        Assert.Equal(Utc("2026-11-26T13:00"), read.Query.Since);
    }

    [Theory]
    [InlineData("outcome:lost", "there is no outcome \"lost\"")]
    [InlineData("outcome:3", "there is no outcome \"3\"")]
    [InlineData("code:55", "\"55\" is no reply code")]
    [InlineData("rule:", "rule: has nothing behind it")]
    [InlineData("ab", "\"ab\" is too short")]
    [InlineData("a\u001b\u202e", "\"a??\" is not")]
    [InlineData("since 15:00 until 14:00", "the time ends before it begins")]
    public void What_cannot_be_read_is_named_harmlessly(string words, string problem)
    {
        string said = string.Join("; ", Words.Read(words, Now, Berlin).Problems);
        Assert.DoesNotContain(said, letter => char.IsControl(letter) || letter == '\u202e');
        if (!problem.EndsWith("is not", StringComparison.Ordinal))
            Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void However_long_a_query_is_it_is_bounded()
    {
        var read = Words.Read(string.Join(' ', Enumerable.Repeat("word", 10_000)) + " " + new string('x', 100_000), Now, Berlin);
        Assert.True(read.Query.Words.Count <= 24);
        Assert.NotEmpty(read.Problems);
    }

    private static DateTimeOffset? Utc(string? text) =>
        text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
