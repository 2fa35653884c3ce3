using System.Net;
using System.Security.Authentication;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.Policy.DryRuns;

/// <summary>Runs the rule book over an imagined session: the same rules, questions and options, but nothing is sent, counted or remembered.</summary>
public static class DryRun
{
    /// <summary>Goes step by step; ends at the first refusal that would end the message, as a client would.</summary>
    public static async ValueTask<IReadOnlyList<DryRunStep>> RunAsync(RuleEngine book, DryRunQuestion question, CancellationToken cancel)
    {
        var imagined = book.Untouched();
        var session = Imagine(question);
        var steps = new List<DryRunStep>();
        if (!await AskAsync(Stage.Connect, $"connection from {question.Client}"))
            return steps;
        if (question.Helo is { } helo)
        {
            (session.Helo, session.IsEsmtp) = (helo, question.IsEsmtp);
            if (!await AskAsync(Stage.Hello, $"{(question.IsEsmtp ? "EHLO" : "HELO")} {helo}"))
                return steps;
        }

        if (question.User is { } user)
        {
            session.User = user;
            if (!await AskAsync(Stage.Authenticate, $"login as {user}"))
                return steps;
        }

        session.Envelope = new Envelope { Sender = question.Sender, DeclaredSize = question.Message?.Length };
        if (!await AskAsync(Stage.MailFrom, $"MAIL FROM:<{question.Sender}>"))
            return steps;
        foreach (var recipient in question.Recipients)
        {
            session.Candidate = new EnvelopeRecipient(recipient);
            if (await AskAsync(Stage.RcptTo, $"RCPT TO:<{recipient}>"))
                session.Envelope.Recipients.Add(session.Candidate);
            session.Candidate = null;
        }

        if (session.Envelope.Recipients.Count == 0 || question.Message is not { } message)
            return steps;
        session.Draft = new TrialDraft(message);
        session.Hops = new MessageHeader(message).Count("Received"u8);
        await AskAsync(Stage.Message, "end of data");
        return steps;

        async ValueTask<bool> AskAsync(Stage stage, string asked)
        {
            var verdict = await imagined.JudgeAsync(stage, session, cancel);
            steps.Add(new DryRunStep(stage, asked, verdict));
            return verdict.Passes;
        }
    }

    private static Session Imagine(DryRunQuestion question) => new()
    {
        Id = "trial",
        Role = question.Role,
        Client = new IPEndPoint(question.Client, 0),
        Local = new IPEndPoint(question.Local, 25),
        HostName = question.HostName,
        Tls = question.Tls ? new TlsState(SslProtocols.Tls13, System.Net.Security.TlsCipherSuite.TLS_AES_256_GCM_SHA384, null) : null,
    };

    private sealed class TrialDraft(ReadOnlyMemory<byte> message) : IMessageDraft
    {
        public string QueueId => "TRIAL";

        public long Length => message.Length;

        public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel) => throw new NotSupportedException("a trial writes nothing");

        public Stream OpenRead() => new MemoryStream(message.ToArray(), writable: false);

        public ValueTask<StoreResult> CommitAsync(ReadOnlyMemory<byte> head, Envelope envelope, Session? session, CancellationToken cancel) => throw new NotSupportedException("a trial keeps nothing");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
