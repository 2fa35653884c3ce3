using System.Net;
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
    /// <param name="hurry">Cancelled when the host has had enough time to accept us and to greet.</param>
    /// <exception cref="SmtpClientException">There is no session; its reply says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async ValueTask<SmtpClientSession> ConnectAsync(
        PeerTarget target, AttemptContext context, CancellationToken cancel, CancellationToken hurry = default)
    {
        var terms = target.Tls is { } demand ? options with { Tls = demand.Tls } : options;
        try
        {
            return await OpenAsync(target, terms, context, hurry, cancel);
        }
        catch (SmtpClientException failure) when (failure.Stage == Stage.StartTls && terms.Tls == ClientTls.Opportunistic)
        {
            // Anybody able to break the handshake could have hidden STARTTLS as well: mail in clear beats no mail (RFC 7435 §4).
            return await OpenAsync(target, terms with { Tls = ClientTls.Never }, context, hurry, cancel);
        }
    }

    private async ValueTask<SmtpClientSession> OpenAsync(
        PeerTarget target, SmtpClientOptions terms, AttemptContext context, CancellationToken hurry, CancellationToken cancel)
    {
        var attempt = new AttemptJournal(journal, time, target.Host, target.Address) { Context = context };
        var stream = await DialAsync(target, attempt, hurry, cancel);
        var session = new SmtpClientSession(
            new ClientConnection(target, stream, attempt, replies, time), terms)
        { Opened = time.GetUtcNow() };
        try
        {
            await session.GreetAsync(hurry, cancel);
            return session;
        }
        catch
        {
            session.Abort();
            throw;
        }
    }

    private async ValueTask<Stream> DialAsync(
        PeerTarget target, AttemptJournal attempt, CancellationToken hurry, CancellationToken cancel)
    {
        long since = time.GetTimestamp();
        using var clock = new CancellationTokenSource(options.Timeouts.Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, hurry, cancel);
        Reply condition;
        Exception cause;
        try
        {
            var stream = await connector.ConnectAsync(target.EndPoint, SourceFor(target), either.Token);
            attempt.Connected();
            return stream;
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            var waited = hurry.IsCancellationRequested ? time.GetElapsedTime(since) : options.Timeouts.Connect;
            condition = ClientReplies.ConnectTimedOut.Say([.. About(target), ("seconds", Math.Round(waited.TotalSeconds))]);
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

    private IPAddress? SourceFor(PeerTarget target) => target.EndPoint.AddressFamily switch
    {
        AddressFamily.InterNetwork => options.SourceFour,
        AddressFamily.InterNetworkV6 => options.SourceSix,
        _ => null,
    };

    private Reply ConditionOf(SocketException failure, PeerTarget target) => target.EndPoint is UnixDomainSocketEndPoint
        ? OfSocket(failure, target.Host)
        : OfNetwork(failure, target);

    private static Reply OfSocket(SocketException failure, string path) => (UnixSockets.ProblemOf(path, failure) switch
    {
        UnixSocketProblem.Missing => ClientReplies.SocketMissing,
        UnixSocketProblem.Denied => ClientReplies.SocketDenied,
        UnixSocketProblem.NotListening => ClientReplies.SocketNotListening,
        _ => ClientReplies.SocketFailed,
    }).Say(("path", path), ("cause", failure.Message));

    private Reply OfNetwork(SocketException failure, PeerTarget target) => failure.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable when SourceFor(target) is { } source =>
            ClientReplies.SourceAddressMissing.Say([.. About(target), ("source", source)]),
        SocketError.NetworkUnreachable or SocketError.NetworkDown => ClientReplies.NetworkUnreachable.Say(About(target)),
        SocketError.ConnectionRefused => ClientReplies.ConnectionRefused.Say(About(target)),
        SocketError.HostUnreachable or SocketError.HostDown => ClientReplies.HostUnreachable.Say(About(target)),
        SocketError.TimedOut => ClientReplies.ConnectTimedOut.Say([.. About(target), ("seconds", options.Timeouts.Connect.TotalSeconds)]),
        _ => ClientReplies.ConnectFailed.Say([.. About(target), ("cause", failure.Message)]),
    };

    private static (string, object?)[] About(PeerTarget target) =>
        [("host", target.Host), ("address", target.Address), ("port", target.Port)];
}
