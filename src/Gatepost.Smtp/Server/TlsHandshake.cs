using System.Net.Security;
using System.Security.Authentication;

namespace Gatepost.Smtp.Server;

/// <summary>The server's TLS handshake: TLS 1.2 and 1.3 only (RFC 8996, RFC 9325 §3.1.1).</summary>
internal static class TlsHandshake
{
    /// <summary>Completes the handshake; the certificate is chosen by the name the client asks for.</summary>
    /// <exception cref="AuthenticationException">It failed, or there is no certificate.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async ValueTask<TlsState> RunAsync(SslStream tls, ICertificateSource? certificates, Deadlines deadlines, TimeSpan timeout)
    {
        var handshake = tls.AuthenticateAsServerAsync(
            (_, hello, _, _) => new ValueTask<SslServerAuthenticationOptions>(Options(certificates, hello.ServerName)),
            null,
            deadlines.Token);
        await deadlines.WithinAsync(Phase.Handshaking, timeout, new ValueTask(handshake)).ConfigureAwait(false);
        return new TlsState(tls.SslProtocol, tls.NegotiatedCipherSuite)
        {
            ServerEndPoint = ServerEndPoint.Of(tls.LocalCertificate),
        };
    }

    private static SslServerAuthenticationOptions Options(ICertificateSource? certificates, string? serverName) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ServerCertificateContext = certificates?.Find(serverName) ?? throw new AuthenticationException("there is no certificate"),
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
    };
}
