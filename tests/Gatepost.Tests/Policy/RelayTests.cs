using System.Net;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class RelayTests
{
    [Theory]
    [InlineData(ListenerRole.Mx)]
    [InlineData(ListenerRole.Lmtp)]
    public async Task An_unknown_client_may_not_relay(ListenerRole role)
    {
        var verdict = await new RuleSession(TestDirectory.Book(), role: role).RcptAsync("x@foreign.example");

        Assert.Equal("relay-denied", verdict.Rule);
        Assert.StartsWith("554 5.7.1 <x@foreign.example>: Relay access denied [G-", verdict.Reply!.ToString());
        Assert.Contains(verdict.Facts, fact => fact is { Label: "domain", Text: "foreign.example" });
    }

    // The classic open-relay probes that parse as addresses at all; source routes and the rest end in the dialogue's grammar.
    [Theory]
    [InlineData("x%foreign.example@host.example", "recipient-unknown")]
    [InlineData("\"x@foreign.example\"@host.example", "recipient-unknown")]
    [InlineData("\"x%foreign.example\"@host.example", "recipient-unknown")]
    [InlineData("foreign.example!x@host.example", "recipient-unknown")]
    [InlineData("\"foreign.example!x\"@host.example", "recipient-unknown")]
    [InlineData("x%foreign.example@relayed.example", "relay-denied")]
    [InlineData("foreign.example!x@relayed.example", "relay-denied")]
    [InlineData("\"x@foreign.example\"@relayed.example", "relay-denied")]
    [InlineData("x%foreign.example@[198.51.100.1]", "relay-denied")]
    [InlineData("x@[198.51.100.1]", "relay-denied")]
    [InlineData("x@[IPv6:2001:db8::1]", "relay-denied")]
    [InlineData("x@foreign.example.host.example", "relay-denied")]
    [InlineData("x@host.example.foreign.example", "relay-denied")]
    [InlineData("x@xn--host-9la.example", "relay-denied")]
    [InlineData("\"ann@host.example\"@foreign.example", "relay-denied")]
    public async Task No_form_of_address_relays(string recipient, string rule)
    {
        foreach (string sender in new[] { "", "ann@host.example", "postmaster@host.example", "x@foreign.example" })
        {
            var visit = new RuleSession(TestDirectory.Book());
            await visit.MailAsync(sender);
            Assert.Equal(rule, (await visit.RcptAsync(recipient)).Rule);
            Assert.Empty(visit.Session.Envelope!.Recipients);
        }
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("192.0.2.7", false)]
    [InlineData("::ffff:192.0.2.7", false)]
    public async Task An_internal_listener_relays_for_trusted_networks_only(string client, bool relays)
    {
        var options = new PolicyOptions
        {
            TrustedNetworks = [
            IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("10.0.0.0/8")]
        };
        var visit = new RuleSession(TestDirectory.Book(options: options), client, ListenerRole.Internal);

        Assert.Equal(relays, (await visit.RcptAsync("x@foreign.example")).Passes);
        Assert.True((await visit.RcptAsync("ann@host.example")).Passes);
    }

    [Fact]
    public async Task A_trusted_address_is_no_one_special_at_the_mx() =>
        Assert.False((await new RuleSession(TestDirectory.Book(), "127.0.0.1").RcptAsync("x@foreign.example")).Passes);

    [Fact]
    public async Task Who_logged_in_may_write_to_anybody_and_the_route_is_kept()
    {
        var visit = new RuleSession(TestDirectory.Book(), role: ListenerRole.Submission, user: "ann@host.example");

        Assert.True((await visit.RcptAsync("x@foreign.example")).Passes);
        Assert.Equal("mx:foreign.example", Assert.Single(visit.Session.Envelope!.Recipients[0].Routes).Destination.ToString());
    }

    [Theory]
    [InlineData(WithoutLogin.HostedRecipientsOnly, true, true)]
    [InlineData(WithoutLogin.RefuseRecipients, true, false)]
    [InlineData(WithoutLogin.RefuseSender, false, false)]
    public async Task Submission_without_login_does_what_the_options_say(WithoutLogin without, bool mail, bool hosted)
    {
        var visit = new RuleSession(
            TestDirectory.Book(options: new PolicyOptions { WithoutLogin = without }), role: ListenerRole.Submission);

        Assert.Equal(mail, (await visit.MailAsync("ann@host.example")).Passes);
        Assert.Equal(hosted, (await visit.RcptAsync("bob@host.example")).Passes);
        var foreign = await visit.RcptAsync("x@foreign.example");
        Assert.Equal("authentication-required", foreign.Rule);
        Assert.StartsWith("530 5.7.0 <x@foreign.example>: Recipient address rejected: Authentication Required", foreign.Reply!.ToString());
    }

    [Fact]
    public async Task A_rule_that_only_warns_refuses_nothing_and_says_so()
    {
        var options = new PolicyOptions
        {
            Rules = new Dictionary<string, RuleOptions> { ["too-many-recipients"] = new() { Mode = RuleMode.Warn } },
            MaxRecipientsOnSubmission = 1
        };
        var visit = new RuleSession(TestDirectory.Book(options: options), role: ListenerRole.Submission, user: "ann@host.example");

        Assert.True((await visit.RcptAsync("x@foreign.example")).Passes);
        var second = await visit.RcptAsync("y@foreign.example");

        Assert.True(second.Passes);
        Assert.Contains(second.Facts, fact =>
            fact.Label == "too-many-recipients" && fact.Text.StartsWith("only warns; would refuse: 452 4.5.3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reload_holds_from_the_next_command_of_a_running_session()
    {
        var book = TestDirectory.Book();
        var visit = new RuleSession(book);
        Assert.False((await visit.RcptAsync("ann@new.example")).Passes);

        book.Prepare(new PolicyOptions(), new Gatepost.Policy.Directory.ConfiguredDirectory(
            [TestDirectory.Domain("new.example")], [TestDirectory.Account("ann@new.example")], []))();

        Assert.True((await visit.RcptAsync("ann@new.example")).Passes);
    }

    [Fact]
    public void Options_say_all_their_mistakes_together()
    {
        var options = new PolicyOptions
        {
            Order = ["greylist"],
            Rules = new Dictionary<string, RuleOptions>
            {
                ["no-such"] = new(),
                ["relay-denied"] = new() { Mode = RuleMode.Off },
                ["mailbox-full"] = new() { WhenSilent = WhenSilent.Defer },
            },
        };

        Assert.Equal(4, options.Problems(RuleEngine.RuleNames).Count());
        Assert.Empty(new PolicyOptions().Problems(RuleEngine.RuleNames));
    }

    [Fact]
    public async Task Help_is_left_out_rather_than_breaking_the_line()
    {
        var options = new PolicyOptions { ExplainUrl = new Uri("https://help.host.example/" + new string('x', 470) + "/") };
        var verdict = await new RuleSession(TestDirectory.Book(options: options)).RcptAsync("x@foreign.example");

        Assert.EndsWith($"Relay access denied [{verdict.Id}]", verdict.Reply!.Text);
        Assert.True(verdict.Reply.Wire.Length <= Reply.MaxLine);
    }

    [Fact]
    public async Task A_link_to_the_explanation_follows_where_configured()
    {
        var options = new PolicyOptions { ExplainUrl = new Uri("https://help.host.example/why/") };
        var verdict = await new RuleSession(TestDirectory.Book(options: options)).RcptAsync("x@foreign.example");

        Assert.EndsWith($"Relay access denied [{verdict.Id}] https://help.host.example/why/{verdict.Id}", verdict.Reply!.Text);
    }
}
