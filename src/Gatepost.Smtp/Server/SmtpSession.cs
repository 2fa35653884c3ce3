using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <summary>What must come next from the client.</summary>
public enum Expectation
{
    /// <summary>A command line.</summary>
    Command,

    /// <summary>The message, up to CRLF.CRLF.</summary>
    Data,

    /// <summary><see cref="SmtpSession.ChunkOctets"/> octets; only after them a reply is given.</summary>
    Chunk,

    /// <summary>An answer to a SASL challenge.</summary>
    SaslResponse,

    /// <summary>A TLS handshake.</summary>
    Handshake,

    /// <summary>Nothing: the connection ends.</summary>
    Nothing,
}

/// <summary>The server's side of one SMTP or LMTP conversation, without sockets: a command in, a reply out.</summary>
/// <remarks>
/// Order of commands: RFC 5321 §4.1.4. Not thread-safe; each connection owns one. The same object serves the network,
/// tests, fuzzing and the dry run.
/// </remarks>
public sealed partial class SmtpSession : IAsyncDisposable
{
    private enum Turn
    {
        Hello,
        Mail,
        FirstRcpt,
        RcptOrData,
    }

    private readonly ListenerTerms terms;
    private readonly IGatekeeper gate;
    private readonly IMessageStore store;
    private readonly IJournal journal;
    private readonly IAuthenticator? authenticator;
    private readonly TimeProvider time;
    private readonly bool mayXclient;
    private Turn turn = Turn.Hello;
    private bool refusedAtGreeting;

    /// <param name="session">What is known of the client; this dialogue writes it from now on.</param>
    /// <param name="terms">What holds at this listener.</param>
    /// <param name="gate">Asked at every stage.</param>
    /// <param name="store">Keeps messages.</param>
    /// <param name="journal">Takes verdicts and accepted messages; the replies are recorded by who writes them.</param>
    /// <param name="authenticator">Null where AUTH is never offered.</param>
    /// <param name="mayXclient">Whether this peer may say XCLIENT.</param>
    public SmtpSession(Session session, ListenerTerms terms, IGatekeeper gate, IMessageStore store, IJournal journal, IAuthenticator? authenticator, TimeProvider time, bool mayXclient = false)
    {
        Session = session;
        this.terms = terms;
        this.gate = gate;
        this.store = store;
        this.journal = journal;
        this.authenticator = authenticator;
        this.time = time;
        this.mayXclient = mayXclient;
    }

    public Session Session { get; }

    public Expectation Expects { get; private set; } = Expectation.Command;

    /// <summary>The verdict behind the last reply; null where no gatekeeper was asked.</summary>
    public Verdict? LastVerdict { get; private set; }

    /// <summary>A last word to be said after the last reply, before the connection ends: 421 with its reason.</summary>
    public Reply? Farewell { get; private set; }

    /// <summary>What the client did in this session.</summary>
    public SessionCounts Counts { get; } = new();

    /// <summary>Asks the gate about the client and greets it.</summary>
    public async ValueTask<Reply> GreetAsync(CancellationToken cancel)
    {
        var verdict = await JudgeAsync(Stage.Connect, cancel).ConfigureAwait(false);
        // RFC 5321 §3.1: a refused client may stay to say QUIT, and hears 503 to everything else.
        refusedAtGreeting = !verdict.Passes;
        if (verdict.Passes)
            return terms.Greeting;

        if (verdict.Reply!.Code == 421)
            Expects = Expectation.Nothing;
        return verdict.Reply;
    }

    /// <summary>Takes one command.</summary>
    /// <returns>The reply; null where the octets of a chunk come first (<see cref="Expectation.Chunk"/>).</returns>
    /// <exception cref="OperationCanceledException">A judgement took too long, or the server ends.</exception>
    public async ValueTask<Reply?> HearAsync(Command command, CancellationToken cancel)
    {
        LastVerdict = null;
        Answered = [];
        MayHearPassword = command.Verb == Verb.Auth || (MayHearPassword && command.Verb == Verb.Unknown);
        Counts.Commands++;
        var reply = refusedAtGreeting && command.Verb != Verb.Quit
            ? terms.Say(OurReplies.SessionRefused)
            : await AnswerAsync(command, cancel).ConfigureAwait(false);
        if (reply is not null)
            Count(command.Verb, reply);
        return reply;
    }

    /// <summary>A line that was no command at all: too long, or with a bare LF.</summary>
    public Reply HearNoise(ReplyEntry entry, params ReadOnlySpan<(string Name, object? Value)> arguments)
    {
        LastVerdict = null;
        Answered = [];
        var reply = terms.Say(entry, arguments);
        Count(Verb.Unknown, reply);
        return reply;
    }

    /// <summary>Ends the session after a last reply of the server's own (time-out, shutdown).</summary>
    public Reply Leave(ReplyEntry entry, params ReadOnlySpan<(string Name, object? Value)> arguments)
    {
        Expects = Expectation.Nothing;
        LastVerdict = null;
        return terms.Say(entry, [("host", terms.HostName), .. arguments]);
    }

    public async ValueTask DisposeAsync() => await EndTransactionAsync().ConfigureAwait(false);

    private async ValueTask<Reply?> AnswerAsync(Command command, CancellationToken cancel) => command switch
    {
        Hello hello => await MeetAsync(hello, cancel).ConfigureAwait(false),
        MailFrom mail => await OpenAsync(mail, cancel).ConfigureAwait(false),
        RcptTo rcpt => await AddAsync(rcpt, cancel).ConfigureAwait(false),
        Bdat bdat => await BeginChunkAsync(bdat, cancel).ConfigureAwait(false),
        Auth auth => await BeginLoginAsync(auth, cancel).ConfigureAwait(false),
        Xclient xclient => await BecomeAsync(xclient, cancel).ConfigureAwait(false),
        InvalidCommand faulty => Refuse(faulty),
        { Verb: Verb.Data } => await BeginDataAsync(cancel).ConfigureAwait(false),
        { Verb: Verb.Rset } => await StartOverAsync().ConfigureAwait(false),
        { Verb: Verb.Quit } => Part(),
        { Verb: Verb.StartTls } => BeginTls(),
        { Verb: Verb.Noop } => terms.Say(OurReplies.Ok),
        { Verb: Verb.Vrfy } => terms.Say(OurReplies.CannotVerify),
        { Verb: Verb.Help } => terms.Help,
        { Verb: Verb.Expn or Verb.Turn or Verb.Send or Verb.Soml or Verb.Saml or Verb.Etrn } => terms.Say(OurReplies.NotImplemented),
        _ => terms.Say(OurReplies.UnknownCommand),
    };

    /// <summary>HELO and EHLO also end a transaction (RFC 5321 §4.1.4); LMTP knows LHLO only, SMTP the other two (RFC 2033 §4.1).</summary>
    private async ValueTask<Reply> MeetAsync(Hello hello, CancellationToken cancel)
    {
        if ((hello.Verb == Verb.Lhlo) != terms.IsLmtp)
            return terms.Say(OurReplies.UnknownCommand);

        await EndTransactionAsync().ConfigureAwait(false);
        Session.Helo = hello.Name;
        Session.IsEsmtp = hello.Verb != Verb.Helo;
        turn = Turn.Hello;
        var verdict = await JudgeAsync(Stage.Hello, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
        {
            Session.Helo = null;
            return verdict.Reply!;
        }

        turn = Turn.Mail;
        return hello.Verb == Verb.Helo ? terms.Hello : terms.Ehlo(Session.Tls is not null, Mechanisms(), mayXclient);
    }

    private async ValueTask<Reply> StartOverAsync()
    {
        await EndTransactionAsync().ConfigureAwait(false);
        return terms.Say(OurReplies.Ok);
    }

    private Reply Refuse(InvalidCommand faulty)
    {
        if (faulty.Closes)
            Expects = Expectation.Nothing;
        var reply = faulty.Reply.As(terms.Server.Style);
        return faulty.Verb switch
        {
            Verb.Mail => Refuse(Stage.MailFrom, reply, "what was said for a sender or its parameters cannot be used"),
            Verb.Rcpt when turn is Turn.FirstRcpt or Turn.RcptOrData => Refuse(Stage.RcptTo, reply, "what was said for a recipient or its parameters cannot be used"),
            _ => reply,
        };
    }

    /// <summary>A refusal of the server's own that concerns a message: it leaves a verdict as those of rules do, so that its id opens its record.</summary>
    private Reply Refuse(Stage stage, Reply reply, string why, params IReadOnlyList<Fact> facts)
    {
        var verdict = gate.Sign(Verdict.Refuse(reply.Entry.Id, reply, why, facts));
        LastVerdict = verdict;
        Record(stage, verdict);
        return verdict.Reply!;
    }

    private Reply Part()
    {
        Expects = Expectation.Nothing;
        return terms.Say(OurReplies.Bye);
    }

    private Reply NotNow(string expected) => terms.Say(OurReplies.BadSequence, ("expected", expected));

    /// <summary>Asks the gate. What it throws is our trouble, not the client's: 451 4.3.0, and the journal has the cause.</summary>
    private async ValueTask<Verdict> JudgeAsync(Stage stage, CancellationToken cancel)
    {
        Verdict verdict;
        try
        {
            verdict = await gate.JudgeAsync(stage, Session, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            verdict = Verdict.Refuse("gate-failed", terms.Say(OurReplies.LocalProblem), $"{failure.GetType().Name}: {failure.Message}");
        }

        if (ReferenceEquals(verdict, Verdict.Unremarkable))
            return verdict;

        LastVerdict = verdict;
        // Who objected to nothing is told with the reply; an event of its own would say no more.
        if (verdict.IsQuiet)
            return verdict;
        Record(stage, verdict);
        if (verdict is { Passes: false, Disconnect: true })
            Expects = Expectation.Nothing;
        return verdict;
    }

    private void Record(Stage stage, Verdict verdict) => journal.Record(new JournalEvent
    {
        Kind = JournalKind.Verdict,
        At = time.GetUtcNow(),
        Session = Session.Id,
        Peer = Session.Client.Address,
        PeerName = Session.Helo,
        Stage = stage,
        Reply = verdict.Reply,
        Sender = Session.Envelope is { } envelope ? envelope.Sender?.ToString() ?? "" : null,
        Recipient = stage == Stage.RcptTo ? Session.Candidate?.Address.ToString() : null,
        QueueId = stage == Stage.Message ? Session.Draft?.QueueId : null,
        Rule = verdict.Rule,
        VerdictId = verdict.Id,
        Facts = verdict.Facts,
        Detail = verdict.Why,
    });

    /// <summary>Keeps the budget of errors; whoever has used it up is sent away after the reply.</summary>
    private void Count(Verb verb, Reply reply)
    {
        if (reply.IsPermanent && ReferenceEquals(reply.Entry.Reason, Reason.ProtocolError))
            Session.ProtocolFault ??= reply.Text;
        if (Counts.Note(verb, reply, terms.Limits) is not { } entry || Expects is Expectation.Nothing)
            return;
        Farewell = terms.Say(entry, ("host", terms.HostName));
        Expects = Expectation.Nothing;
    }
}
