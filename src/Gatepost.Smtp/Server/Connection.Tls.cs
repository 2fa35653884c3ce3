using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gatepost.Replies;
using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <content>What comes before and around the dialogue: the PROXY header and TLS.</content>
internal sealed partial class Connection
{
    /// <summary>Who the client is: the peer, or whom a trusted balancer names. Null ends the connection: without its header nobody knows.</summary>
    private async ValueTask<IPEndPoint?> FindClientAsync()
    {
        if (!terms.MayProxy(peer.Address))
            return peer;

        long until = In(terms.Limits.HandshakeTimeout);
        while (true)
        {
            var outcome = ProxyHeader.Read(input.Unread, out var client, out int length);
            if (outcome == ProxyOutcome.Read)
            {
                input.Consume(length);
                return client ?? peer;
            }

            if (outcome == ProxyOutcome.Bad || !await FillExactlyAsync(ProxyHeader.Missing(input.Unread), until).ConfigureAwait(false))
            {
                ending = "no PROXY header from a peer that must send one";
                Record(JournalKind.Closed, ending);
                return null;
            }
        }
    }

    /// <summary>Reads at most so many octets: what follows a PROXY header may be a TLS handshake, which must find all of its own.</summary>
    private async ValueTask<bool> FillExactlyAsync(int count, long until)
    {
        if (!await WaitAsync(stream.ReadAsync(input.Room(ProxyHeader.MaxLength)[..count]), Phase.AwaitingData, until).ConfigureAwait(false) || lastCount == 0)
            return false;
        input.Filled(lastCount);
        octetsIn += lastCount;
        return true;
    }

    /// <summary>What was sent in clear behind STARTTLS is dropped unread: nobody vouches for it (RFC 3207 §4.2, command injection).</summary>
    private async ValueTask<bool> StartTlsAsync()
    {
        int dropped = input.Length;
        input.Discard();
        await FlushAsync().ConfigureAwait(false);
        if (dropped > 0)
            Record(JournalKind.Tls, string.Create(CultureInfo.InvariantCulture, $"{dropped} octets sent in clear behind STARTTLS were dropped"));
        return await ShakeHandsAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> ShakeHandsAsync()
    {
        input.Release();
        var tls = new SslStream(transport.Stream, leaveInnerStreamOpen: true);
        stream = tls;
        string? serverName = null;
        try
        {
            var shaking = tls.AuthenticateAsServerAsync(
                (_, hello, _, _) => new ValueTask<SslServerAuthenticationOptions>(TlsOptions(serverName = hello.ServerName)),
                null,
                Cancel);
            await InPhaseAsync(Phase.Handshaking, terms.Limits.HandshakeTimeout, new ValueTask(shaking)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or SocketException or Win32Exception or ObjectDisposedException
            or InvalidOperationException or NotSupportedException or OperationCanceledException)
        {
            RecordFailed(Why(failure));
            return false;
        }

        var state = new TlsState(tls.SslProtocol, tls.NegotiatedCipherSuite, string.IsNullOrEmpty(serverName) ? null : serverName)
        {
            ServerEndPoint = ServerEndPoint.Of(tls.LocalCertificate),
        };
        await dialogue.TlsBeganAsync(state).ConfigureAwait(false);
        Record(JournalKind.Tls, $"{tls.SslProtocol} {tls.NegotiatedCipherSuite}");
        return true;
    }

    private void RecordFailed(string cause)
    {
        ending = "TLS failed";
        parts.Journal.Record(new JournalEvent
        {
            Kind = JournalKind.Tls,
            At = parts.Time.GetUtcNow(),
            Session = session.Id,
            Peer = session.Client.Address,
            PeerName = session.Helo,
            Reply = OurReplies.TlsHandshakeFailed.Say(("host", session.Helo ?? "client"), ("address", session.Client.Address), ("cause", cause)),
            Detail = cause,
        });
    }

    private string Why(Exception failure)
    {
        if (wasCut)
            return "no handshake in time";
        // SslStream's own message often only points to the inner one.
        return failure.InnerException is { } inner ? $"{failure.Message} ({inner.Message})" : failure.Message;
    }

    /// <summary>TLS 1.2 and 1.3 only (RFC 8996, RFC 9325 §3.1.1).</summary>
    private SslServerAuthenticationOptions TlsOptions(string? serverName) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ServerCertificateContext = terms.Certificates?.Find(serverName) ?? throw new AuthenticationException("there is no certificate"),
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
    };
}
