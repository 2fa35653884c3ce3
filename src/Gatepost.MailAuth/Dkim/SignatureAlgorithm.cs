using System.Security.Cryptography;

namespace Gatepost.MailAuth.Dkim;

/// <summary>How a signature was made: its a= tag.</summary>
public enum SignatureAlgorithm
{
    /// <summary>RFC 6376 §3.3.2.</summary>
    RsaSha256,

    /// <summary>RFC 8463.</summary>
    Ed25519Sha256,

    /// <summary>Historic (RFC 8301 §3.1): never believed, read only to say what was wrong.</summary>
    RsaSha1,
}

internal static class SignatureAlgorithmWords
{
    public static SignatureAlgorithm? Read(string word) => word switch
    {
        "rsa-sha256" => SignatureAlgorithm.RsaSha256,
        "ed25519-sha256" => SignatureAlgorithm.Ed25519Sha256,
        "rsa-sha1" => SignatureAlgorithm.RsaSha1,
        _ => null,
    };

    public static string Word(this SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.RsaSha256 => "rsa-sha256",
        SignatureAlgorithm.Ed25519Sha256 => "ed25519-sha256",
        _ => "rsa-sha1",
    };

    /// <summary>The word of a key record's k= that fits.</summary>
    public static string KeyType(this SignatureAlgorithm algorithm) => algorithm == SignatureAlgorithm.Ed25519Sha256 ? "ed25519" : "rsa";

    public static HashAlgorithmName Hash(this SignatureAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.RsaSha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
}
