using Gatepost.Policy;
using Gatepost.Replies;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class RecipientTests
{
    [Fact]
    public async Task An_unknown_user_is_refused_and_the_next_one_accepted()
    {
        var visit = new RuleSession(TestDirectory.Book());

        var refused = await visit.RcptAsync("nobody@host.example");
        Assert.StartsWith(
            "550 5.1.1 <nobody@host.example>: Recipient address rejected: User unknown in virtual alias table", refused.Reply!.ToString());
        Assert.Matches(@"^G-[0-9A-Z]{8}$", refused.Id!);
        Assert.Contains($"[{refused.Id}]", refused.Reply.Text);

        Assert.True((await visit.RcptAsync("ann@host.example")).Passes);
        Assert.Equal("maildir:ann@host.example", visit.Session.Envelope!.Recipients[0].Routes[0].Destination.ToString());
    }

    [Theory]
    [InlineData("postmaster")]
    [InlineData("postmaster@host.example")]
    [InlineData("Postmaster@other.example")]
    public async Task Postmaster_is_always_there(string postmaster) =>
        Assert.True((await new RuleSession(TestDirectory.Book()).RcptAsync(postmaster)).Passes);

    [Theory]
    [InlineData(ReplyStyle.Classic, "550 5.1.1 <a@host.example>: Recipient address rejected: User unknown in virtual alias table")]
    [InlineData(ReplyStyle.Modern, "550 5.4.6 <a@host.example>: Recipient address rejected: forwarding loop")]
    public async Task A_forwarding_loop_is_one_rule_in_either_form(ReplyStyle style, string reply)
    {
        var directory = TestDirectory.Directory(
            TestDirectory.Alias("a@host.example", "b@host.example"), TestDirectory.Alias("b@host.example", "a@host.example"));
        var verdict = await new RuleSession(TestDirectory.Book(directory, new PolicyOptions { Replies = style }))
            .RcptAsync("a@host.example");

        Assert.Equal("forwarding-loop", verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString());
        Assert.Contains(verdict.Facts, fact => fact is { Label: "cycle", Text: "a@host.example -> b@host.example -> a@host.example" });
    }

    [Theory]
    [InlineData(ListenerRole.Submission, 50)]
    [InlineData(ListenerRole.Mx, 100)]
    public async Task The_recipient_after_the_limit_waits_for_a_further_message(ListenerRole role, int limit)
    {
        var visit = new RuleSession(TestDirectory.Book(), role: role, user: role == ListenerRole.Submission ? "ann@host.example" : null);
        for (int i = 0; i < limit; i++)
            Assert.True((await visit.RcptAsync("ann@host.example")).Passes);

        var verdict = await visit.RcptAsync("bob@host.example");

        Assert.StartsWith("452 4.5.3 Error: too many recipients", verdict.Reply!.ToString());
        Assert.Equal(limit, visit.Session.Envelope!.Recipients.Count);
    }

    [Theory]
    [InlineData("{recipient}@host.example")]
    [InlineData("\"a b\"@host.example")]
    [InlineData("\"<x>\"@host.example")]
    [InlineData("\"%s%n\"@host.example")]
    public async Task Hostile_addresses_are_quoted_harmlessly(string recipient)
    {
        var verdict = await new RuleSession(TestDirectory.Book()).RcptAsync(recipient);

        Assert.StartsWith($"550 5.1.1 <{recipient}>: ", verdict.Reply!.ToString());
        Assert.DoesNotContain(verdict.Reply.Text, char.IsControl);
    }

    [Fact]
    public async Task The_longest_address_still_fits_one_reply_line()
    {
        string longest = new string('a', 64) + "@" + string.Join(".", Enumerable.Repeat(new string('b', 46), 4)) + ".c";
        var verdict = await new RuleSession(TestDirectory.Book()).RcptAsync(longest);

        Assert.True(verdict.Reply!.Wire.Length <= Reply.MaxLine);
        Assert.EndsWith($"[{verdict.Id}]", verdict.Reply.Text);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task A_message_that_passed_too_many_servers_is_in_a_loop(int hops, bool passes)
    {
        var visit = new RuleSession(TestDirectory.Book());
        visit.Session.Hops = hops;
        var verdict = await visit.MessageAsync(
            "Received: from b.example by a.example\nReceived: from a.example by b.example\nReceived: from o.example by a.example\n"
            + "From: ann@partner.example\n\nHello\n");

        Assert.Equal(passes, verdict.Passes);
        if (passes)
            return;
        Assert.Contains(verdict.Facts, fact =>
            fact.Text.StartsWith("b.example passes it back to a.example", StringComparison.Ordinal));
        Assert.StartsWith("554 5.4.6 Too many hops (101 Received fields)", verdict.Reply!.ToString());
    }
}
