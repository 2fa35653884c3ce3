using System.Net;
using Gatepost.Dns;
using Xunit;

namespace Gatepost.Tests.Dns;

public sealed class ZoneFileTests
{
    private readonly ZoneFile zone = ZoneFile.Parse("""
        ; comment
        zone partner.example MX mx.partner.example
        partner.example. 60 IN MX 5 Backup.Partner.Example.
        mx.partner.example A 192.0.2.1
        mx.partner.example AAAA 2001:db8::1
        alias.example CNAME mx.partner.example
        loop.example CNAME loop.example
        null.example MX 0 .
        gone.example NXDOMAIN
        slow.example TIMEOUT
        half.example A 192.0.2.2
        half.example SERVFAIL AAAA
        dark.example SERVFAIL
        text.example TXT "v=spf1 " "-all"
        192.0.2.1 PTR mx.partner.example
        пример.example MX 1 mx.partner.example
        """);

    [Fact]
    public async Task Records_of_a_name_are_found_whatever_its_spelling()
    {
        var mx = await zone.MxAsync("PARTNER.example.", default);
        Assert.Equal(DnsOutcome.Found, mx.Outcome);
        Assert.Equal([new MxRecord(10, "mx.partner.example"), new MxRecord(5, "backup.partner.example")], mx.Records);
        Assert.Equal(TimeSpan.FromSeconds(60), mx.Ttl);
        Assert.Equal([new MxRecord(0, "")], (await zone.MxAsync("null.example", default)).Records);
        Assert.Equal(DnsOutcome.Found, (await zone.MxAsync("xn--e1afmkfd.example", default)).Outcome);
        Assert.Equal(["v=spf1 -all"], (await zone.TxtAsync("text.example", default)).Records);
        Assert.Equal(["mx.partner.example"], (await zone.ReverseAsync(IPAddress.Parse("::ffff:192.0.2.1"), default)).Records);
    }

    [Fact]
    public async Task Addresses_come_four_before_six_and_through_aliases() =>
        Assert.Equal(
            [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")], (await zone.AddressesAsync("alias.example", default)).Records);

    [Theory]
    [InlineData("gone.example", DnsOutcome.NoSuchName)]
    [InlineData("never.mentioned", DnsOutcome.NoSuchName)]
    [InlineData("mx.partner.example", DnsOutcome.NoRecords)]
    [InlineData("example", DnsOutcome.NoRecords)]
    [InlineData("slow.example", DnsOutcome.Unanswered)]
    [InlineData("dark.example", DnsOutcome.Unanswered)]
    [InlineData("loop.example", DnsOutcome.Unanswered)]
    [InlineData("a..b", DnsOutcome.NoSuchName)]
    public async Task No_such_name_no_records_and_no_answer_are_three_things(string name, DnsOutcome outcome) =>
        Assert.Equal(outcome, (await zone.MxAsync(name, default)).Outcome);

    [Fact]
    public async Task A_silence_about_one_family_does_not_hide_the_other() =>
        Assert.Equal([IPAddress.Parse("192.0.2.2")], (await zone.AddressesAsync("half.example", default)).Records);

    [Theory]
    [InlineData("x.example A 2001:db8::1")]
    [InlineData("x.example MX ten mx.example")]
    [InlineData("x.example WHAT y")]
    [InlineData("x.example")]
    public void A_line_that_is_no_record_is_named(string line) =>
        Assert.Contains("zone line 2", Assert.Throws<FormatException>(() => ZoneFile.Parse("a.example NXDOMAIN\n" + line)).Message);

    [Fact]
    public async Task A_cancelled_question_is_no_answer() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await zone.MxAsync("partner.example", new CancellationToken(canceled: true)));
}
