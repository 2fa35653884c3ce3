using System.Net;
using Gatepost.Dns;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Spf;
using Gatepost.Replies;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>What the suites beside the repository do not ask: which step says why, and what hostile records cost.</summary>
public sealed class SpfTests
{
    [Fact]
    public async Task The_steps_lead_through_includes_to_the_term_that_matched()
    {
        var result = await CheckAsync("""
            a.example TXT v=spf1 include:b.example -all
            b.example TXT v=spf1 redirect=c.example
            c.example TXT v=spf1 ip4:192.0.2.0/24 ~all
            """, "192.0.2.7", "ann@a.example");

        Assert.Equal((AuthResult.Pass, "ip4:192.0.2.0/24"), (result.Result, result.Mechanism));
        Assert.Equal(["include:b.example", "redirect=c.example"], result.Through);
        Assert.Equal(2, result.Lookups);
        Assert.Equal(
            ["spf-of-mail-from", "spf-record", "spf-lookup", "spf-record", "spf-lookup", "spf-record", "spf-matched", "spf-include-passed"],
            result.Steps.Select(step => step.Id));
    }

    [Fact]
    public async Task The_eleventh_look_up_is_named()
    {
        string zone = string.Join('\n', Enumerable.Range(0, 12).Select(i => $"i{i}.example TXT v=spf1 include:i{i + 1}.example ~all"));
        var result = await CheckAsync(zone, "192.0.2.7", "ann@i0.example");

        Assert.Equal(AuthResult.PermError, result.Result);
        Assert.Equal(OurEvidence.SpfTooManyLookups.Say("include:i11.example", "i10.example", 10), result.Steps[^1]);
    }

    [Fact]
    public async Task The_third_void_look_up_is_named()
    {
        var result = await CheckAsync(
            "a.example TXT v=spf1 a:x.a.example mx:y.a.example exists:z.a.example -all", "192.0.2.7", "ann@a.example");

        Assert.Equal((AuthResult.PermError, 2), (result.Result, result.Voids));
        Assert.Equal(OurEvidence.SpfTooManyVoids.Say("exists:z.a.example", "z.a.example", 2), result.Steps[^1]);
    }

    [Theory]
    [InlineData("v=spf1 a:192.0.2.1 -all", "192.0.2.1 is an address, not a name; write ip4:192.0.2.1 or ip6:192.0.2.1")]
    [InlineData("v=spf1 ip4:192.0.2.1/33 -all", "/33 is no prefix length from 0 to 32")]
    [InlineData("v=spf1 ipv4:192.0.2.1 -all", "\"ipv4\" is no mechanism of SPF")]
    [InlineData("v=spf1 exists:%{z}.example.org", "\"z\" is no macro")]
    [InlineData("v=spf1 exists:%{d0}.example.org", "the macro \"d0\" has a wrong number or separator")]
    [InlineData("v=spf1 exists:%{d.example.org", "the brace of a macro is not closed")]
    public async Task A_wrong_term_is_quoted_with_what_is_wrong(string record, string why)
    {
        var result = await CheckAsync("a.example TXT " + record, "192.0.2.7", "ann@a.example");

        Assert.Equal(AuthResult.PermError, result.Result);
        Assert.EndsWith(": " + why, result.Steps[^1].ToString());
    }

    [Fact]
    public async Task Silence_is_temperror_and_says_which_question_had_no_answer()
    {
        var record = await CheckAsync("a.example SERVFAIL", "192.0.2.7", "ann@a.example");
        var term = await CheckAsync(
            "a.example TXT v=spf1 mx -all\na.example MX m.example\nm.example TIMEOUT", "192.0.2.7", "ann@a.example");

        Assert.Equal((AuthResult.TempError, AuthResult.TempError), (record.Result, term.Result));
        Assert.Equal(OurEvidence.SpfRecordUnanswered.Say("a.example", OurEvidence.DnsServerSaid.Say("SERVFAIL")), record.Steps[^1]);
        Assert.Equal(OurEvidence.SpfTermUnanswered.Say("mx", "m.example", OurEvidence.DnsTimedOut.Say()), term.Steps[^1]);
    }

    [Fact]
    public async Task Names_beyond_ASCII_are_asked_for_in_A_labels_and_local_parts_beyond_ASCII_match_nothing()
    {
        var result = await CheckAsync(
            "xn--bcher-kva.example TXT v=spf1 exists:%{l}.x.example ip4:192.0.2.7 -all", "192.0.2.7", "юля@bücher.example");

        Assert.Equal((AuthResult.Pass, "xn--bcher-kva.example"), (result.Result, result.Domain));
        Assert.Contains(OurEvidence.SpfLocalPartNotAscii.Say("exists:%{l}.x.example"), result.Steps);
    }

    [Fact]
    public async Task A_record_of_60_KB_of_includes_ends_at_the_eleventh_and_a_longer_one_is_not_read()
    {
        var zone = new ZoneFile();
        for (int i = 0; i < 11; i++)
            zone.Add($"i{i}.ex TXT v=spf1 ?all");
        zone.Add("a.example TXT v=spf1 " + string.Join(' ', Enumerable.Range(0, 4_000).Select(i => $"include:i{i % 11}.ex")));
        zone.Add("b.example TXT v=spf1 " + string.Join(' ', Enumerable.Range(0, 10_000).Select(i => $"include:i{i % 11}.ex")));
        var result = await CheckAsync(zone, "192.0.2.7", "ann@a.example");
        var longer = await CheckAsync(zone, "192.0.2.7", "ann@b.example");

        Assert.Equal((AuthResult.PermError, 10), (result.Result, result.Lookups));
        Assert.Equal((AuthResult.PermError, OurEvidence.SpfRecordTooLong.Say("b.example")), (longer.Result, longer.Steps[^1]));
        Assert.InRange(zone.Questions, 1, 13);
    }

    [Fact]
    public async Task Macros_that_would_make_megabytes_make_a_name_of_253_octets_and_a_short_text()
    {
        var zone = new ZoneFile();
        zone.Add($"a.example TXT v=spf1 exists:{string.Concat(Enumerable.Repeat("%{s}.", 10_000))}example -all exp=e.example");
        zone.Add($"e.example TXT {string.Concat(Enumerable.Repeat("%{S}", 10_000))}");
        var result = await CheckAsync(zone, "192.0.2.7", new string('l', 300) + "@a.example");

        Assert.Equal(AuthResult.Fail, result.Result);
        Assert.Equal(2_000, result.Explanation!.Length);
        Assert.All(result.Steps, step => Assert.InRange(step.ToRecord().Length, 1, 2_000));
    }

    [Fact]
    public async Task The_whole_check_ends_after_twenty_seconds()
    {
        var time = new FakeTimeProvider();
        var checking = new SpfVerifier(new SilentDns(), time)
            .CheckAsync(new SpfQuestion { Client = IPAddress.Loopback, Helo = "x.example", Sender = "ann@a.example" },
                TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(21));
        var result = await checking;

        Assert.Equal(AuthResult.TempError, result.Result);
        Assert.Equal(OurEvidence.SpfOutOfTime.Say(TimeSpan.FromSeconds(20)), result.Steps[^1]);
    }

    [FsCheck.Xunit.Property(MaxTest = 400)]
    public async Task No_record_sender_or_greeting_breaks_the_check(
        FsCheck.NonNull<string> record, FsCheck.NonNull<string> sender, FsCheck.NonNull<string> helo)
    {
        string[] pieces =
            ["include:", "a:", "mx/", "//", "%{", "}", "%", "exp=", "redirect=", "ip4:", "ip6:::", " ", "-", "1r+", "l", "a.example", "all",
                "."];
        string made = string.Concat(record.Get.Select(c => c % 3 == 0 ? c.ToString() : pieces[c % pieces.Length]));
        var dns = new OneText("v=spf1 " + made);
        var result = await new SpfVerifier(dns, TimeProvider.System).CheckAsync(
            new SpfQuestion { Client = IPAddress.Parse("2001:db8::1"), Helo = helo.Get, Sender = sender.Get + "@a.example" },
                CancellationToken.None);

        Assert.NotEmpty(result.Steps);
        Assert.InRange(dns.Questions, 0, 200);
    }

    private static Task<SpfResult> CheckAsync(string zone, string client, string sender) =>
        CheckAsync(ZoneFile.Parse(zone), client, sender);

    private static Task<SpfResult> CheckAsync(IResolver zone, string client, string sender) => new SpfVerifier(zone, TimeProvider.System)
        .CheckAsync(new SpfQuestion { Client = IPAddress.Parse(client), Helo = "mx.example", Sender = sender },
            TestContext.Current.CancellationToken);

    private sealed class SilentDns : IResolver
    {
        public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) => WaitAsync<MxRecord>(cancel);

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) => WaitAsync<IPAddress>(cancel);

        public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) => WaitAsync<string>(cancel);

        public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) => WaitAsync<string>(cancel);

        private static async ValueTask<DnsAnswer<T>> WaitAsync<T>(CancellationToken cancel)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancel);
            throw new InvalidOperationException("not reached");
        }
    }

    /// <summary>The same record at every name, and nothing else.</summary>
    private sealed class OneText(string text) : IResolver
    {
        public int Questions { get; private set; }

        public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) => None<MxRecord>();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) => None<IPAddress>();

        public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel)
        {
            Questions++;
            return new(new DnsAnswer<string>(DnsOutcome.Found, [text]));
        }

        public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) => None<string>();

        private ValueTask<DnsAnswer<T>> None<T>()
        {
            Questions++;
            return new(new DnsAnswer<T>(DnsOutcome.NoRecords, []));
        }
    }
}
