using System.IO.Pipelines;
using System.Text;
using Gatepost.Composition;
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
    [InlineData("Subject: x\r\n\r\nbare LF line\n.\r\nMAIL FROM:<evil@demo.test>\r\n")]
    [InlineData("Subject: x\r\n\r\nbare CR\rline\r\n")]
    [InlineData("Subject: x\r\n\r\nat the end\r")]
    public async Task A_bare_line_end_is_refused_by_the_socket_as_by_a_port(string message)
    {
        var submitted = await SubmitAsync(message);

        Assert.Equal(SubmitOutcome.Refused, submitted.Outcome);
        Assert.StartsWith("554 5.6.0 Error: message has a bare CR or LF", submitted.Reply);
        Assert.Empty(store.Messages);
    }

    [Fact]
    public async Task A_message_with_good_line_ends_is_kept_as_it_came()
    {
        const string Message = "Subject: x\r\n\r\n.\r\n..text\r\n";
        var submitted = await SubmitAsync(Message);

        Assert.Equal((SubmitOutcome.Kept, Message), (submitted.Outcome, Assert.Single(store.Messages).Text));
    }

    private Task<Submitted> SubmitAsync(string message)
    {
        var submission = new LocalSubmission(new ScriptedGate(), store, new MemoryJournal(), new FakeTimeProvider(TestDirectory.Start));
        var request = new SubmitRequest("ann@host.example", ["bob@host.example"]);
        var body = PipeReader.Create(new MemoryStream(Encoding.Latin1.GetBytes(message)));
        var server = new SmtpServerOptions { HostName = "mx.host.example" };
        return submission.SubmitAsync(
            new LocalMessage(request, 1000, body), server, TestDirectory.Directory(), TestContext.Current.CancellationToken);
    }
}
