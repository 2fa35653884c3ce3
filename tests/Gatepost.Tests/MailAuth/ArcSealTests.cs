using System.Text;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Arc;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>Chains that we seal ourselves, and what is said when they break.</summary>
public sealed class ArcSealTests
{
    [Fact]
    public async Task A_message_sealed_by_several_servers_passes_with_their_names()
    {
        string message = await SealAsync(await SealAsync(await SealAsync(await Signed.ByAsync(Signed.Message))));
        var result = await ValidateAsync(message);
        Assert.Equal(("pass", 3, 0), (result.Result.Word(), result.Hops.Count, result.OldestPass));
        Assert.Equal("mx.example.org; spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org", result.Hops[0].Results);
        Assert.All(message.Split("\r\n").TakeWhile(line => line.Length > 0), line => Assert.InRange(line.Length, 0, 998));
    }

    [Fact]
    public async Task A_message_changed_after_its_last_seal_fails_with_what_was_changed()
    {
        string before = await SealAsync(Signed.Message.ReplaceLineEndings("\r\n"));
        string changed = Signed.With(before, "Subject: ", "Subject: [list] ");
        var broken = await ValidateAsync(changed);
        Assert.Equal(AuthResult.Fail, broken.Result);
        Assert.Equal("ARC-Message-Signature of instance 1: how: \"[list]\" was put before the Subject", broken.Steps[^1].ToString());
    }

    [Theory]
    [InlineData("ARC-Authentication-Results: i=1; mx.example.org; spf=pass", "ARC-Authentication-Results: i=1; mx.example.org; spf=fail",
        "arc-field")]
    [InlineData("cv=none", "cv=pass", "arc-chain-status")]
    [InlineData("ARC-Seal: a=rsa-sha256;", "ARC-Seal: a=rsa-sha256; h=from;", "arc-seal-has-names")]
    [InlineData("ARC-Authentication-Results: i=1;", "ARC-Authentication-Results: i=2;", "arc-missing")]
    [InlineData("ARC-Authentication-Results: i=1;", "ARC-Authentication-Results: i=51;", "arc-instance")]
    [InlineData("ARC-Authentication-Results: i=1;", "ARC-Authentication-Results:", "arc-instance")]
    [InlineData("here they are.", "here they were.", "arc-field")]
    public async Task A_broken_chain_names_the_field_that_broke_it(string old, string now, string step)
    {
        var result = await ValidateAsync(Signed.With(await SealAsync(Signed.Message.ReplaceLineEndings("\r\n")), old, now));
        Assert.Equal((AuthResult.Fail, step), (result.Result, result.Steps[0].Id));
    }

    [Fact]
    public async Task Silence_of_DNS_is_temperror_and_a_seal_made_then_says_fail()
    {
        string message = await SealAsync(Signed.Message.ReplaceLineEndings("\r\n"));
        var silent = new KeyZone((Signed.Rsa.RecordName, "TIMEOUT"));
        Assert.Equal(AuthResult.TempError, (await ValidateAsync(message, silent)).Result);
        Assert.Contains("cv=fail", await SealAsync(message, silent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_added_to_a_chain_that_was_ended_or_is_full()
    {
        string message = await SealAsync(
            Signed.With(await SealAsync(Signed.Message.ReplaceLineEndings("\r\n")), "here they", "where they"));
        Assert.Contains("cv=fail", message, StringComparison.Ordinal);
        Assert.Equal("arc-failed-before", (await TrySealAsync(message)).Fault!.Id);

        string full = string.Concat(Enumerable.Range(1, 50)
            .Select(i => $"ARC-Authentication-Results: i={i}; x; none\r\nARC-Seal: i={i}; cv=pass\r\nARC-Message-Signature: i={i}\r\n"));
        Assert.Equal("arc-full", (await TrySealAsync(full + Signed.Message.ReplaceLineEndings("\r\n"))).Fault!.Id);
        Assert.Equal(
            "arc-too-many", (await ValidateAsync("ARC-Seal: i=1\r\n" + full + Signed.Message.ReplaceLineEndings("\r\n"))).Steps[0].Id);
    }

    [Fact]
    public async Task Whatever_the_chain_it_has_a_result_with_steps()
    {
        byte[] sealedTwice = Encoding.UTF8.GetBytes(await SealAsync(await SealAsync(Signed.Message.ReplaceLineEndings("\r\n"))));
        var random = new Random(11);
        for (int i = 0; i < 500; i++)
        {
            byte[] octets = [.. sealedTwice];
            for (int change = random.Next(1, 4); change > 0; change--)
                octets[random.Next(octets.Length / 2)] = (byte)";=:\r\n \t\0iA1\xff"[random.Next(12)];
            using var message = new MemoryStream(octets);
            Assert.NotEmpty(
                (await new ArcValidator(Signed.Zone, TimeProvider.System).ValidateAsync(message, TestContext.Current.CancellationToken))
                .Steps);
        }
    }

    private static async Task<string> SealAsync(string message, KeyZone? zone = null)
    {
        var made = await TrySealAsync(message, zone);
        Assert.Null(made.Fault);
        return Encoding.UTF8.GetString(made.Fields.Span) + message;
    }

    private static async Task<Gatepost.Smtp.MessageSignature> TrySealAsync(string message, KeyZone? zone = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(message));
        return await new ArcSealer(zone ?? Signed.Zone, TimeProvider.System).SealAsync(
            stream, "mx.example.org", Signed.Rsa, "spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org", null,
                TestContext.Current.CancellationToken);
    }

    private static async Task<ArcResult> ValidateAsync(string message, KeyZone? zone = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(message));
        return await new ArcValidator(zone ?? Signed.Zone, TimeProvider.System)
            .ValidateAsync(stream, TestContext.Current.CancellationToken);
    }
}
