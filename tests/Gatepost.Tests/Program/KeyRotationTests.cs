using System.Text;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Gatepost.Replies;
using Gatepost.Signing;
using Gatepost.Tests.Delivery;
using Gatepost.Tests.MailAuth;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>Keys of hosted domains: from their making until their removal.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly FakeTimeProvider time = new(Signed.Noon);
    private readonly KeyZone zone = new();
    private readonly List<string> hosted = ["example.org"];
    private readonly List<string> reported = [];
    private readonly DomainSigner signer;
    private readonly SigningKeyFolder keys;
    private readonly KeyRotation rotation;
    private DkimOptions options = new();

    public KeyRotationTests()
    {
        signer = new DomainSigner(time);
        keys = new SigningKeyFolder(folder.Path);
        rotation = new KeyRotation(keys, signer, _ => new(hosted), zone, () => options, time, finding => reported.Add(finding.Id));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_hosted_domain_gets_two_keys_that_sign_nothing_before_their_records_are_seen()
    {
        await rotation.StepAsync(Cancel);
        Assert.Equal([SignatureAlgorithm.Ed25519Sha256, SignatureAlgorithm.RsaSha256], Kept().Select(key => key.Key.Algorithm));
        Assert.All(Kept(), key => Assert.Equal(KeyState.Waiting, key.State));
        Assert.Empty(await SignAsync("ann@example.org"));

        Publish(Kept());
        await rotation.StepAsync(Cancel);
        Assert.All(Kept(), key => Assert.Equal(KeyState.Active, key.State));
        string signed = await SignAsync("ann@example.org");
        var results = await Signed.VerifyAsync(signed + Message("ann@example.org"), zone, time.GetUtcNow());
        Assert.Equal([(AuthResult.Pass, "rsa-sha256"), (AuthResult.Pass, "ed25519-sha256")], results.Select(result => (result.Result, result.Algorithm!)));
        Assert.Equal(["dkim-key-made", "dkim-key-made", "dkim-key-seen", "dkim-key-seen"], reported);
    }

    [Fact]
    public async Task A_new_key_takes_over_when_it_is_seen_and_the_old_one_is_removed_after_the_overlap()
    {
        await rotation.StepAsync(Cancel);
        Publish(Kept());
        await rotation.StepAsync(Cancel);
        string old = Kept().Single(key => key.Key.Algorithm == SignatureAlgorithm.RsaSha256).Key.Selector;
        var made = keys.Make("example.org", SignatureAlgorithm.RsaSha256, time.GetUtcNow());
        await rotation.StepAsync(Cancel);
        Assert.Contains($"s={old};", await SignAsync("ann@example.org"), StringComparison.Ordinal);

        Publish([made]);
        await rotation.StepAsync(Cancel);
        Assert.Contains($"s={made.Key.Selector};", await SignAsync("ann@example.org"), StringComparison.Ordinal);
        Assert.Equal(KeyState.Retiring, Kept().Single(key => key.Key.Selector == old).State);

        time.Advance(options.Overlap + TimeSpan.FromMinutes(1));
        await rotation.StepAsync(Cancel);
        Assert.DoesNotContain(Kept(), key => key.Key.Selector == old);
        Assert.Equal("dkim-key-over", reported[^1]);
    }

    [Fact]
    public async Task A_record_of_another_key_or_silence_of_DNS_activates_nothing()
    {
        await rotation.StepAsync(Cancel);
        foreach (var key in Kept())
            zone.Add(key.Key.RecordName, Signed.Rsa.Record);
        await rotation.StepAsync(Cancel);
        foreach (var key in Kept())
            zone.Add(key.Key.RecordName, "TIMEOUT");
        await rotation.StepAsync(Cancel);
        Assert.All(Kept(), key => Assert.Equal(KeyState.Waiting, key.State));
    }

    [Fact]
    public async Task A_subdomain_is_signed_by_the_domain_above_and_a_foreign_author_by_nobody()
    {
        await rotation.StepAsync(Cancel);
        Publish(Kept());
        await rotation.StepAsync(Cancel);
        Assert.Contains("d=example.org;", await SignAsync("MAILER-DAEMON@mail.example.org"), StringComparison.Ordinal);
        Assert.Empty(await SignAsync("ann@example.net"));
        Assert.Empty(await SignAsync("ann@notexample.org"));
    }

    [Fact]
    public async Task Keys_are_private_files_and_one_that_cannot_be_read_is_reported_once()
    {
        await rotation.StepAsync(Cancel);
        string[] files = Directory.GetFiles(Path.Combine(folder.Path, "dkim", "example.org"));
        Assert.Equal(2, files.Length);
        if (!OperatingSystem.IsWindows())
            Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        await File.WriteAllTextAsync(files[0], "rubbish", Cancel);
        await rotation.StepAsync(Cancel);
        await rotation.StepAsync(Cancel);
        Assert.Single(reported, id => id == "dkim-key-unreadable");
    }

    [Fact]
    public async Task Switched_off_no_key_is_made_and_nothing_is_signed()
    {
        options = new DkimOptions { Sign = false };
        await rotation.StepAsync(Cancel);
        Assert.Empty(Kept());
    }

    private IReadOnlyList<StoredKey> Kept() => keys.Read((file, why) => { });

    private void Publish(IEnumerable<StoredKey> published)
    {
        foreach (var key in published)
            zone.Add(key.Key.RecordName, key.Key.Record);
    }

    private static string Message(string from) => $"From: {from}\r\nTo: bob@example.net\r\n\r\nhello\r\n";

    private async Task<string> SignAsync(string from)
    {
        var signed = await signer.SignAsync(new MemoryStream(Encoding.ASCII.GetBytes(Message(from))), Cancel);
        Assert.Null(signed.Fault);
        return Encoding.ASCII.GetString(signed.Fields.Span);
    }
}
