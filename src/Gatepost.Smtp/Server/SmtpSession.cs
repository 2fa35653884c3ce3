using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <summary>The server's side of one SMTP or LMTP session, without sockets: a command in, an answer out.</summary>
/// <remarks>
/// Order of commands: RFC 5321 §4.1.4. Not thread-safe; each connection owns one. The same object serves the network,
/// local submission, tests, fuzzing and the dry run.
/// </remarks>
public sealed class SmtpSession : IAsyncDisposable
{
    private enum State
    {
        Helo,
        Mail,
        FirstRcpt,
        RcptOrData,
    }

    private readonly SessionContext context;
    private readonly MailTransaction transaction;
    private readonly SaslAuthSession sasl;
    private readonly bool mayXclient;
    private Verdict? refusal;

    /// <param name="session">What is known of the client; written by this object from now on.</param>
    /// <param name="profile">What applies at this listener.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="mayXclient">Whether this peer may use XCLIENT.</param>
    public SmtpSession(Session session, ListenerProfile profile, SessionServices services, bool mayXclient = false)
    {
        session.MaxRecipients = profile.Limits.MaxRecipients;
        session.MaxMessage = profile.Limits.MaxMessage;
        session.MaxTextLine = profile.Limits.MaxTextLine;
        context = new SessionContext(session, profile, services);
        transaction = new MailTransaction(context);
        sasl = new SaslAuthSession(context);
        this.mayXclient = mayXclient;
    }

    public Session Session => context.Session;

    /// <summary>The journal of this session. Replies are recorded where they are written.</summary>
    public SessionJournal Journal => context.Journal;

    /// <summary>What the client did in this session.</summary>
    public SessionCounts Counts => context.Counts;

    public Expectation Expects { get; private set; } = Expectation.Command;

    /// <summary>A last answer to be sent after the answer, before the connection ends: 421 with its reason.</summary>
    public Answer? ClosingAnswer { get; private set; }

    /// <summary>Octets of the chunk that comes next.</summary>
    public long ChunkOctets => transaction.ChunkOctets;

    /// <summary>Octets of the message received so far.</summary>
    public long BodyOctets => transaction.Octets;

    /// <summary>Whether a CR or LF alone has come in the message, for which it will be refused.</summary>
    public bool SawBareLineEnd => transaction.SawBareLineEnd;

    /// <summary>
    /// Whether the last command was AUTH or belonged to one: what comes next may be a password in the wrong place, and is not shown.
    /// </summary>
    internal bool MayHearPassword { get; private set; }

    private State Current => Session switch
    {
        { Helo: null } => State.Helo,
        { Envelope: null } => State.Mail,
        { Envelope.Recipients.Count: 0 } => State.FirstRcpt,
        _ => State.RcptOrData,
    };

    /// <summary>Asks the gatekeeper about the client and greets it.</summary>
    public async ValueTask<Answer> GreetAsync(CancellationToken cancel)
    {
        var verdict = await context.JudgeAsync(Stage.Connect, cancel).ConfigureAwait(false);
        refusal = verdict.Passes ? null : verdict;
        if (verdict.Passes)
            return new Answer(context.Profile.Greeting, verdict);

        var answer = Answer.Refused(verdict);
        return Ended(answer with { Closes = answer.Closes || answer.Reply.Code == 421 });
    }

    /// <summary>Executes one command.</summary>
    /// <returns>The answer; null if the octets of a chunk come first (<see cref="Expectation.Chunk"/>).</returns>
    /// <exception cref="OperationCanceledException">A judgement took too long, or the server ends.</exception>
    public async ValueTask<Answer?> ExecuteAsync(Command command, CancellationToken cancel)
    {
        MayHearPassword = command.Verb == Verb.Auth || (MayHearPassword && command.Verb == Verb.Unknown);
        Counts.Commands++;
        var answer = refusal is { } refused && DeniedAfter(refused, command) is { } denied
            ? denied
            : await DispatchAsync(command, cancel).ConfigureAwait(false);
        return answer is { } given ? Counted(command.Verb, given) : (Answer?)null;
    }

    /// <summary>A line that was no command at all: too long, or with a bare LF.</summary>
    public Answer RejectLine(ReplyEntry entry, params ReadOnlySpan<(string Name, object? Value)> arguments) =>
        Counted(Verb.Unknown, context.Say(entry, arguments));

    /// <summary>Takes the client's answer to a SASL challenge, as it was on the line.</summary>
    public async ValueTask<Answer?> RespondAsync(ReadOnlyMemory<byte> line, CancellationToken cancel) =>
        AuthAnswer(await sasl.RespondAsync(line, cancel).ConfigureAwait(false));

    /// <summary>A SASL response over its limit (RFC 4954 §4).</summary>
    public Answer ResponseTooLong() => AuthAnswer(sasl.ResponseTooLong());

    /// <summary>Adds octets of the message, dots already unstuffed.</summary>
    /// <returns>False once so much has come that reading on to a polite end would only help an attacker.</returns>
    public ValueTask<bool> WriteBodyAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel) => transaction.WriteAsync(octets, cancel);

    /// <summary>The message has been read to its end: judged, made durable, and only then acknowledged.</summary>
    public async ValueTask<Answer?> EndDataAsync(CancellationToken cancel)
    {
        Expects = Expectation.Command;
        return Counted(Verb.Data, await transaction.EndDataAsync(cancel).ConfigureAwait(false));
    }

    /// <summary>The chunk has been read to its end.</summary>
    public async ValueTask<Answer?> EndChunkAsync(CancellationToken cancel)
    {
        Expects = Expectation.Command;
        return Counted(Verb.Bdat, await transaction.EndChunkAsync(cancel).ConfigureAwait(false));
    }

    /// <summary>TLS is active: everything learnt in clear is forgotten (RFC 3207 §4.2).</summary>
    public async ValueTask TlsStartedAsync(TlsState tls)
    {
        await transaction.EndAsync().ConfigureAwait(false);
        Session.Tls = tls;
        Session.User = null;
        ForgetHelo();
        Expects = Expectation.Command;
    }

    /// <summary>Ends the session with a last reply of the server's own (time-out, shutdown).</summary>
    public Answer Close(ReplyEntry entry, params ReadOnlySpan<(string Name, object? Value)> arguments)
    {
        Expects = Expectation.Nothing;
        return context.Signed(new Answer(context.Say(entry, [("host", context.Profile.HostName), .. arguments])) { Closes = true });
    }

    public ValueTask DisposeAsync() => transaction.EndAsync();

    /// <summary>
    /// RFC 5321 §3.1 lets a client that was refused at the greeting only say QUIT. Here it may still name sender and recipient, so that the
    /// record has them, and write to postmaster, who must stay reachable (§4.5.1).
    /// </summary>
    /// <returns>Null if the command is executed.</returns>
    private Answer? DeniedAfter(Verdict refused, Command command)
    {
        if (command is RcptTo rcpt && Current is State.FirstRcpt or State.RcptOrData && !IsPostmaster(rcpt.Recipient.Address))
            return transaction.Deny(rcpt.Recipient, refused);
        return command.Verb is Verb.Auth or Verb.Xclient ? context.Say(ProtocolReplies.SessionRefused) : (Answer?)null;

        static bool IsPostmaster(Mailbox address) => address.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase);
    }

    private async ValueTask<Answer?> DispatchAsync(Command command, CancellationToken cancel) => command switch
    {
        Hello helo => await HeloAsync(helo, cancel).ConfigureAwait(false),
        MailFrom mail => await MailAsync(mail, cancel).ConfigureAwait(false),
        RcptTo rcpt => await RcptAsync(rcpt, cancel).ConfigureAwait(false),
        Bdat bdat => await BdatAsync(bdat, cancel).ConfigureAwait(false),
        Auth auth => await AuthAsync(auth, cancel).ConfigureAwait(false),
        Xclient xclient => await XclientAsync(xclient, cancel).ConfigureAwait(false),
        InvalidCommand invalid => Reject(invalid),
        { Verb: Verb.Data } => await DataAsync(cancel).ConfigureAwait(false),
        { Verb: Verb.Rset } => await RsetAsync().ConfigureAwait(false),
        { Verb: Verb.Quit } => Quit(),
        { Verb: Verb.StartTls } => StartTls(),
        { Verb: Verb.Noop } => context.Say(ProtocolReplies.Ok),
        { Verb: Verb.Vrfy } => context.Say(ProtocolReplies.CannotVerify),
        { Verb: Verb.Help } => context.Profile.Help,
        { Verb: Verb.Expn or Verb.Turn or Verb.Send or Verb.Soml or Verb.Saml or Verb.Etrn } => context.Say(ProtocolReplies.NotImplemented),
        _ => context.Say(ProtocolReplies.UnknownCommand),
    };

    /// <summary>HELO and EHLO also end a transaction (RFC 5321 §4.1.4); LMTP knows LHLO only, SMTP the other two (RFC 2033 §4.1).</summary>
    private async ValueTask<Answer> HeloAsync(Hello helo, CancellationToken cancel)
    {
        if ((helo.Verb == Verb.Lhlo) != context.Profile.IsLmtp)
            return context.Say(ProtocolReplies.UnknownCommand);
        // Mail programs say the name of their machine, whatever its owner called it; servers know better.
        if (helo.Fault is { } fault)
        {
            if (context.Profile.Listener.Role == ListenerRole.Mx)
                return Reject(fault);
            context.Journal.Verdict(Stage.Hello, Verdict.Pass("hello-name", OurEvidence.HelloNameTaken.Say(helo.Name)), Session);
        }

        await transaction.EndAsync().ConfigureAwait(false);
        Session.Helo = helo.Name;
        Session.IsEsmtp = helo.Verb != Verb.Helo;
        var verdict = await context.JudgeAsync(Stage.Hello, cancel).ConfigureAwait(false);
        if (!verdict.Passes)
        {
            Session.Helo = null;
            return Answer.Refused(verdict);
        }

        var reply = Session.IsEsmtp ? context.Profile.Ehlo.For(Session.Tls is not null, sasl.Mechanisms(), mayXclient)
            : context.Profile.Helo;
        return new Answer(reply, verdict);
    }

    /// <summary>STARTTLS (RFC 3207).</summary>
    private Answer StartTls()
    {
        if (!context.Profile.HasTls)
            return context.Say(context.Profile.Certificates is null ? ProtocolReplies.NotImplemented : ProtocolReplies.TlsUnavailable);
        if (Session.Tls is not null)
            return context.BadSequence("TLS already active");
        if (Current > State.Mail)
            return context.BadSequence("MAIL transaction in progress; RSET ends it");

        Expects = Expectation.Handshake;
        return context.Say(ProtocolReplies.ReadyForTls);
    }

    private async ValueTask<Answer> AuthAsync(Auth auth, CancellationToken cancel)
    {
        if (Current == State.Helo || !Session.IsEsmtp)
            return context.BadSequence("say EHLO first");
        if (Session.User is not null)
            return context.BadSequence("already authenticated");
        if (Current != State.Mail)
            return context.BadSequence("AUTH not permitted during a mail transaction");

        var answer = await sasl.AuthAsync(auth, cancel).ConfigureAwait(false);
        if (sasl.AwaitsResponse)
            Expects = Expectation.SaslResponse;
        return answer;
    }

    private async ValueTask<Answer> MailAsync(MailFrom mail, CancellationToken cancel)
    {
        if (Current == State.Helo)
            return context.BadSequence(context.Profile.IsLmtp ? "say LHLO first" : "say EHLO or HELO first");
        if (Current != State.Mail)
            return context.BadSequence("nested MAIL command; RSET ends the transaction");
        if (context.Profile.Listener.RequireTls && Session.Tls is null)
            return context.Say(ProtocolReplies.TlsRequired);
        if (Counts.Messages >= (context.Profile.Limits.MaxMessages ?? int.MaxValue))
            return Close(LimitReplies.TooManyMessages);
        return await transaction.MailAsync(mail, cancel).ConfigureAwait(false);
    }

    private async ValueTask<Answer> RcptAsync(RcptTo rcpt, CancellationToken cancel) => Current switch
    {
        State.Helo or State.Mail => context.BadSequence("need MAIL command first"),
        _ => await transaction.RcptAsync(rcpt, cancel).ConfigureAwait(false),
    };

    private async ValueTask<Answer> DataAsync(CancellationToken cancel)
    {
        if (CheckDataAllowed() is { } refusal)
            return refusal;
        var answer = await transaction.DataAsync(cancel).ConfigureAwait(false);
        if (ReferenceEquals(answer.Reply.Entry, ProtocolReplies.StartMailInput))
            Expects = Expectation.Data;
        return answer;
    }

    /// <summary>
    /// The octets of a chunk follow its command whatever we think of it, so the answer waits until they are read (RFC 3030 §2).
    /// </summary>
    private async ValueTask<Answer?> BdatAsync(Bdat bdat, CancellationToken cancel)
    {
        var refusal = transaction.ChunkFailed ? context.Say(ProtocolReplies.ChunkAfterFailure) : CheckDataAllowed();
        if (await transaction.BdatAsync(bdat, refusal, cancel).ConfigureAwait(false) is { } closing)
            return closing with { Closes = true };
        Expects = Expectation.Chunk;
        return null;
    }

    private Answer? CheckDataAllowed() => Current switch
    {
        State.RcptOrData => (Answer?)null,
        State.FirstRcpt => context.Refuse(Stage.Data, context.Say(ProtocolReplies.NoValidRecipients), OurEvidence.NoRecipient.Say()),
        _ => context.BadSequence("need MAIL command first"),
    };

    /// <summary>A trusted proxy says who its client is; the session starts again with a greeting (Postfix XCLIENT_README).</summary>
    private async ValueTask<Answer> XclientAsync(Xclient xclient, CancellationToken cancel)
    {
        if (!mayXclient)
            return context.Say(ProtocolReplies.XclientDenied);
        if (Current > State.Mail)
            return context.BadSequence("MAIL transaction in progress; RSET ends it");
        if (!xclient.TryGetClient(Session.Client, out var client))
            return context.Say(ProtocolReplies.BadArgument, ("syntax", "XCLIENT ADDR=address PORT=number ..."));

        await transaction.EndAsync().ConfigureAwait(false);
        Session.Client = client;
        if (xclient.Attributes.TryGetValue("NAME", out string? name) || xclient.Attributes.ContainsKey("ADDR"))
            Session.ClientName = name;
        Session.User = xclient.Attributes.GetValueOrDefault("LOGIN");
        ForgetHelo();
        return await GreetAsync(cancel).ConfigureAwait(false);
    }

    private async ValueTask<Answer> RsetAsync()
    {
        await transaction.EndAsync().ConfigureAwait(false);
        return context.Say(ProtocolReplies.Ok);
    }

    private Answer Quit() => new(context.Say(ProtocolReplies.Bye)) { Closes = true };

    private Answer Reject(InvalidCommand invalid)
    {
        var reply = invalid.Reply.As(context.Profile.Server.Style);
        var answer = invalid.Verb switch
        {
            Verb.Mail => context.Refuse(Stage.MailFrom, reply, OurEvidence.SenderUnreadable.Say()),
            Verb.Rcpt when Current > State.Mail => context.Refuse(Stage.RcptTo, reply, OurEvidence.RecipientUnreadable.Say()),
            _ => reply,
        };
        return answer with { Closes = answer.Closes || invalid.Closes };
    }

    private void ForgetHelo()
    {
        Session.Helo = null;
        Session.IsEsmtp = false;
        Session.AuthMechanism = null;
    }

    private Answer AuthAnswer(Answer answer)
    {
        Expects = sasl.AwaitsResponse ? Expectation.SaslResponse : Expectation.Command;
        return Counted(Verb.Auth, answer);
    }

    /// <summary>Keeps the budget of errors; a client that has used it up is disconnected after the reply.</summary>
    private Answer Counted(Verb verb, Answer answer)
    {
        var reply = answer.Reply;
        if (reply.IsPermanent && ReferenceEquals(reply.Entry.Reason, Reason.ProtocolError))
            Session.ProtocolFault ??= reply.Text;
        var exceeded = Counts.Note(verb, reply, context.Profile.Limits);
        answer = Ended(context.Signed(answer));
        if (exceeded is not null && Expects != Expectation.Nothing)
        {
            ClosingAnswer = context.Signed(context.Say(exceeded, ("host", context.Profile.HostName)));
            Expects = Expectation.Nothing;
        }

        return answer;
    }

    private Answer Ended(Answer answer)
    {
        if (answer.Closes)
            Expects = Expectation.Nothing;
        return answer;
    }
}
