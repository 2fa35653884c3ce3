using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Server;

namespace Gatepost.Policy.DryRuns;

/// <summary>
/// Runs a real <see cref="SmtpSession"/> over an imagined one: the same commands, limits, rules and options, but nothing is sent,
/// counted or remembered, and the message is stored nowhere.
/// </summary>
public sealed class DryRun : IAsyncDisposable
{
    private const int Piece = 64 * 1024;

    private readonly DryRunQuestion question;
    private readonly SmtpSession smtp;
    private readonly List<DryRunStep> steps = [];

    private DryRun(RuleEngine engine, DryRunQuestion question, TimeProvider time)
    {
        this.question = question;
        var listener = question.Listener ?? new ListenerOptions { Role = question.Role, EndPoint = new IPEndPoint(question.Local, 25) };
        var session = new Session
        {
            Id = "dry-run",
            Role = listener.Role,
            Client = new IPEndPoint(question.Client, 0),
            Local = new IPEndPoint(question.Local, 25),
            HostName = question.Server.HostName,
            Tls = question.Tls ? new TlsState(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_256_GCM_SHA384) : null,
        };
        var authenticator = question.User is { } user ? new DryRunLogin(user) : question.Authenticator;
        var services = new SessionServices(engine.ReadOnly(), new DryRunStore(question.Room), NoJournal.Instance, authenticator, time);
        smtp = new SmtpSession(session, new ListenerProfile(question.Server, listener), services);
    }

    /// <summary>Goes step by step; ends at the first refusal that would end the message, as a client would.</summary>
    public static async ValueTask<IReadOnlyList<DryRunStep>> RunAsync(RuleEngine engine, DryRunQuestion question, CancellationToken cancel)
    {
        await using var run = new DryRun(engine, question, engine.Parts.Time);
        if (!run.Add(Stage.Connect, OurEvidence.AskedToConnect.Say(question.Client), await run.smtp.GreetAsync(cancel)))
            return run.steps;
        if (question.Commands is null)
            await run.SendMessageAsync(cancel);
        foreach (string line in question.Commands ?? [])
        {
            await run.ExecuteAsync(line, OurEvidence.Quoted.Say(line), cancel);
            if (run.smtp.Expects == Expectation.Nothing)
                break;
        }

        return run.steps;
    }

    public ValueTask DisposeAsync() => smtp.DisposeAsync();

    private async ValueTask SendMessageAsync(CancellationToken cancel)
    {
        string ehlo = $"{(smtp.Session.Role == ListenerRole.Lmtp ? "LHLO" : question.IsEsmtp ? "EHLO" : "HELO")} {question.HeloName}";
        if (!await ExecuteAsync(ehlo, OurEvidence.Quoted.Say(ehlo), cancel))
            return;
        if (question.User is { } user && !await ExecuteAsync($"AUTH {DryRunLogin.Mechanism} =", OurEvidence.AskedToLogIn.Say(user), cancel))
            return;
        if (!await ExecuteAsync(question.MailLine, OurEvidence.Quoted.Say(question.MailLine), cancel))
            return;

        bool accepted = false;
        foreach (string recipient in question.Recipients)
            accepted |= await ExecuteAsync($"RCPT TO:<{recipient}>", OurEvidence.Quoted.Say($"RCPT TO:<{recipient}>"), cancel);
        if (accepted && question.Message is not null)
            await ExecuteAsync("DATA", OurEvidence.Quoted.Say("DATA"), cancel);
    }

    /// <summary>Executes one command line as a connection would, and the message after DATA.</summary>
    /// <returns>Whether it was accepted.</returns>
    private async ValueTask<bool> ExecuteAsync(string line, Finding shown, CancellationToken cancel)
    {
        var command = CommandParser.Parse(Encoding.UTF8.GetBytes(line));
        var answer = await smtp.ExecuteAsync(command, cancel);
        switch (smtp.Expects)
        {
            case Expectation.Data when question.Message is { } message:
                await WriteBodyAsync(message, cancel);
                return Add(Stage.Message, OurEvidence.AskedAtTheEnd.Say(), await smtp.EndDataAsync(cancel));
            case Expectation.Chunk:
                var body = question.Message ?? default;
                await WriteBodyAsync(body[..(int)Math.Min(smtp.ChunkOctets, body.Length)], cancel);
                return Add(Stage.Message, shown, await smtp.EndChunkAsync(cancel));
            default:
                return Add(command.Stage, shown, answer);
        }
    }

    /// <summary>In pieces, as a connection reads them: what is over the limit is cut where it would be.</summary>
    private async ValueTask WriteBodyAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        for (int at = 0; at < message.Length; at += Piece)
            await smtp.WriteBodyAsync(message.Slice(at, Math.Min(Piece, message.Length - at)), cancel);
    }

    private bool Add(Stage? stage, Finding asked, Answer? given)
    {
        if (given is not { } answer)
            return true;
        var verdict = answer.Verdict ?? (answer.Reply.Code < 400
            ? Verdict.Unremarkable
            : Verdict.Refuse(answer.Reply.Entry.Id, answer.Reply, OurEvidence.RefusedByProtocol.Say()));
        steps.Add(new DryRunStep(stage, asked, verdict));
        return verdict.Passes;
    }

    private sealed class NoJournal : IJournal
    {
        public static readonly NoJournal Instance = new();

        public void Record(JournalEvent happened)
        {
        }
    }
}
