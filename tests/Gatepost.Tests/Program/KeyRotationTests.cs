using System.Text;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Signing;
using Gatepost.Tests.Delivery;
using Gatepost.Tests.MailAuth;
using Gatepost.Web.Control;
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
    private readonly Alarms alarms;
    private readonly SigningKeyFolder keys;
    private readonly KeyRotation rotation;
    private DkimOptions options = new();

    public KeyRotationTests()
    {
        alarms = new Alarms(null, time);
        signer = new DomainSigner(time, alarms);
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
        Assert.Equal([(AuthResult.Pass, "rsa-sha256"), (AuthResult.Pass, "ed25519-sha256")],
            results.Select(result => (result.Result, result.Algorithm!)));
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
    public async Task A_subdomain_is_signed_by_the_domain_above_and_a_foreign_author_by_no_one()
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

    [Fact]
    public async Task A_domain_whose_key_cannot_be_read_sends_nothing_unsigned_or_half_signed()
    {
        await ActiveAsync();
        string file = Directory.GetFiles(Path.Combine(folder.Path, "dkim", "example.org")).Order().First();
        string good = await File.ReadAllTextAsync(file, Cancel);

        // The running server keeps the key that it knows; one that starts has only the other.
        await File.WriteAllTextAsync(file, good.Split('\n')[0] + "\nrubbish", Cancel);
        await rotation.StepAsync(Cancel);
        Assert.Equal(2, (await SignAsync("ann@example.org")).Split("DKIM-Signature:").Length - 1);
        var started = Started(out var fresh);
        await started.StepAsync(Cancel);
        Assert.Equal("dkim-key-unreadable", (await FaultAsync(fresh, "ann@example.org"))!.Id);
        Assert.Null(await FaultAsync(fresh, "ann@example.net"));
        Assert.Equal(["dkim-sign:example.org"], alarms.On.Select(alarm => alarm.Key));

        await File.WriteAllTextAsync(file, good, Cancel);
        await started.StepAsync(Cancel);
        Assert.Null(await FaultAsync(fresh, "ann@example.org"));
        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task A_broken_key_that_signs_nothing_any_more_stops_no_mail()
    {
        await ActiveAsync();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "dkim", "example.org", "old.pem"), "# gatepost dkim Retiring 2026-11-01T00:00:00Z\nrubbish", Cancel);
        await Started(out var fresh).StepAsync(Cancel);
        Assert.Null(await FaultAsync(fresh, "ann@example.org"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_at_the_start_defers_all_mail_of_users()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "dkim"), "no folder", Cancel);
        await rotation.StepAsync(Cancel);
        Assert.Equal("dkim-keys-not-kept", (await FaultAsync(signer, "ann@example.org"))!.Id);
        Assert.Equal(["dkim-sign"], alarms.On.Select(alarm => alarm.Key));

        File.Delete(Path.Combine(folder.Path, "dkim"));
        await rotation.StepAsync(Cancel);
        Assert.Empty(alarms.On);
    }

    [Theory]
    [InlineData("From: ann@example.org\r\nFrom: bob@example.org\r\n\r\nx\r\n", "dkim-sign-froms")]
    [InlineData("From: ann@example.org\r\nno field\r\n\r\nx\r\n", "dkim-sign-broken")]
    [InlineData("From: ann@example.org\r\n\r\nx\rx\r\n", "dkim-sign-line-end")]
    [InlineData("long", "dkim-header-too-long")]
    [InlineData("From: ann@example.net\r\nFrom: bob@example.net\r\n\r\nx\r\n", null)]
    [InlineData("To: ann@example.org\r\n\r\nx\r\n", null)]
    public async Task What_cannot_be_signed_is_a_named_fault_where_the_domain_signs(string message, string? fault)
    {
        await ActiveAsync();
        string whole = message == "long" ? $"From: ann@example.org\r\nX: {new string('x', 2 << 20)}\r\n\r\nx\r\n" : message;
        var signed = await signer.SignAsync(new MemoryStream(Encoding.ASCII.GetBytes(whole)), Cancel);
        Assert.Equal(fault, signed.Fault?.Id);
        Assert.True(signed.Fields.IsEmpty);
        Assert.Equal(fault is not null, signed.IsOfMessage);
        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task The_verbs_change_the_keys_of_the_running_server()
    {
        await ActiveAsync();
        Assert.Equal("dkim-has-keys", (await rotation.RunAsync(new(KeyVerb.New, "example.org"), Cancel)).Refusal!.Id);
        Assert.Equal("dkim-not-hosted", (await rotation.RunAsync(new(KeyVerb.New, "example.net"), Cancel)).Refusal!.Id);
        var made = await rotation.RunAsync(new(KeyVerb.Rotate, "Example.org."), Cancel);
        Assert.Equal(["waiting", "waiting"], made.Keys.Select(key => key.State));
        Assert.Equal("dkim-keys-wait", (await rotation.RunAsync(new(KeyVerb.Rotate, "example.org"), Cancel)).Refusal!.Id);
        Assert.Equal(4, (await rotation.RunAsync(new(KeyVerb.List), Cancel)).Keys.Count);
        Assert.Equal("dkim-no-key", (await rotation.RunAsync(new(KeyVerb.Retire, "example.org", "nope"), Cancel)).Refusal!.Id);

        // In force at once, without the next step of the rotation.
        var active = (await rotation.RunAsync(new(KeyVerb.List, "example.org"), Cancel)).Keys.Where(key => key.State == "active").ToList();
        foreach (var key in active)
            Assert.Equal("retiring", (await rotation.RunAsync(new(KeyVerb.Retire, key.Domain, key.Selector), Cancel)).Keys.Single().State);
        Assert.Empty(await SignAsync("ann@example.org"));
        Assert.Empty((await rotation.RunAsync(new(KeyVerb.Retire, "example.org", made.Keys[0].Selector), Cancel)).Keys);
        Assert.Equal(3, Kept().Count);
    }

    private async Task ActiveAsync()
    {
        await rotation.StepAsync(Cancel);
        Publish(Kept());
        await rotation.StepAsync(Cancel);
    }

    /// <summary>As after a restart.</summary>
    private KeyRotation Started(out DomainSigner fresh)
    {
        fresh = new DomainSigner(time, alarms);
        return new KeyRotation(
            new SigningKeyFolder(folder.Path), fresh, _ => new(hosted), zone, () => options, time, finding => reported.Add(finding.Id));
    }

    private static async Task<Finding?> FaultAsync(DomainSigner signer, string from) =>
        (await signer.SignAsync(new MemoryStream(Encoding.ASCII.GetBytes(Message(from))), Cancel)).Fault;

    private IReadOnlyList<StoredKey> Kept() => keys.Read().Keys;

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
