using System.Security.Cryptography;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>Tags of signatures and key records: each that is wrong is named.</summary>
public sealed class DkimTagTests
{
    [Theory]
    [InlineData("v=1", "v=2", "dkim-version-unknown")]
    [InlineData("a=rsa-sha256", "a=rsa-sha512", "dkim-algorithm-unknown")]
    [InlineData(" d=example.org;", "", "dkim-tag-missing")]
    [InlineData(" s=r;", "", "dkim-tag-missing")]
    [InlineData(" s=r;", " s=r; s=r;", "dkim-tag-twice")]
    [InlineData(" s=r;", " s=r;;", "dkim-not-tags")]
    [InlineData(" s=r;", " s=r; 1x=2;", "dkim-not-tags")]
    [InlineData(" s=r;", " s=r r;", "dkim-tag-wrong")]
    [InlineData("d=example.org", "d=example..org", "dkim-tag-wrong")]
    [InlineData("d=example.org", "d=org", "dkim-tag-wrong")]
    [InlineData("c=relaxed/relaxed", "c=relaxed/", "dkim-tag-wrong")]
    [InlineData("c=relaxed/relaxed", "c=nofws", "dkim-tag-wrong")]
    [InlineData(" h=from:from:", " h=", "dkim-from-unsigned")]
    [InlineData(" h=from:", " h=from::", "dkim-tag-wrong")]
    [InlineData(" s=r;", " s=r; i=ann@example.com;", "dkim-identity-outside")]
    [InlineData(" s=r;", " s=r; i=ann@notexample.org;", "dkim-identity-outside")]
    [InlineData(" s=r;", " s=r; i=ann;", "dkim-tag-wrong")]
    [InlineData(" s=r;", " s=r; i=a=ZZ@example.org;", "dkim-tag-wrong")]
    [InlineData(" s=r;", " s=r; q=dns/dane;", "dkim-query-unknown")]
    [InlineData(" s=r;", " s=r; l=12x;", "dkim-tag-wrong")]
    [InlineData(" s=r;", " s=r; x=1;", "dkim-expires-first")]
    [InlineData("t=1795867200", "t=1795867199; x=1795867199", "dkim-expires-first")]
    [InlineData("t=1795867200", "t=1795867000; x=1795867100", "dkim-expired")]
    [InlineData("t=1795867200", "t=1795877200", "dkim-from-future")]
    [InlineData("t=1795867200", "t=99999999999999999999999", "dkim-from-future")]
    [InlineData("t=1795867200", "t=-1", "dkim-tag-wrong")]
    [InlineData(" s=r;", " s=r; z;", "dkim-not-tags")]
    public async Task A_tag_that_is_wrong_makes_it_permerror_and_is_named(string old, string now, string step)
    {
        string signed = await Signed.ByAsync(Signed.Message);
        Assert.Equal((AuthResult.PermError, step), Flat(await Signed.VerifyAsync(Signed.With(signed, old, now))));
    }

    [Theory]
    [InlineData("v=DKIM1; p=", "dkim-key-revoked")]
    [InlineData("v=DKIM2; p={key}", "dkim-key-version")]
    [InlineData("k=rsa; v=DKIM1; p={key}", "dkim-key-version")]
    [InlineData("v=DKIM1; k=dsa; p={key}", "dkim-key-type-unknown")]
    [InlineData("v=DKIM1; k=ed25519; p={ed}", "dkim-key-type-other")]
    [InlineData("v=DKIM1; k=ed25519; p={key}", "dkim-key-not-key")]
    [InlineData("v=DKIM1; p={ed}", "dkim-key-not-key")]
    [InlineData("v=DKIM1; h=sha1; p={key}", "dkim-key-hashes")]
    [InlineData("v=DKIM1; s=tlsrpt; p={key}", "dkim-key-services")]
    [InlineData("v=DKIM1; p=***", "dkim-tag-wrong")]
    [InlineData("v=DKIM1; t", "dkim-not-tags")]
    [InlineData("v=DKIM1; k=rsa", "dkim-tag-missing")]
    [InlineData("v=DKIM1; p={key}; p={key}", "dkim-tag-twice")]
    [InlineData("", "dkim-not-tags")]
    public async Task A_key_that_cannot_be_used_makes_it_permerror_with_what_is_wrong(string record, string why)
    {
        var results = await Signed.VerifyAsync(await Signed.ByAsync(Signed.Message), new KeyZone((Signed.Rsa.RecordName, Fill(record))));
        var step = Assert.Single(Assert.Single(results).Steps);
        Assert.Equal((AuthResult.PermError, "dkim-key-unusable"), (results[0].Result, step.Id));
        Assert.Equal(why, Assert.IsType<Gatepost.Replies.Finding>(step.Arguments[1]).Id);
    }

    [Theory]
    [InlineData("p={key}", "dkim-pass")]
    [InlineData(" v = DKIM1 ; h = sha1 : sha256 ; s = email ; p = {key} ; n = hello ;", "dkim-pass")]
    [InlineData("v=DKIM1; s=*; t=s; p={key}", "dkim-pass")]
    [InlineData("v=DKIM1; t=y:s; p={key}", "dkim-key-testing dkim-pass")]
    [InlineData("v=DKIM1; p={bare}", "dkim-pass")]
    public async Task A_key_that_can_be_used_passes(string record, string steps) =>
        Assert.Equal((AuthResult.Pass, steps), Flat(await Signed.VerifyAsync(await Signed.ByAsync(Signed.Message), new KeyZone((Signed.Rsa.RecordName, Fill(record))))));

    [Fact]
    public async Task A_key_for_the_domain_alone_does_not_serve_a_subdomain()
    {
        string signed = Signed.With(await Signed.ByAsync(Signed.Message), " s=r;", " s=r; i=ann@sub.example.org;");
        var results = await Signed.VerifyAsync(signed, new KeyZone((Signed.Rsa.RecordName, Fill("v=DKIM1; t=s; p={key}"))));
        Assert.Contains("t=s", Assert.Single(results[0].Steps).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NXDOMAIN", AuthResult.PermError, "dkim-key-absent")]
    [InlineData("SERVFAIL", AuthResult.TempError, "dkim-key-unanswered")]
    [InlineData("TIMEOUT", AuthResult.TempError, "dkim-key-unanswered")]
    public async Task No_key_is_permerror_and_silence_is_temperror(string answer, AuthResult result, string step) =>
        Assert.Equal((result, step), Flat(await Signed.VerifyAsync(await Signed.ByAsync(Signed.Message), new KeyZone((Signed.Rsa.RecordName, answer)))));

    [Fact]
    public async Task Of_several_records_one_that_fits_is_enough_and_it_is_said_that_there_are_several()
    {
        var zone = new KeyZone();
        zone.Add(Signed.Rsa.RecordName, "v=spf1 -all", Fill("v=DKIM1; p="), Signed.Rsa.Record);
        Assert.Equal((AuthResult.Pass, "dkim-key-several dkim-pass"), Flat(await Signed.VerifyAsync(await Signed.ByAsync(Signed.Message), zone)));
    }

    [Theory]
    [InlineData(512, "dkim-signature-foreign dkim-key-short")]
    [InlineData(768, "dkim-signature-foreign dkim-key-short")]
    public async Task Short_keys_are_not_believed(int bits, string steps)
    {
        using var key = RSA.Create(bits);
        string record = $"v=DKIM1; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}";
        Assert.Equal((AuthResult.Fail, steps), Flat(await Signed.VerifyAsync(await Signed.ByAsync(Signed.Message), new KeyZone((Signed.Rsa.RecordName, record)))));
    }

    [Fact]
    public async Task A_key_of_16384_bits_is_not_put_to_use()
    {
        byte[] modulus = RandomNumberGenerator.GetBytes(2048);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        using var key = RSA.Create();
        key.ImportParameters(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });
        string record = $"v=DKIM1; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}";
        var results = await Signed.VerifyAsync(await Signed.ByAsync(Signed.Message), new KeyZone((Signed.Rsa.RecordName, record)));
        Assert.Contains("16384", Assert.Single(results[0].Steps).ToString(), StringComparison.Ordinal);
        Assert.Equal(AuthResult.PermError, results[0].Result);
    }

    [Fact]
    public async Task A_message_without_signature_is_none()
    {
        var zone = Signed.Zone;
        Assert.Equal((AuthResult.None, "dkim-none"), Flat(await Signed.VerifyAsync(Signed.Message.ReplaceLineEndings("\r\n"), zone)));
        Assert.Empty(zone.Asked);
    }

    private static string Fill(string record) => record.Replace("{key}", Signed.Rsa.Record[(Signed.Rsa.Record.IndexOf("p=", StringComparison.Ordinal) + 2)..], StringComparison.Ordinal)
        .Replace("{ed}", Signed.Edwards.Record[(Signed.Edwards.Record.IndexOf("p=", StringComparison.Ordinal) + 2)..], StringComparison.Ordinal)
        .Replace("{bare}", Bare(), StringComparison.Ordinal);

    private static string Bare()
    {
        using var key = RSA.Create();
        key.ImportFromPem(Signed.Rsa.ToPem());
        return Convert.ToBase64String(key.ExportRSAPublicKey());
    }

    private static (AuthResult Result, string Steps) Flat(IReadOnlyList<DkimResult> results)
    {
        var (result, steps) = Signed.Single(results);
        return (result, string.Join(' ', steps));
    }
}
