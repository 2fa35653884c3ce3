using System.Net;
using Gatepost.Policy;
using Gatepost.Replies;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class HelloTests
{
    [Theory]
    [InlineData("localhost", "550 5.7.1 <localhost>: Helo command rejected: You aren't localhost [G-")]
    [InlineData("LocalHost.", "550 5.7.1 <LocalHost.>: Helo command rejected: You aren't localhost [G-")]
    [InlineData("LocalHost.LocalDomain", "550 5.7.1 <LocalHost.LocalDomain>: Helo command rejected: You aren't localhost.localdomain. [G-")]
    [InlineData("mx.host.example", "550 5.7.1 <mx.host.example>: Helo command rejected: You are not me [G-")]
    [InlineData("MX.host.example.", "550 5.7.1 <MX.host.example.>: Helo command rejected: You are not me [G-")]
    [InlineData("198.51.100.1", "550 5.7.1 <198.51.100.1>: Helo command rejected: You are not me [G-")]
    [InlineData("[198.51.100.1]", "550 5.7.1 <[198.51.100.1]>: Helo command rejected: You are not me [G-")]
    [InlineData("[IPv6:2001:db8::25]", "550 5.7.1 <[IPv6:2001:db8::25]>: Helo command rejected: You are not me [G-")]
    [InlineData("[IPv6:::ffff:198.51.100.1]", "550 5.7.1 <[IPv6:::ffff:198.51.100.1]>: Helo command rejected: You are not me [G-")]
    [InlineData("also-me.example", "550 5.7.1 <also-me.example>: Helo command rejected: You are not me [G-")]
    public async Task A_name_that_is_plainly_false_is_refused(string helo, string reply)
    {
        var verdict = await GreetAsync(helo, Options);

        Assert.StartsWith(reply, verdict.Reply!.ToString());
    }

    [Theory]
    [InlineData("mx.partner.example")]
    [InlineData("localhost.partner.example")]
    [InlineData("mx.host.example.partner.example")]
    [InlineData("host.example")]
    [InlineData("[192.0.2.7]")]
    [InlineData("printer")]
    [InlineData("a b")]
    public async Task Any_other_name_passes_while_nothing_else_is_configured(string helo) =>
        Assert.True((await GreetAsync(helo, Options)).Passes);

    [Fact]
    public async Task A_hosted_domain_is_our_name_only_where_configured() =>
        Assert.Equal("hello-is-our-name", (await GreetAsync("HOST.example", Options with { HostedDomainsAreOurNames = true })).Rule);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("2001:db8::25")]
    public async Task One_of_ourselves_may_say_our_name(string client)
    {
        var visit = new RuleSession(TestDirectory.Book(options: Options), client);
        await visit.HelloAsync("mx.host.example");

        Assert.True((await visit.RcptAsync("ann@host.example")).Passes);
    }

    [Fact]
    public async Task Who_logged_in_may_be_called_anything()
    {
        var visit = new RuleSession(TestDirectory.Book(options: Options), role: ListenerRole.Submission, user: "ann@host.example");
        await visit.HelloAsync("localhost");

        Assert.True((await visit.RcptAsync("bob@host.example")).Passes);
    }

    [Theory]
    [InlineData("printer", "504 5.5.2 <printer>: Helo command rejected: need fully-qualified hostname")]
    [InlineData("a b", "501 5.5.2 <a b>: Helo command rejected: Invalid name")]
    [InlineData("-x-.example", "501 5.5.2 <-x-.example>: Helo command rejected: Invalid name")]
    [InlineData("{client}", "501 5.5.2 <{client}>: Helo command rejected: Invalid name")]
    [InlineData("a\u001b[31m.example", "501 5.5.2 <a?[31m.example>: Helo command rejected: Invalid name")]
    public async Task Names_no_host_can_have_are_refused_where_configured(string helo, string reply)
    {
        var verdict = await GreetAsync(helo, With("hello-malformed"));

        Assert.StartsWith(reply, verdict.Reply!.ToString());
    }

    [Theory]
    [InlineData("mx.partner.example")]
    [InlineData("[192.0.2.7]")]
    [InlineData("почта.example")]
    public async Task Names_a_host_can_have_pass(string helo) =>
        Assert.True((await GreetAsync(helo, With("hello-malformed"))).Passes);

    [Fact]
    public async Task A_name_of_a_thousand_letters_is_refused_within_the_line()
    {
        var verdict = await GreetAsync(new string('x', 1000), With("hello-malformed"));

        Assert.True(verdict.Reply!.Wire.Length <= Reply.MaxLine);
    }

    [Theory]
    [InlineData(ReplyStyle.Classic, "550 5.1.1 Protocol error")]
    [InlineData(ReplyStyle.Modern, "550 5.5.1 Protocol error: EHLO is required here")]
    public async Task Helo_alone_is_not_enough_where_ehlo_is_required(ReplyStyle style, string reply)
    {
        var visit = new RuleSession(TestDirectory.Book(options: With("ehlo-required") with { Replies = style }));
        await visit.ConnectAsync();
        await visit.HelloAsync("mx.partner.example", esmtp: false);
        Assert.StartsWith(reply, (await visit.RcptAsync("ann@host.example")).Reply!.ToString());

        await visit.HelloAsync("mx.partner.example", esmtp: true);
        Assert.True((await visit.RcptAsync("ann@host.example")).Passes);
    }

    private static PolicyOptions Options { get; } = new()
    {
        OwnNames = ["also-me.example"],
        OwnAddresses = [IPAddress.Parse("2001:db8::25")],
        // The tests greet from an address without DNS.
        Rules = new Dictionary<string, RuleOptions> { ["reverse-name-missing"] = TestDirectory.Only(RuleMode.Off) },
    };

    private static PolicyOptions With(string rule) =>
        Options with { Rules = new Dictionary<string, RuleOptions>(Options.Rules) { [rule] = TestDirectory.Only(RuleMode.On) } };

    private static async Task<Verdict> GreetAsync(string helo, PolicyOptions options)
    {
        var visit = new RuleSession(TestDirectory.Book(options: options));
        await visit.ConnectAsync();
        await visit.HelloAsync(helo);
        return await visit.RcptAsync("ann@host.example");
    }
}
