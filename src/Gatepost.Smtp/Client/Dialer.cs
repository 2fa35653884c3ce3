using System.Net.Sockets;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Smtp.Client;

/// <summary>Opens SMTP and LMTP sessions with other servers.</summary>
/// <param name="replies">What the peers' replies are recognised by.</param>
public sealed class Dialer(SmtpClientOptions options, IConnector connector, IJournal journal, TimeProvider time, ReplyDatabase replies)
{
    /// <summary>Connects, reads the greeting, says EHLO and starts TLS.</summary>
    /// <remarks>If opportunistic TLS fails, a second connection goes without it; the failure is in the journal.</remarks>
    /// <exception cref="SmtpClientException">There is no session; its reply says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async ValueTask<SmtpClientSession> ConnectAsync(PeerTarget target, AttemptContext context, CancellationToken cancel)
    {
        try
        {
            return await OpenAsync(target, options, context, cancel);
        }
        catch (SmtpClientException failure) when (failure.Stage == Stage.StartTls && options.Tls == ClientTls.Opportunistic)
        {
            // Anybody able to break the handshake could have hidden STARTTLS as well: mail in clear beats no mail (RFC 7435 §4).
            return await OpenAsync(target, options with { Tls = ClientTls.Never }, context, cancel);
        }
    }

    private async ValueTask<SmtpClientSession> OpenAsync(
        PeerTarget target, SmtpClientOptions terms, AttemptContext context, CancellationToken cancel)
    {
        var attempt = new AttemptJournal(journal, time, target.Host, target.Address) { Context = context };
        var stream = await DialAsync(target, attempt, cancel);
        var session = new SmtpClientSession(new ClientConnection(target, stream, attempt, replies, time), terms);
        try
        {
            await session.GreetAsync(cancel);
            return session;
        }
        catch
        {
            session.Abort();
            throw;
        }
    }

    private async ValueTask<Stream> DialAsync(PeerTarget target, AttemptJournal attempt, CancellationToken cancel)
    {
        using var clock = new CancellationTokenSource(options.Timeouts.Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        Reply condition;
        Exception cause;
        try
        {
            var stream = await connector.ConnectAsync(target.EndPoint, either.Token);
            attempt.Connected();
            return stream;
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            condition = ClientReplies.ConnectTimedOut.Say([.. About(target), ("seconds", options.Timeouts.Connect.TotalSeconds)]);
            cause = late;
        }
        catch (SocketException failure)
        {
            condition = ConditionOf(failure, target);
            cause = failure;
        }

        attempt.Closed(Stage.Connect, condition);
        throw new SmtpClientException(condition, Stage.Connect, cause);
    }

    private Reply ConditionOf(SocketException failure, PeerTarget target) => failure.SocketErrorCode switch
    {
        SocketError.NetworkUnreachable or SocketError.NetworkDown => ClientReplies.NetworkUnreachable.Say(About(target)),
        SocketError.ConnectionRefused => ClientReplies.ConnectionRefused.Say(About(target)),
        SocketError.HostUnreachable or SocketError.HostDown => ClientReplies.HostUnreachable.Say(About(target)),
        SocketError.TimedOut => ClientReplies.ConnectTimedOut.Say([.. About(target), ("seconds", options.Timeouts.Connect.TotalSeconds)]),
        _ => ClientReplies.ConnectFailed.Say([.. About(target), ("cause", failure.Message)]),
    };

    private static (string, object?)[] About(PeerTarget target) =>
        [("host", target.Host), ("address", target.Address), ("port", target.Port)];
}
