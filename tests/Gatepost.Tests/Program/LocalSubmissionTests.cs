using System.IO.Pipelines;
using System.Text;
using Gatepost.Composition;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Tests.Policy;
using Gatepost.Tests.Smtp;
using Gatepost.Web.Control;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>Mail of local programs by the control socket: judged as on a port.</summary>
public sealed class LocalSubmissionTests
{
    private readonly MemoryStore store = new();

    [Theory]
    [InlineData("Subject: x\r\n\r\nbare LF line\n.\r\nMAIL FROM:<evil@demo.test>\r\n",
        "Subject: x\r\n\r\nbare LF line\r\n.\r\nMAIL FROM:<evil@demo.test>\r\n")]
    [InlineData("Subject: x\r\n\r\nbare CR\rline\r\n", "Subject: x\r\n\r\nbare CR\r\nline\r\n")]
    [InlineData("Subject: x\r\n\r\nat the end\r", "Subject: x\r\n\r\nat the end\r\n")]
    public async Task A_bare_line_end_becomes_CR_LF_at_the_socket_and_stays_within_its_message(string message, string kept)
    {
        var submitted = await SubmitAsync(message);

        Assert.Equal((SubmitOutcome.Kept, kept), (submitted.Outcome, Assert.Single(store.Messages).Text));
    }

    [Theory]
    [InlineData("root", "root@mx.host.example", "host.example/postmaster")]
    [InlineData("cron@mx.host.example", "cron@mx.host.example", "host.example/postmaster")]
    [InlineData("nobody@localhost", "nobody@localhost", "host.example/postmaster")]
    [InlineData("bob", "bob@host.example", "bob@host.example")]
    [InlineData("bob@mx.host.example", "bob@mx.host.example", "bob@host.example")]
    public async Task Names_of_the_machine_reach_their_mailbox_or_the_postmaster(string written, string recipient, string place)
    {
        Assert.Equal(SubmitOutcome.Kept, (await SubmitAsync("Subject: x\r\n\r\n", Rules(alias: null), written)).Outcome);

        var kept = Assert.Single(Assert.Single(store.Messages).Envelope.Recipients);
        Assert.Equal((recipient, TestDirectory.Maildir(place)), (kept.Address.ToString(), Assert.Single(kept.Routes).Destination));
    }

    [Fact]
    public async Task The_machines_alias_may_be_someone_else_and_others_do_not_reach_it()
    {
        var rules = Rules(Mailbox.Parse("ann@host.example"));
        await SubmitAsync("Subject: x\r\n\r\n", rules, "root");

        var kept = Assert.Single(Assert.Single(store.Messages).Envelope.Recipients);
        Assert.Equal(TestDirectory.Maildir("ann@host.example"), Assert.Single(kept.Routes).Destination);
        Assert.False((await new RuleSession(rules).RcptAsync("root@mx.host.example")).Passes);
    }

    [Fact]
    public async Task More_than_the_limit_of_a_port_fit_into_one_message_of_a_program()
    {
        string[] many = [.. Enumerable.Range(0, 300).Select(i => $"r{i}@foreign.example")];

        Assert.Equal(SubmitOutcome.Kept, (await SubmitAsync("Subject: x\r\n\r\n", Rules(alias: null), many)).Outcome);
        Assert.Equal(many.Length, Assert.Single(store.Messages).Envelope.Recipients.Count);
    }

    [Fact]
    public async Task A_message_with_good_line_ends_is_kept_as_it_came()
    {
        const string Message = "Subject: x\r\n\r\n.\r\n..text\r\n";
        var submitted = await SubmitAsync(Message);

        Assert.Equal((SubmitOutcome.Kept, Message), (submitted.Outcome, Assert.Single(store.Messages).Text));
    }

    private static RuleEngine Rules(Mailbox? alias) => TestDirectory.Book(Directory(alias));

    private static ConfiguredDirectory Directory(Mailbox? alias) => new(
        [TestDirectory.Domain("host.example")], [TestDirectory.Account("ann@host.example"), TestDirectory.Account("bob@host.example")], [])
    {
        Machine = new Machine("mx.host.example", alias),
    };

    private Task<Submitted> SubmitAsync(string message, IGatekeeper? gate = null, params string[] recipients)
    {
        var submission = new LocalSubmission(
            gate ?? new ScriptedGate(), store, new MemoryJournal(), new FakeTimeProvider(TestDirectory.Start));
        var request = new SubmitRequest("ann@host.example", recipients.Length > 0 ? recipients : ["bob@host.example"]);
        var body = PipeReader.Create(new MemoryStream(Encoding.Latin1.GetBytes(message)));
        var server = new SmtpServerOptions { HostName = "mx.host.example" };
        return submission.SubmitAsync(
            new LocalMessage(request, 1000, body), server, Directory(alias: null), TestContext.Current.CancellationToken);
    }
}
