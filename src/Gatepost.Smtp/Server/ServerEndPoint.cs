using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Smtp.Server;

/// <summary>The channel binding <c>tls-server-end-point</c>: a hash of the server's certificate (RFC 5929 §4.1).</summary>
internal static class ServerEndPoint
{
    /// <returns>Null without certificate, and for signatures whose hash the RFC leaves open (Ed25519).</returns>
    public static byte[]? Of(X509Certificate? certificate)
    {
        if (certificate is null)
            return null;
        byte[] encoded = certificate.GetRawCertData();
        string signature = (certificate as X509Certificate2)?.SignatureAlgorithm.Value
            ?? new X509Certificate2(certificate).SignatureAlgorithm.Value ?? "";
        return signature switch
        {
            // sha384 and sha512 with RSA and ECDSA; MD5 and SHA-1 are raised to SHA-256 by the RFC.
            "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(encoded),
            "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(encoded),
            "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" or "1.2.840.113549.1.1.5" or "1.2.840.10045.4.1" => SHA256.HashData(encoded),
            _ => null,
        };
    }
}
