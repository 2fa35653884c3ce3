using System.Net;
using Gatepost.Dns;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Reputation;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class DnsblTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.7");

    private readonly FakeTimeProvider time = new(TestDirectory.Start);
    private readonly ZoneFile zone = ZoneFile.Parse("");
    private readonly Alarms alarms;
    private readonly Dnsbl list;

    public DnsblTests()
    {
        alarms = new Alarms(null, time);
        list = new Dnsbl(new DnsblOptions { Zone = "bl.example" }, zone, time, alarms);
    }

    [Theory]
    [InlineData("192.0.2.7", "7.2.0.192.bl.example")]
    [InlineData("::ffff:192.0.2.7", "7.2.0.192.bl.example")]
    [InlineData("2001:db8::a1", "1.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example")]
    public void Addresses_are_asked_backwards(string client, string question) =>
        Assert.Equal(question, Dnsbl.Question(IPAddress.Parse(client), "bl.example"));

    [Fact]
    public async Task Three_silences_running_set_the_list_aside_with_one_alarm_and_it_comes_back_by_itself()
    {
        zone.Add("7.2.0.192.bl.example TIMEOUT");
        for (int i = 0; i < 5; i++)
            Assert.Equal(ListingOutcome.Unknown, (await AskAsync()).Outcome);
        Assert.Equal("dnsbl:bl.example", Assert.Single(alarms.On).Key);

        int asked = zone.Questions;
        Assert.Equal("the list is set aside", (await AskAsync()).Answer.ToString());
        Assert.Equal(asked, zone.Questions);

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(ListingOutcome.NotListed, (await list.AskAsync(IPAddress.Parse("192.0.2.8"), Cancel)).Outcome);
        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task A_silence_now_and_then_is_forgiven()
    {
        zone.Add("7.2.0.192.bl.example TIMEOUT");
        for (int i = 0; i < 10; i++)
        {
            await AskAsync();
            await AskAsync();
            await list.AskAsync(IPAddress.Parse("192.0.2.8"), Cancel);
        }

        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task A_list_that_lists_everybody_refuses_no_one()
    {
        zone.Add("7.2.0.192.bl.example A 127.0.0.2");
        zone.Add("1.0.0.127.bl.example A 127.0.0.2");

        Assert.Equal(ListingOutcome.Unknown, (await AskAsync()).Outcome);
        Assert.Contains("127.0.0.1", Assert.Single(alarms.On).Text.ToString());
    }

    [Fact]
    public async Task An_error_answer_is_named_and_is_no_listing()
    {
        zone.Add("7.2.0.192.bl.example A 127.255.255.254");

        Assert.Equal(ListingOutcome.Unknown, (await AskAsync()).Outcome);
        Assert.Contains("public resolver", Assert.Single(alarms.On).Text.ToString());
    }

    [Fact]
    public async Task That_the_list_can_be_believed_is_asked_once_a_minute()
    {
        zone.Add("7.2.0.192.bl.example A 127.0.0.2");
        await AskAsync();
        int first = zone.Questions;
        await AskAsync();
        int second = zone.Questions - first;
        time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync();

        Assert.True(second < first);
        Assert.Equal(first, zone.Questions - first - second);
    }

    /// <summary>
    /// The ways in which a list goes wrong, each mended five minutes later: nobody is refused meanwhile, the admin is told once, and nobody
    /// has to bring it back.
    /// </summary>
    [Theory]
    [InlineData("* A 127.255.255.254", "127.255.255.254")]
    [InlineData("7.2.0.192 A 127.0.0.2\n1.0.0.127 A 127.0.0.2", "127.0.0.1")]
    [InlineData("* A 127.0.0.2", "127.0.0.1")]
    [InlineData("* TIMEOUT", "did not answer")]
    [InlineData("* SERVFAIL", "did not answer")]
    public async Task Whatever_is_wrong_with_a_list_it_is_set_aside_and_comes_back_by_itself(string broken, string told)
    {
        var journal = new Events();
        var watched = new Alarms(journal, time);
        var answers = new Wildcard(broken);
        var doubted = new Dnsbl(new DnsblOptions { Zone = "bl.example" }, answers, time, watched);
        for (int i = 0; i < 20; i++)
            Assert.Equal(ListingOutcome.Unknown, (await doubted.AskAsync(Client, Cancel)).Outcome);
        Assert.Contains(told, Assert.Single(watched.On).Text.ToString());
        Assert.Single(journal.Details);

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(ListingOutcome.Unknown, (await doubted.AskAsync(Client, Cancel)).Outcome);
        Assert.Single(watched.On);

        time.Advance(TimeSpan.FromMinutes(5));
        answers.Text = "7.2.0.192 A 127.0.0.2";
        Assert.Equal(ListingOutcome.Listed, (await doubted.AskAsync(Client, Cancel)).Outcome);
        Assert.Empty(watched.On);
        Assert.EndsWith("is over, on since 2026-03-01 12:00:00Z", journal.Details[^1]);
        Assert.Equal(2, journal.Details.Count);
    }

    [Fact]
    public async Task A_list_that_begins_to_list_everybody_harms_for_no_longer_than_a_minute()
    {
        var answers = new Wildcard("7.2.0.192 A 127.0.0.2");
        var doubted = new Dnsbl(new DnsblOptions { Zone = "bl.example" }, answers, time, alarms);
        Assert.Equal(ListingOutcome.Listed, (await doubted.AskAsync(Client, Cancel)).Outcome);

        answers.Text = "* A 127.0.0.2";
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ListingOutcome.Unknown, (await doubted.AskAsync(IPAddress.Parse("192.0.2.99"), Cancel)).Outcome);
    }

    private sealed class Events : Gatepost.Smtp.IJournal
    {
        public List<string> Details { get; } = [];

        public void Record(Gatepost.Smtp.JournalEvent happened) => Details.Add(happened.Detail!.ToString());
    }

    /// <summary>A list whose answers may change: <c>* ...</c> holds for every name below it.</summary>
    private sealed class Wildcard(string text) : IResolver
    {
        public string Text { get; set; } = text;

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) =>
            Zone(host).AddressesAsync(host, cancel);

        public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) => Zone(domain).MxAsync(domain, cancel);

        public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) => Zone(name).TxtAsync(name, cancel);

        public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) =>
            Zone("").ReverseAsync(address, cancel);

        private ZoneFile Zone(string name) =>
            ZoneFile.Parse(
                string.Join(
                    '\n', Text.Split('\n').Select(line => line.StartsWith('*') ? name + line[1..]
                        : line.Replace(" ", ".bl.example ", StringComparison.Ordinal)
                        .Replace("A.bl.example", "A", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task The_text_of_a_list_is_kept_short()
    {
        zone.Add("7.2.0.192.bl.example A 127.0.0.2");
        zone.Add("7.2.0.192.bl.example TXT " + new string('x', 250));

        Assert.Equal(200, (await AskAsync()).Text!.Length);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ValueTask<Listing> AskAsync() => list.AskAsync(Client, Cancel);
}
