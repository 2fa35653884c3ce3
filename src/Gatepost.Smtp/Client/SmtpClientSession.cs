using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gatepost.Replies;
using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Client;

/// <summary>Where to connect.</summary>
/// <param name="Host">The name for logs, TLS and the records; the path for a unix socket.</param>
/// <param name="EndPoint">What to open.</param>
public sealed record PeerTarget(string Host, EndPoint EndPoint)
{
    /// <summary>Null for a unix socket.</summary>
    public IPAddress? Address => (EndPoint as IPEndPoint)?.Address;

    public int Port => (EndPoint as IPEndPoint)?.Port ?? 0;
}

/// <summary>For whom a connection is opened; stands in the journal.</summary>
public readonly record struct AttemptContext(string Attempt, string? QueueId);

/// <summary>One connection to another server: SMTP (RFC 5321) or LMTP (RFC 2033), as the client.</summary>
/// <remarks>
/// Octets of the message pass unchanged but for stuffed dots. Whatever the peer says is an answer; what it does to the connection
/// is a <see cref="SmtpClientException"/>. Not thread-safe. <c>Peer.Transaction.cs</c> has the mail, this file the way to it.
/// </remarks>
public sealed partial class SmtpClientSession : IAsyncDisposable
{
    private readonly PeerTarget target;
    private readonly SmtpClientOptions options;
    private readonly IJournal journal;
    private readonly TimeProvider time;
    private readonly Deadline patience;
    private readonly CommandBuilder commands = new();
    private AttemptContext behalf;
    private Stream stream;
    private ReplyReader reader;
    private bool usable = true;
    private bool needsReset;

    private SmtpClientSession(PeerTarget target, SmtpClientOptions options, Stream stream, IJournal journal, TimeProvider time, AttemptContext behalf)
    {
        this.target = target;
        this.options = options;
        this.stream = stream;
        this.journal = journal;
        this.time = time;
        this.behalf = behalf;
        patience = new Deadline(time);
        reader = new ReplyReader(stream, journal, time, target.Address, target.Host);
        Opened = behalf.Attempt;
    }

    /// <summary>The attempt that opened this connection.</summary>
    public string Opened { get; }

    public PeerTarget Target => target;

    public Capabilities Offers { get; private set; } = Capabilities.None;

    /// <summary>Null in clear.</summary>
    public TlsState? Tls { get; private set; }

    /// <summary>Transactions so far.</summary>
    public int Transactions { get; private set; }

    /// <summary>Whether another message may be offered on this connection.</summary>
    public bool IsUsable => usable && (Offers.MaxMails is not { } most || Transactions < most);

    /// <summary>Connects, greets and encrypts. Where opportunistic TLS fails, a second connection goes without; the failure is in the journal.</summary>
    /// <exception cref="SmtpClientException">No session came about; its reply says why.</exception>
    public static async ValueTask<SmtpClientSession> ConnectAsync(PeerTarget target, SmtpClientOptions options, IConnector connector, IJournal journal, TimeProvider time, AttemptContext behalf, CancellationToken cancel)
    {
        try
        {
            return await OpenAsync(target, options, connector, journal, time, behalf, cancel);
        }
        catch (SmtpClientException failure) when (failure.Stage == ClientStage.StartTls && options.Tls == ClientTls.Opportunistic)
        {
            // Whoever could break the handshake could have hidden STARTTLS as well: mail in clear beats no mail (RFC 7435 §4).
            return await OpenAsync(target, options with { Tls = ClientTls.Never }, connector, journal, time, behalf, cancel);
        }
    }

    private static async ValueTask<SmtpClientSession> OpenAsync(PeerTarget target, SmtpClientOptions options, IConnector connector, IJournal journal, TimeProvider time, AttemptContext behalf, CancellationToken cancel)
    {
        var stream = await DialAsync(target, options, connector, journal, time, behalf, cancel);
        var peer = new SmtpClientSession(target, options, stream, journal, time, behalf);
        try
        {
            using var heed = peer.patience.Heed(cancel);
            await peer.MeetAsync(cancel);
            return peer;
        }
        catch
        {
            peer.Abandon();
            throw;
        }
    }

    private static async ValueTask<Stream> DialAsync(PeerTarget target, SmtpClientOptions options, IConnector connector, IJournal journal, TimeProvider time, AttemptContext behalf, CancellationToken cancel)
    {
        var happened = new JournalEvent { Kind = JournalKind.Connected, At = time.GetUtcNow(), Session = behalf.Attempt, QueueId = behalf.QueueId, Outbound = true, Peer = target.Address, PeerName = target.Host, Stage = Stage.Connect };
        using var clock = new CancellationTokenSource(options.Timeouts.Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        Reply condition;
        Exception cause;
        try
        {
            var stream = await connector.ConnectAsync(target.EndPoint, either.Token);
            journal.Record(happened);
            return stream;
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            condition = OurReplies.ConnectTimedOut.Say([.. About(target), ("seconds", options.Timeouts.Connect.TotalSeconds)]);
            cause = late;
        }
        catch (SocketException failure)
        {
            condition = ConditionOf(failure, target, options);
            cause = failure;
        }

        journal.Record(happened with { Kind = JournalKind.Closed, At = time.GetUtcNow(), Reply = condition, Detail = condition.Text });
        throw new SmtpClientException(condition, ClientStage.Connect, cause);
    }

    private static Reply ConditionOf(SocketException failure, PeerTarget target, SmtpClientOptions options) => failure.SocketErrorCode switch
    {
        SocketError.NetworkUnreachable or SocketError.NetworkDown => OurReplies.NetworkUnreachable.Say(About(target)),
        SocketError.ConnectionRefused => OurReplies.ConnectionRefused.Say(About(target)),
        SocketError.HostUnreachable or SocketError.HostDown => OurReplies.HostUnreachable.Say(About(target)),
        SocketError.TimedOut => OurReplies.ConnectTimedOut.Say([.. About(target), ("seconds", options.Timeouts.Connect.TotalSeconds)]),
        _ => OurReplies.ConnectFailed.Say([.. About(target), ("cause", failure.Message)]),
    };

    private static (string, object?)[] About(PeerTarget target) =>
        [("host", target.Host), ("address", target.Address), ("port", target.Port)];

    private async ValueTask MeetAsync(CancellationToken cancel)
    {
        var greeting = await HearAsync(ClientStage.Greeting, null, options.Timeouts.Greeting, cancel);
        if (greeting.Code != 220)
            throw new SmtpClientException(greeting, ClientStage.Greeting);

        await IntroduceAsync(cancel);
        if (options.Tls == ClientTls.Never)
            return;
        if (Offers.StartTls)
            await EncryptAsync(cancel);
        else if (options.Tls == ClientTls.Verified)
            throw Failed(OurReplies.TlsNotOffered.Say(About(target)), ClientStage.StartTls);
    }

    private async ValueTask IntroduceAsync(CancellationToken cancel)
    {
        string hello = (options.Protocol == PeerProtocol.Lmtp ? "LHLO " : "EHLO ") + options.HostName;
        var reply = await AskAsync(hello, ClientStage.Hello, options.Timeouts.Hello, cancel);
        if (reply.Code == 250)
        {
            // The first words of the reply may have been taken for an enhanced status; keywords begin on the second line.
            Offers = Capabilities.Read(reply.Text);
            return;
        }

        bool knowsNoEhlo = reply.IsPermanent && options.Protocol == PeerProtocol.Smtp;
        if (knowsNoEhlo)
            reply = await AskAsync("HELO " + options.HostName, ClientStage.Hello, options.Timeouts.Hello, cancel);
        if (reply.Code != 250)
            throw new SmtpClientException(reply, ClientStage.Hello);
        Offers = Capabilities.None;
    }

    private async ValueTask EncryptAsync(CancellationToken cancel)
    {
        var reply = await AskAsync("STARTTLS", ClientStage.StartTls, options.Timeouts.Hello, cancel);
        if (reply.Code != 220)
        {
            if (options.Tls == ClientTls.Verified || reply.Code == 421)
                throw new SmtpClientException(reply, ClientStage.StartTls);
            return;
        }

        // Octets that came in clear behind the 220 would otherwise be read as if they had come encrypted.
        int injected = reader.Buffered;
        reader.DropBuffered();
        SslPolicyErrors? verdict = null;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            var wait = patience.Start(options.Timeouts.Hello);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = target.Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, _, _, errors) =>
                {
                    verdict = errors;
                    return options.Tls != ClientTls.Verified || errors == SslPolicyErrors.None;
                },
            }, wait);
            patience.Stop();
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            string cause = failure is OperationCanceledException ? "timed out" : verdict is { } errors and not SslPolicyErrors.None && options.Tls == ClientTls.Verified ? $"certificate: {errors}" : failure.Message;
            var condition = OurReplies.TlsHandshakeFailed.Say([.. About(target), ("cause", cause)]);
            Record(JournalKind.Tls, Stage.Hello, reply: condition);
            throw new SmtpClientException(condition, ClientStage.StartTls, failure);
        }

        stream = tls;
        reader = new ReplyReader(stream, journal, time, target.Address, target.Host);
        Tls = new TlsState(tls.SslProtocol, tls.NegotiatedCipherSuite, target.Host);
        Record(JournalKind.Tls, Stage.Hello, detail: string.Create(CultureInfo.InvariantCulture,
            $"{tls.SslProtocol} {tls.NegotiatedCipherSuite}, certificate {(verdict is SslPolicyErrors.None ? "valid" : "not valid")} for {target.Host}{(injected > 0 ? $"; {injected} octets sent in clear behind STARTTLS were dropped" : "")}"));
        await IntroduceAsync(cancel);
    }

    /// <summary>One command, one reply.</summary>
    private async ValueTask<Reply> AskAsync(string command, string stage, TimeSpan longest, CancellationToken cancel)
    {
        commands.Clear();
        commands.Add(command);
        await WriteAsync(commands.Octets, stage, longest, cancel);
        return await HearAsync(stage, command, longest, cancel);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, string stage, TimeSpan longest, CancellationToken cancel)
    {
        try
        {
            await stream.WriteAsync(octets, patience.Start(longest));
            patience.Stop();
        }
        catch (Exception failure)
        {
            throw Broken(failure, stage, cancel);
        }
    }

    private async ValueTask<Reply> HearAsync(string stage, string? command, TimeSpan longest, CancellationToken cancel, string? sender = null, string? recipient = null)
    {
        try
        {
            var reply = await reader.ReadAsync(new Asked(ClientStage.ToJournal(stage), command, behalf.Attempt, behalf.QueueId, sender, recipient), patience.Start(longest));
            patience.Stop();
            if (reply.Code == 421)
                usable = false;
            return reply;
        }
        catch (Exception failure)
        {
            throw Broken(failure, stage, cancel);
        }
    }

    /// <summary>What an exception of the stream means, as a condition.</summary>
    private Exception Broken(Exception failure, string stage, CancellationToken cancel)
    {
        usable = false;
        if (failure is SmtpClientException)
            return failure;
        if (cancel.IsCancellationRequested)
            return new OperationCanceledException(cancel);

        (string, object?)[] about = [("host", target.Host), ("address", target.Address), ("stage", stage), ("seconds", Math.Round(patience.Granted.TotalSeconds)), ("words", (failure as NotAReplyException)?.Words), ("cause", failure is EndOfStreamException ? "the other side closed it" : failure.Message)];
        var condition = failure switch
        {
            OperationCanceledException when stage == ClientStage.Greeting => OurReplies.HostSilent,
            OperationCanceledException => OurReplies.TimedOut,
            NotAReplyException => OurReplies.ReplyUnintelligible,
            _ when stage == ClientStage.EndOfData => OurReplies.LostAfterData,
            _ => OurReplies.LostConnection,
        };
        return Failed(condition.Say(about), stage, failure);
    }

    private SmtpClientException Failed(Reply condition, string stage, Exception? inner = null)
    {
        usable = false;
        Record(JournalKind.Closed, ClientStage.ToJournal(stage), reply: condition, detail: condition.Text);
        return new SmtpClientException(condition, stage, inner);
    }

    private void Record(JournalKind kind, Stage stage, Reply? reply = null, string? detail = null) => journal.Record(new JournalEvent
    {
        Kind = kind,
        At = time.GetUtcNow(),
        Session = behalf.Attempt,
        QueueId = behalf.QueueId,
        Outbound = true,
        Peer = target.Address,
        PeerName = target.Host,
        Stage = stage,
        Reply = reply,
        Detail = detail,
    });

    /// <summary>Says QUIT where that is still possible, waits a little for the answer, closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (usable)
        {
            usable = false;
            try
            {
                await AskAsync("QUIT", ClientStage.Quit, options.Timeouts.Quit, default);
                Record(JournalKind.Closed, Stage.Message);
            }
            catch (IOException)
            {
                // It may hang up first; nothing depends on the answer.
            }
        }

        Abandon();
    }

    /// <summary>Closes without a word.</summary>
    public void Abandon()
    {
        usable = false;
        stream.Dispose();
        patience.Dispose();
    }
}
