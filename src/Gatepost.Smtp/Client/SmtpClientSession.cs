using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>One session with another server: SMTP (RFC 5321) or LMTP (RFC 2033), as the client. <see cref="Dialer"/> opens it.</summary>
/// <remarks>
/// The octets of the message pass unchanged except for stuffed dots. Whatever the peer says is an answer; what it does to the
/// connection is an <see cref="SmtpClientException"/>. Not thread-safe.
/// </remarks>
public sealed class SmtpClientSession : IAsyncDisposable
{
    private readonly ClientConnection connection;
    private readonly SmtpClientOptions options;

    internal SmtpClientSession(ClientConnection connection, SmtpClientOptions options)
    {
        this.connection = connection;
        this.options = options;
    }

    public PeerTarget Target => connection.Target;

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsEncrypted => connection.IsEncrypted;

    public Capabilities Offers { get; private set; } = Capabilities.None;

    /// <summary>When it was opened.</summary>
    public DateTimeOffset Opened { get; internal init; }

    /// <summary>Transactions so far.</summary>
    public int Transactions { get; internal set; }

    /// <summary>Whether another message may be offered on this connection.</summary>
    public bool IsUsable => connection.IsUsable && (Offers.MaxMails is not { } most || Transactions < most);

    /// <summary>Whether RSET must go before the next MAIL.</summary>
    internal bool NeedsReset { get; set; }

    /// <summary>Offers one message in one transaction.</summary>
    /// <param name="mail">Recipients beyond the peer's limit are not offered and have no reply in the result.</param>
    /// <param name="cancel">Gives up immediately; the connection cannot be used afterwards.</param>
    /// <returns>An answer for each recipient; a connection that broke on the way is an answer as well, under a condition of ours.</returns>
    /// <exception cref="SmtpClientException">
    /// An idle connection had been closed before it read a command: another may be opened immediately.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The caller gave up before any recipient was answered; after that it is in <see cref="TransactionResult.BrokenOffBy"/>.
    /// </exception>
    public async ValueTask<TransactionResult> SendAsync(OutgoingMail mail, CancellationToken cancel)
    {
        using var link = connection.Deadline.LinkTo(cancel);
        cancel.ThrowIfCancellationRequested();
        connection.Journal.Context = new AttemptContext(mail.Attempt, mail.QueueId);
        return await new OutgoingTransaction(this, connection, options, mail).RunAsync(cancel);
    }

    /// <summary>Says MAIL with the null sender and RCPT, and sends no message. The session can be used afterwards.</summary>
    /// <returns>The answer that decided, and what it answered.</returns>
    /// <exception cref="SmtpClientException">The connection broke or the peer did not answer in time.</exception>
    public async ValueTask<RecipientAnswer> ProbeAsync(Mailbox recipient, CancellationToken cancel)
    {
        using var link = connection.Deadline.LinkTo(cancel);
        if (NeedsReset)
            await connection.SendCommandAsync(new PendingCommand(Stage.Reset, "RSET"), options.Timeouts.Hello, cancel);
        NeedsReset = true;
        if (!Offers.SmtpUtf8)
            recipient = recipient.WithAsciiDomain();
        bool utf8 = !recipient.IsAscii;
        string from = "MAIL FROM:<>" + (utf8 && Offers.SmtpUtf8 ? " SMTPUTF8" : "");
        var mail = await connection.SendCommandAsync(new PendingCommand(Stage.MailFrom, from), options.Timeouts.Mail, cancel);
        if (mail.Class != 2)
            return new RecipientAnswer(mail, Stage.MailFrom);
        if (utf8 && !Offers.SmtpUtf8)
            return new RecipientAnswer(ClientReplies.PeerNotUtf8.Say(("host", Target.Host)), Stage.MailFrom);

        var command = new PendingCommand(Stage.RcptTo, $"RCPT TO:<{recipient}>", Sender: "", recipient.ToString());
        return new RecipientAnswer(await connection.SendCommandAsync(command, options.Timeouts.Rcpt, cancel), Stage.RcptTo);
    }

    /// <summary>Says QUIT if that is still possible, waits briefly for the answer, closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (connection.IsUsable)
        {
            connection.IsUsable = false;
            try
            {
                await connection.SendCommandAsync(new PendingCommand(Stage.Quit, "QUIT"), options.Timeouts.Quit, default);
                connection.Journal.Closed();
            }
            catch (IOException)
            {
                // It may hang up first; nothing depends on the answer.
            }
        }

        Abort();
    }

    /// <summary>Closes the connection without QUIT.</summary>
    public void Abort() => connection.Dispose();

    /// <summary>Greeting, EHLO, STARTTLS, AUTH.</summary>
    /// <exception cref="SmtpClientException">The peer refused, broke off or did not answer.</exception>
    /// <param name="hurry">Ends the wait for the greeting.</param>
    internal async ValueTask GreetAsync(CancellationToken hurry, CancellationToken cancel)
    {
        using var link = connection.Deadline.LinkTo(cancel);
        using (connection.Deadline.LinkTo(hurry))
        {
            if (options.ImplicitTls)
                await connection.StartTlsAsync(options, cancel);
            await ReadGreetingAsync(cancel);
        }

        await SendEhloAsync(cancel);
        if (options.Tls != ClientTls.Never && !options.ImplicitTls)
            await SecureAsync(cancel);
        if (options.Login is { } login)
            await new SaslLogin(connection, login, options.Timeouts.Hello).RunAsync(Offers.Logins, cancel);
    }

    private bool DemandsTls => options.Tls is ClientTls.Encrypted or ClientTls.Verified;

    private string DemandedBy => Target.Tls?.By ?? "the configuration";

    private async ValueTask SecureAsync(CancellationToken cancel)
    {
        if (Offers.StartTls)
            await StartTlsAsync(cancel);
        else if (DemandsTls)
            throw connection.Fail(ClientReplies.TlsNotOffered.Say([.. connection.About, ("by", DemandedBy)]), Stage.StartTls);
    }

    private async ValueTask ReadGreetingAsync(CancellationToken cancel)
    {
        var greeting = await connection.ReadReplyAsync(new PendingCommand(Stage.Greeting, null), options.Timeouts.Greeting, cancel);
        if (greeting.Code != 220)
            throw new SmtpClientException(greeting, Stage.Greeting);
    }

    private async ValueTask SendEhloAsync(CancellationToken cancel)
    {
        var reply = await HelloAsync(options.Protocol == PeerProtocol.Lmtp ? "LHLO" : "EHLO", cancel);
        if (reply.Code == 250)
        {
            // The first words of the reply may have been taken for an enhanced status; keywords begin on the second line.
            Offers = Capabilities.Read(reply.Text);
            return;
        }

        bool knowsNoEhlo = reply.IsPermanent && options.Protocol == PeerProtocol.Smtp;
        if (knowsNoEhlo)
            reply = await HelloAsync("HELO", cancel);
        if (reply.Code != 250)
            throw new SmtpClientException(reply, Stage.Hello);
        Offers = Capabilities.None;
    }

    private ValueTask<Reply> HelloAsync(string verb, CancellationToken cancel) =>
        connection.SendCommandAsync(new PendingCommand(Stage.Hello, $"{verb} {options.HostName}"), options.Timeouts.Hello, cancel);

    private async ValueTask StartTlsAsync(CancellationToken cancel)
    {
        var reply = await connection.SendCommandAsync(new PendingCommand(Stage.StartTls, "STARTTLS"), options.Timeouts.Hello, cancel);
        if (reply.Code == 220)
        {
            await connection.StartTlsAsync(options, cancel);
            await SendEhloAsync(cancel);
        }
        else if (reply.Code == 421)
        {
            throw new SmtpClientException(reply, Stage.StartTls);
        }
        else if (DemandsTls)
        {
            // Its reply may say 5xx, but it is about TLS: the mail waits until the host can be trusted again.
            var refused = ClientReplies.TlsRefused.Say([.. connection.About, ("by", DemandedBy), ("words", reply.ToString())]);
            throw connection.Fail(refused, Stage.StartTls);
        }
    }
}
