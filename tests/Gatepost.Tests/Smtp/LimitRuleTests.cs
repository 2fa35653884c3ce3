using Gatepost.Policy;
using Gatepost.Policy.DryRuns;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Tests.Policy;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>Size, recipients and hops are judged by rules with modes like all others; only the hard ceilings hold without them.</summary>
public sealed class LimitRuleTests
{
    private const string Mail =
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO mx.partner.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok

        """;

    private const string ToData = Mail +
        """
        C: RCPT TO:<ann@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>

        """;

    [Theory]
    [InlineData(RuleMode.On, 101, "554 5.4.6 Too many hops (101 Received fields) [{any}]")]
    [InlineData(RuleMode.Warn, 101, "250 2.0.0 Ok: queued as Q1")]
    [InlineData(RuleMode.Off, 101, "250 2.0.0 Ok: queued as Q1")]
    [InlineData(RuleMode.Off, 1001, "554 5.4.6 Too many hops (1001 Received fields) [{any}]")]
    public Task Hops_are_counted_by_a_rule_and_a_ceiling_far_above(RuleMode mode, int hops, string reply) => Transcript.PlaysAsync(
        ToData + string.Concat(Enumerable.Repeat("C: Received: from a by b\n", hops)) + $"C:\nC: text\nC: .\nS: {reply}",
        () => Server("too-many-hops", mode),
        server => Warned(server, "too-many-hops", mode));

    [Theory]
    [InlineData(RuleMode.On, "452 4.5.3 Error: too many recipients [{any}]")]
    [InlineData(RuleMode.Warn, "250 2.1.5 Ok")]
    [InlineData(RuleMode.Off, "250 2.1.5 Ok")]
    public Task Recipients_are_counted_by_a_rule_that_the_reply_is_recorded_under(RuleMode mode, string reply) => Transcript.PlaysAsync(
        Mail + $"C: RCPT TO:<ann@host.example>\nS: 250 2.1.5 Ok\nC: RCPT TO:<bob@host.example>\nS: 250 2.1.5 Ok\nC: RCPT "
            + $"TO:<bob+work@host.example>\nS: {reply}",
        () => Server("too-many-recipients", mode, new() { MaxRecipients = 2 }),
        server =>
        {
            Warned(server, "too-many-recipients", mode);
            var last = server.Journal.Of(JournalKind.Reply).Last(entry => entry.Stage == Stage.RcptTo);
            Assert.Equal(
                (mode == RuleMode.On ? "too-many-recipients" : null, mode == RuleMode.On), (last.Rule, last.VerdictId is not null));
        });

    [Theory]
    [InlineData(RuleMode.On, "552 5.3.4 Message size exceeds fixed limit of 65536 octets [{any}]")]
    [InlineData(RuleMode.Warn, "250 2.1.0 Ok")]
    [InlineData(RuleMode.Off, "250 2.1.0 Ok")]
    public Task A_declared_size_is_judged_by_a_rule(RuleMode mode, string reply) => Transcript.PlaysAsync(
        $"S: 220 mx.host.example ESMTP Gatepost\nC: EHLO mx.partner.example\nS: 250-*\nC: MAIL FROM:<ann@partner.example> SIZE=65537\nS: "
            + $"{reply}",
        () => Server("message-too-big", mode, new() { MaxMessage = 65536 }),
        server => Warned(server, "message-too-big", mode));

    [Theory]
    [InlineData(RuleMode.On, "552 5.3.4 Message size exceeds fixed limit of 65536 octets [{any}]", 0)]
    [InlineData(RuleMode.Warn, "250 2.0.0 Ok: queued as Q1", 70_000)]
    [InlineData(RuleMode.Off, "250 2.0.0 Ok: queued as Q1", 70_000)]
    public Task A_message_over_the_limit_is_kept_whole_where_the_rule_lets_it_pass(RuleMode mode, string reply, int kept) =>
        Transcript.PlaysAsync(
        ToData + string.Concat(Enumerable.Repeat($"C: {new string('x', 998)}\n", 70)) + $"C: .\nS: {reply}",
        () => Server("message-too-big", mode, new() { MaxMessage = 65536 }),
        server =>
        {
            Warned(server, "message-too-big", mode);
            Assert.True(server.Store.Messages.Sum(message => message.Octets.Length) >= kept);
        });

    [Theory]
    [InlineData(RuleMode.On, 998, 998, "250 2.0.0 Ok: queued as Q1")]
    [InlineData(RuleMode.On, 998, 999, "554 5.6.0 Error: message has a line of more than 998 octets [{any}]")]
    [InlineData(RuleMode.Warn, 998, 999, "250 2.0.0 Ok: queued as Q1")]
    [InlineData(RuleMode.Off, 998, 999, "250 2.0.0 Ok: queued as Q1")]
    [InlineData(RuleMode.On, null, 999, "250 2.0.0 Ok: queued as Q1")]
    public Task The_length_of_a_line_is_judged_by_a_rule_where_the_admin_wants_a_limit(
        RuleMode mode, int? limit, int octets, string reply) => Transcript.PlaysAsync(
        ToData + $"C: {new string('x', octets)}\nC: .\nS: {reply}",
        () => Server("message-line-too-long", mode, new() { MaxTextLine = limit }),
        server => Warned(server, "message-line-too-long", mode));

    /// <summary>
    /// What the server refuses, would-accept refuses, and what it takes, would-accept takes: size, recipients, hops, lines, bare line ends and
    /// mistakes of the protocol.
    /// </summary>
    [Theory]
    [InlineData("message-too-big", RuleMode.On, 70_000, 0, "552 5.3.4")]
    [InlineData("message-too-big", RuleMode.Off, 70_000, 0, null)]
    [InlineData("too-many-hops", RuleMode.On, 10, 101, "554 5.4.6")]
    [InlineData("too-many-hops", RuleMode.Off, 10, 101, null)]
    [InlineData("too-many-hops", RuleMode.Off, 10, 1001, "554 5.4.6")]
    [InlineData("message-line-too-long", RuleMode.On, 3_000, 0, "554 5.6.0")]
    [InlineData("message-line-too-long", RuleMode.Off, 3_000, 0, null)]
    public async Task A_dry_run_knows_the_limits(string rule, RuleMode mode, int octets, int hops, string? refusal)
    {
        string message = string.Concat(Enumerable.Repeat("Received: from a by b\r\n", hops)) + "\r\n" + new string('x', octets) + "\r\n";
        var question = Question(message, rule == "message-line-too-long" ? 2_000 : null);
        var steps = await DryRun.RunAsync(Rules(rule, mode), question, TestContext.Current.CancellationToken);

        var refused = steps.FirstOrDefault(step => !step.Verdict.Passes);
        Assert.Equal(refusal, refused?.Verdict.Reply!.ToString()[..9]);
        Assert.Equal(refusal is null ? null : rule, refused?.Verdict.Rule);
    }

    [Theory]
    [InlineData("a@@b", "ann@host.example", "Hello\r\n", "501 5.1.7")]
    [InlineData("ann@partner.example", "joe@example..com", "Hello\r\n", "501 5.1.3")]
    [InlineData("ann@partner.example", "ann@host.example", "bare\nline end\r\n", "554 5.6.0")]
    public async Task A_dry_run_knows_the_protocols_own_refusals(string sender, string recipient, string message, string refusal)
    {
        var question = Question(message) with { Sender = sender, Recipients = [recipient] };
        var steps = await DryRun.RunAsync(TestDirectory.Book(), question, TestContext.Current.CancellationToken);

        Assert.Equal(refusal, steps[^1].Verdict.Reply!.ToString()[..9]);
    }

    private static DryRunQuestion Question(string message, int? line = null) => new()
    {
        Server = new SmtpServerOptions { HostName = "mx.host.example", Limits = new() { MaxMessage = 65536, MaxTextLine = line } },
        Client = System.Net.IPAddress.Parse("192.0.2.7"),
        Helo = "mx.partner.example",
        Sender = "ann@partner.example",
        Recipients = ["ann@host.example"],
        Message = System.Text.Encoding.Latin1.GetBytes(message),
    };

    private static TestServer Server(string rule, RuleMode mode, SessionLimits? limits = null) =>
        new() { Rules = Rules(rule, mode), Limits = limits ?? new() };

    private static RuleEngine Rules(string rule, RuleMode mode) =>
        TestDirectory.Book(
            options: new PolicyOptions { Rules = new Dictionary<string, RuleOptions> { [rule] = TestDirectory.Only(mode) } });

    private static void Warned(TestServer server, string rule, RuleMode mode)
    {
        var facts = server.Journal.Of(JournalKind.Verdict).SelectMany(entry => entry.Facts);
        Assert.Equal(
            mode == RuleMode.Warn, facts.Any(fact =>
                fact.Label == rule && fact.Text.StartsWith("only warns; would refuse: ", StringComparison.Ordinal)));
    }
}
