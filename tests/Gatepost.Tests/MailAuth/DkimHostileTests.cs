using System.Diagnostics;
using System.Text;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Gatepost.Tests.Smtp;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>Messages and records from people who mean harm cost little.</summary>
public sealed class DkimHostileTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Of_a_thousand_signatures_twenty_are_checked_and_the_rest_is_counted()
    {
        var zone = Signed.Zone;
        string one = (await Signed.ByAsync(Signed.Message))[..^Signed.Message.ReplaceLineEndings("\r\n").Length];
        var text = new StringBuilder();
        for (int i = 0; i < 1000; i++)
            text.Append(one.Replace("s=r;", $"s=r{i};", StringComparison.Ordinal));
        var results = await InTimeAsync(() => Signed.VerifyAsync(text + Signed.Message.ReplaceLineEndings("\r\n"), zone));
        Assert.Equal((21, 20), (results.Count, zone.Asked.Count));
        Assert.Equal((AuthResult.Policy, 980), (results[^1].Result, results[^1].Steps[0].Arguments[0]));
    }

    [Fact]
    public async Task A_name_is_asked_for_once_however_many_signatures_use_it()
    {
        var zone = Signed.Zone;
        string signed = await Signed.ByAsync(Signed.Message, Signed.Rsa, Signed.Rsa, Signed.Rsa);
        Assert.All(await Signed.VerifyAsync(signed, zone), result => Assert.Equal(AuthResult.Pass, result.Result));
        Assert.Single(zone.Asked);
    }

    [Theory]
    [InlineData("X: y\r\n", 200_000)]
    [InlineData("From: a@b\r\n", 9_000)]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=r; b=AA==; bh=AA==; h=from:from:from:from\r\n", 5_000)]
    [InlineData("DKIM-Signature: ;\r\n", 9_999)]
    public async Task A_header_of_many_fields_is_read_in_time(string field, int count)
    {
        string signed = await Signed.ByAsync(Signed.Message);
        var bomb = new StringBuilder().Insert(0, field, count).Append(signed);
        Assert.NotEmpty(await InTimeAsync(() => Signed.VerifyAsync(bomb.ToString())));
    }

    [Fact]
    public async Task A_list_of_names_as_long_as_the_header_allows_is_read_in_time()
    {
        string signed = await Signed.ByAsync(Signed.Message);
        var names = new StringBuilder().Insert(0, "from:x:", 100_000);
        Assert.NotEmpty(await InTimeAsync(() => Signed.VerifyAsync(Signed.With(signed, " h=from:", $" h={names}from:"))));
    }

    [Theory]
    [InlineData("a=b;")]
    [InlineData("a")]
    [InlineData(";")]
    [InlineData("p=AAAA")]
    [InlineData("h=a:")]
    public async Task A_record_of_64_KB_is_read_in_time(string part)
    {
        string record = new StringBuilder("v=DKIM1; ").Insert(9, part, 64 * 1024 / part.Length).ToString();
        var results = await InTimeAsync(async () => await Signed.VerifyAsync(await Signed.ByAsync(Signed.Message), new KeyZone((Signed.Rsa.RecordName, record))));
        Assert.Equal(AuthResult.PermError, results[0].Result);
        Assert.InRange(results[0].Steps[0].ToString().Length, 1, 400);
    }

    [Theory]
    [InlineData("\r\n", 400_000)]
    [InlineData(" ", 800_000)]
    [InlineData("\r", 800_000)]
    [InlineData("a\r\n", 150_000)]
    public async Task A_body_that_was_changed_is_tried_in_time(string line, int count)
    {
        string signed = await Signed.ByAsync(Signed.Message);
        Assert.Equal(AuthResult.Fail, (await InTimeAsync(() => Signed.VerifyAsync(signed + new StringBuilder().Insert(0, line, count) + ".")))[0].Result);
    }

    [Fact]
    public Task Whatever_the_octets_a_list_of_tags_comes_of_them_or_its_fault() => Mutations.TryAsync("header", 5000, (octets, _) =>
    {
        var list = Gatepost.MailAuth.Message.TagList.Read(octets);
        Assert.True(list.Fault is not null || list.First is not null);
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Whatever_the_message_each_signature_has_a_result_with_steps()
    {
        byte[] signed = Encoding.UTF8.GetBytes(await Signed.ByAsync(Signed.Message, Signed.Rsa, Signed.Edwards));
        var random = new Random(7);
        for (int i = 0; i < 1000; i++)
        {
            byte[] octets = [.. signed];
            for (int change = random.Next(1, 4); change > 0; change--)
                octets[random.Next(octets.Length)] = (byte)";=:\r\n \t\0aA\xff"[random.Next(11)];
            using var message = new MemoryStream(octets);
            var results = await new DkimVerifier(Signed.Zone, TimeProvider.System).VerifyAsync(message, TestContext.Current.CancellationToken);
            Assert.All(results, result => Assert.NotEmpty(result.Steps));
            Assert.NotEmpty(results);
        }
    }

    private static async Task<T> InTimeAsync<T>(Func<Task<T>> act)
    {
        var watch = Stopwatch.StartNew();
        var result = await act();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Patience);
        return result;
    }
}
