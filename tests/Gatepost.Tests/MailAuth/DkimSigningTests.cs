using System.Text;
using FsCheck.Xunit;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>What we sign, and what cannot be signed.</summary>
public sealed class DkimSigningTests
{
    [Property(MaxTest = 200)]
    public void Any_message_that_is_signed_passes_also_after_its_fields_were_folded_again(int seed)
    {
        var random = new Random(seed);
        string message = Any(random);
        string signed = Signed.ByAsync(message, Signed.Rsa, Signed.Edwards).GetAwaiter().GetResult();
        Check(signed);
        Check(Refold(signed, random));

        static void Check(string text)
        {
            var results = Signed.VerifyAsync(text).GetAwaiter().GetResult();
            Assert.All(results, result => Assert.True(result.Result == AuthResult.Pass, string.Join(", ", result.Steps) + "\n" + text));
        }
    }

    [Fact]
    public async Task No_line_of_a_signature_is_longer_than_78_columns()
    {
        string signed = await Signed.ByAsync("References: <a@b>\nList-Id: <x.y>\n" + Signed.Message, Signed.Rsa, Signed.Edwards);
        Assert.All(signed.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
    }

    [Theory]
    [InlineData("From")]
    [InlineData("To")]
    [InlineData("Cc")]
    [InlineData("Subject")]
    [InlineData("Date")]
    [InlineData("Reply-To")]
    [InlineData("Content-Type")]
    public async Task No_one_can_add_a_field_that_programs_show(string field)
    {
        string signed = await Signed.ByAsync(Signed.Message);
        var (result, steps) = Signed.Single(await Signed.VerifyAsync(field + ": other\r\n" + signed));
        Assert.Equal(AuthResult.Fail, result);
        Assert.Equal(["dkim-header-changed", "dkim-field-added"], steps);
    }

    [Fact]
    public async Task A_relay_may_add_what_is_its_own()
    {
        string signed = await Signed.ByAsync(Signed.Message);
        Assert.Equal(
            AuthResult.Pass, Signed.Single(
                await Signed.VerifyAsync("Received: from a by b\r\nReturn-Path: <a@b>\r\nList-Id: <x>\r\n" + signed)).Result);
    }

    [Theory]
    [InlineData("To: bob@example.net\r\n\r\ntext\r\n", "dkim-sign-no-from")]
    [InlineData("From: a@example.org\r\nFrom: b@example.org\r\n\r\ntext\r\n", "dkim-sign-froms")]
    [InlineData("From: a@example.org\r\nno field\r\n\r\ntext\r\n", "dkim-sign-broken")]
    [InlineData("From: a@example.org\r\n\r\nte\nxt\r\n", "dkim-sign-line-end")]
    [InlineData("From: a@example.org\r\n\r\nte\rxt\r\n", "dkim-sign-line-end")]
    public async Task A_message_that_cannot_be_signed_says_why_and_stays_unsigned(string message, string fault)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(message));
        var signed = await new DkimSigner(TimeProvider.System)
            .SignAsync(stream, _ => [Signed.Rsa, Signed.Edwards], TestContext.Current.CancellationToken);
        Assert.Equal((fault, true, true), (signed.Fault!.Id, signed.IsOfMessage, signed.Fields.IsEmpty));
        stream.Position = 0;
        Assert.Null((await new DkimSigner(TimeProvider.System).SignAsync(stream, _ => [], TestContext.Current.CancellationToken)).Fault);
    }

    [Fact]
    public void A_key_can_be_kept_as_text_and_read_again()
    {
        foreach (var key in (SigningKey[])[Signed.Rsa, Signed.Edwards])
        {
            using var again = SigningKey.FromPem(key.Domain, key.Selector, key.ToPem());
            Assert.Equal((key.Record, key.Algorithm), (again.Record, again.Algorithm));
        }

        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => SigningKey.FromPem("a.b", "s", "no key"));
    }

    private static string Any(Random random)
    {
        string[] words = ["a", "longer", "Größe", "тема", "x=y;", "[tag]", "\"q\"", "word:word", "<a@b>", "."];
        var text = new StringBuilder("From: Ann <ann@example.org>\r\n");
        foreach (string name in (string[])["To", "Subject", "subject", "X-Own", "Date", "References", "Cc", "CC", "Content-Type", "DKIM-X"])
        {
            if (random.Next(3) > 0)
                text.Append(name).Append(random.Next(5) == 0 ? " :" : ":").Append(Words(random, words, random.Next(12), "\r\n "))
                    .Append("\r\n");
        }

        text.Append("\r\n");
        for (int line = random.Next(8); line > 0; line--)
            text.Append(Words(random, words, random.Next(6), " ")).Append(random.Next(4) == 0 ? " \t\r\n" : "\r\n");
        if (random.Next(3) == 0)
            text.Append("no line end");
        for (int line = random.Next(3); line > 0; line--)
            text.Append("\r\n");
        return text.ToString();
    }

    private static string Words(Random random, string[] words, int count, string fold) =>
        string.Concat(
            Enumerable.Range(0, count)
            .Select(_ => (random.Next(5) == 0 ? fold : random.Next(5) == 0 ? "  " : " ") + words[random.Next(words.Length)]));

    /// <summary>Other folding of the header, which the relaxed form allows wherever there is white space already.</summary>
    private static string Refold(string message, Random random)
    {
        int end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var text =
            new StringBuilder(message.Replace("\r\n ", " ", StringComparison.Ordinal)[
                ..message[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Length]);
        for (int i = text.Length - 2; i > 0; i--)
        {
            if (text[i] == ' ' && text[i - 1] is not (' ' or '\n') && text[i + 1] != ':' && random.Next(3) == 0)
                text.Insert(i, "\r\n\t");
        }

        return text + message[end..];
    }
}
