using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace Gatepost.MailAuth.Dkim;

/// <summary>The key of a record: RSA or Ed25519, already bounded in size.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Remembered for many messages; the finalizer of its handle frees it.")]
internal sealed class PublicKey
{
    /// <summary>RFC 8301 §3.2: nothing below is believed.</summary>
    public const int LeastBits = 1024;

    /// <summary>Twice what RFC 8301 §3.2 asks for; a check with it takes about a millisecond.</summary>
    public const int MostBits = 8192;

    /// <summary>OpenSSL's own limit for long keys: with a long exponent a check takes as long as a signature.</summary>
    private const int MostExponent = 8;

    private static readonly byte[] Sha256Prefix = Convert.FromHexString("3031300d060960864801650304020105000420");
    private static readonly byte[] Sha1Prefix = Convert.FromHexString("3021300906052b0e03021a05000414");

    private static readonly NSec.Cryptography.SignatureAlgorithm Edwards = NSec.Cryptography.SignatureAlgorithm.Ed25519;

    private readonly Lock sync = new();
    private readonly RSA? rsa;
    private readonly NSec.Cryptography.PublicKey? ed25519;

    private PublicKey(RSA rsa) => (this.rsa, Bits) = (rsa, rsa.KeySize);

    private PublicKey(NSec.Cryptography.PublicKey ed25519) => (this.ed25519, Bits) = (ed25519, 256);

    public int Bits { get; }

    /// <summary>Whether signatures by it may be believed (RFC 8301 §3.2).</summary>
    public bool IsStrong => ed25519 is not null || Bits >= LeastBits;

    /// <summary>Null for anything that is no such key. A key over <see cref="MostBits"/> is never put to use.</summary>
    /// <param name="type"><c>rsa</c> or <c>ed25519</c>.</param>
    public static PublicKey? Read(string type, ReadOnlySpan<byte> octets)
    {
        if (type == "ed25519")
            return NSec.Cryptography.PublicKey.TryImport(Edwards, octets, KeyBlobFormat.RawPublicKey, out var key)
                ? new PublicKey(key!)
                : null;

        var rsa = RSA.Create();
        try
        {
            // RFC 6376 §3.6.1 names RSAPublicKey, its erratum 3017 SubjectPublicKeyInfo; both are published.
            if (!IsSubjectPublicKeyInfo(octets))
                rsa.ImportRSAPublicKey(octets, out _);
            else
                rsa.ImportSubjectPublicKeyInfo(octets, out _);
            if (rsa.ExportParameters(false).Exponent!.Length <= MostExponent)
                return new PublicKey(rsa);
        }
        catch (CryptographicException)
        {
            // No key.
        }

        rsa.Dispose();
        return null;
    }

    public bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, SignatureAlgorithm algorithm)
    {
        if (ed25519 is not null)
            return Edwards.Verify(ed25519, hash, signature);
        try
        {
            // RSA objects promise nothing to several threads, and a key that is remembered serves many messages.
            lock (sync)
                return rsa!.VerifyHash(hash, signature, algorithm.Hash(), RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The hash that an RSA signature was made of; null when it was not made with this key, or the key is not RSA.</summary>
    /// <remarks>Only to say what was changed: whether a signature is good, <see cref="Verify"/> says.</remarks>
    public byte[]? HashIn(ReadOnlySpan<byte> signature, SignatureAlgorithm algorithm)
    {
        if (rsa is null || Bits > MostBits)
            return null;
        var key = Parameters();
        int size = key.Modulus!.Length;
        var modulus = new BigInteger(key.Modulus, isUnsigned: true, isBigEndian: true);
        var given = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (signature.Length != size || given >= modulus)
            return null;
        var exponent = new BigInteger(key.Exponent, isUnsigned: true, isBigEndian: true);
        byte[] block = BigInteger.ModPow(given, exponent, modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] prefix = algorithm == SignatureAlgorithm.RsaSha1 ? Sha1Prefix : Sha256Prefix;
        int hash = algorithm == SignatureAlgorithm.RsaSha1 ? SHA1.HashSizeInBytes : SHA256.HashSizeInBytes;
        int padding = size - 3 - prefix.Length - hash;
        // RFC 8017 §9.2; the leading zero is not in a number.
        bool isBlock = padding >= 8 && block.Length == size - 1 && block[0] == 1 && block[padding + 1] == 0
            && block.AsSpan(1, padding).IndexOfAnyExcept((byte)0xFF) < 0
            && block.AsSpan(padding + 2).StartsWith(prefix);
        return isBlock ? block[^hash..] : null;
    }

    private RSAParameters Parameters()
    {
        lock (sync)
            return rsa!.ExportParameters(false);
    }

    /// <summary>A sequence that begins with a sequence; a bare RSAPublicKey begins with a number.</summary>
    private static bool IsSubjectPublicKeyInfo(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 4 || octets[0] != 0x30)
            return false;
        int lengthOctets = octets[1] < 0x80 ? 1 : 1 + (octets[1] & 0x7F);
        return 1 + lengthOctets < octets.Length && octets[1 + lengthOctets] == 0x30;
    }
}
