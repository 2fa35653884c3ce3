using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using Gatepost.Replies;
using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <summary>Begins TLS on one connection: after STARTTLS, or immediately at a port that begins with it.</summary>
internal sealed class TlsStart(
    ConnectionStream stream, ListenerProfile profile, SmtpSession smtp, Deadlines deadlines, ReplySender replies, ConnectionEnd end)
{
    /// <summary>What was sent in clear behind STARTTLS is dropped unread: it may have been injected (RFC 3207 §4.2).</summary>
    /// <returns>Whether the session goes on.</returns>
    public async ValueTask<bool> StartTlsAsync()
    {
        int dropped = stream.Input.Length;
        stream.Input.Discard();
        await stream.FlushAsync().ConfigureAwait(false);
        if (dropped > 0)
            smtp.Journal.Tls(OurEvidence.ClearTextDropped.Say(dropped));
        return await HandshakeAsync().ConfigureAwait(false);
    }

    /// <summary>The handshake.</summary>
    /// <returns>Whether the session goes on; if not, the cause is in the journal.</returns>
    public async ValueTask<bool> HandshakeAsync()
    {
        TlsState state;
        try
        {
            if (profile.Listener.ImplicitTls && await BeginsInClearAsync().ConfigureAwait(false))
                return await RejectClearTextAsync().ConfigureAwait(false);
            state = await TlsHandshake.RunAsync(stream.StartTls(), profile.Certificates, deadlines, SessionLimits.HandshakeTimeout)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (
            failure is AuthenticationException or IOException or SocketException or Win32Exception or ObjectDisposedException
            or InvalidOperationException or NotSupportedException or OperationCanceledException)
        {
            end.Note(OurEvidence.TlsFailed.Say());
            // SslStream's own message often only points to the inner one.
            var cause = deadlines.WasCut ? OurEvidence.HandshakeTimeout.Say()
                : OurEvidence.Quoted.Say(failure.InnerException is { } inner ? $"{failure.Message} ({inner.Message})" : failure.Message);
            smtp.Journal.Tls(
                cause,
                ClientReplies.TlsHandshakeFailed.Say(
                    ("host", smtp.Session.Helo ?? "client"), ("address", smtp.Session.Client.Address), ("cause", cause.ToString())));
            return false;
        }

        await smtp.TlsStartedAsync(state).ConfigureAwait(false);
        smtp.Journal.Tls(OurEvidence.TlsStarted.Say(state.Protocol.ToString(), state.Cipher.ToString()));
        return true;
    }

    /// <summary>Waits for the first octets at a port that begins with TLS, and looks at them without taking them.</summary>
    private async ValueTask<bool> BeginsInClearAsync()
    {
        await deadlines.WithinAsync(Phase.Handshaking, SessionLimits.HandshakeTimeout, stream.WaitForOctetsAsync()).ConfigureAwait(false);
        byte[] first = new byte[1];
        return FirstOctets.AreClearText(first.AsSpan(0, stream.Peek(first)));
    }

    private async ValueTask<bool> RejectClearTextAsync()
    {
        end.NoteError(OurEvidence.PlainAtTlsPort.Say());
        replies.Send(smtp.RejectLine(ProtocolReplies.PlainAtTlsPort), null, "(clear text)");
        await stream.FlushAsync().ConfigureAwait(false);
        return false;
    }
}
