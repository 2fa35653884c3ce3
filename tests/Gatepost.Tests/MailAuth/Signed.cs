using System.Text;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Xunit;
using SignatureAlgorithm = Gatepost.MailAuth.Dkim.SignatureAlgorithm;

namespace Gatepost.Tests.MailAuth;

/// <summary>Keys of example.org, and messages signed and verified with them.</summary>
internal static class Signed
{
    public const string Domain = "example.org";

    public static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    public static readonly SigningKey Rsa = SigningKey.Create(Domain, "r", SignatureAlgorithm.RsaSha256);

    public static readonly SigningKey Edwards = SigningKey.Create(Domain, "e", SignatureAlgorithm.Ed25519Sha256);

    public const string Message = """
        From: Ann <ann@example.org>
        To: bob@example.net
        Subject: Minutes of Monday
        Date: Mon, 23 Nov 2026 10:00:00 +0000
        Message-ID: <1@example.org>
        MIME-Version: 1.0
        Content-Type: text/plain

        Dear Bob,
        here they are.

        Ann

        """;

    /// <summary>The keys as DNS has them.</summary>
    public static KeyZone Zone => new((Rsa.RecordName, Rsa.Record), (Edwards.RecordName, Edwards.Record));

    public static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    /// <summary>The message with the fields that sign it before it.</summary>
    public static async Task<string> ByAsync(string message, params SigningKey[] keys)
    {
        using var stream = new MemoryStream(Octets(message));
        var signed = await new DkimSigner(new FixedTime(Noon)).SignAsync(stream, _ => keys.Length == 0 ? [Rsa] : keys, TestContext.Current.CancellationToken);
        Assert.Null(signed.Fault);
        return Encoding.UTF8.GetString(signed.Fields.Span) + message.ReplaceLineEndings("\r\n");
    }

    public static async Task<IReadOnlyList<DkimResult>> VerifyAsync(string message, KeyZone? zone = null, DateTimeOffset? now = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(message));
        return await new DkimVerifier(zone ?? Zone, new FixedTime(now ?? Noon)).VerifyAsync(stream, TestContext.Current.CancellationToken);
    }

    /// <summary>Changes the tags of the only signature, whether it is right afterwards or not.</summary>
    public static string With(string signed, string old, string now) => signed.Contains(old, StringComparison.Ordinal) ? signed.Replace(old, now, StringComparison.Ordinal)
        : throw new ArgumentException(old);

    /// <summary>The ids of what is said of a single signature.</summary>
    public static (AuthResult Result, string[] Steps) Single(IReadOnlyList<DkimResult> results)
    {
        var result = Assert.Single(results);
        return (result.Result, [.. result.Steps.Select(step => step.Id)]);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
