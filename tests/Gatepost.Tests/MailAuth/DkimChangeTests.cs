using Gatepost.MailAuth;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>What is said of a signed message that was changed on the way.</summary>
public sealed class DkimChangeTests
{
    [Fact]
    public async Task What_we_sign_passes_and_each_key_has_its_result()
    {
        var results = await Signed.VerifyAsync(await Signed.ByAsync(Signed.Message, Signed.Rsa, Signed.Edwards));
        Assert.Equal([AuthResult.Pass, AuthResult.Pass], results.Select(result => result.Result));
        Assert.Equal(["rsa-sha256", "ed25519-sha256"], results.Select(result => result.Algorithm));
        Assert.Equal(["r", "e"], results.Select(result => result.Selector));
        Assert.All(results, result => Assert.Equal(("example.org", "@example.org"), (result.Domain, result.Identity)));
        Assert.Equal([2048, 256], results.Select(result => result.KeyBits));
    }

    [Theory]
    [InlineData("Ann\r\n", "Ann\r\n_____\r\nList info: https://list.example\r\n", "dkim-body-changed dkim-body-footer")]
    [InlineData("\r\n\r\nDear Bob", "\r\n\r\nCAUTION: from outside\r\n\r\nDear Bob", "dkim-body-changed dkim-body-banner")]
    [InlineData("here they", "here  they", "")]
    [InlineData("here they", "where they", "dkim-body-changed")]
    [InlineData("Subject: ", "Subject: [minutes] ", "dkim-header-changed dkim-subject-tagged")]
    [InlineData("Subject: ", "Subject: Re: [minutes] ", "dkim-header-changed")]
    [InlineData("Subject: ", "Subject: ***SPAM*** ", "dkim-header-changed dkim-subject-tagged")]
    [InlineData("Subject: Minutes", "Reply-To: list@list.example\r\nSubject: [minutes] Minutes",
        "dkim-header-changed dkim-field-added dkim-subject-tagged")]
    [InlineData("From: Ann <ann@example.org>", "X-Original-From: Ann <ann@example.org>\r\nFrom: Ann via list <list@list.example>",
        "dkim-header-changed dkim-field-was")]
    [InlineData("Subject: ", "subject:\r\n\t", "")]
    [InlineData("To: bob@example.net\r\n", "", "dkim-header-changed")]
    [InlineData("From: Ann <ann@example.org>\r\n", "", "dkim-header-changed dkim-field-gone")]
    [InlineData("MIME-Version: 1.0\r\n", "", "dkim-header-changed dkim-field-gone")]
    [InlineData("\r\nhere they are.", "\nhere they are.", "dkim-body-changed dkim-body-line-ends")]
    public async Task It_is_said_which_field_was_changed_or_what_was_done_to_the_body(string old, string now, string steps)
    {
        string signed = await Signed.ByAsync(Signed.Message);
        var (result, said) = Signed.Single(await Signed.VerifyAsync(Signed.With(signed, old, now)));
        Assert.Equal(steps.Length == 0 ? (AuthResult.Pass, "dkim-pass") : (AuthResult.Fail, steps), (result, string.Join(' ', said)));
    }

    [Fact]
    public async Task A_body_recoded_on_the_way_is_distinguished_from_one_that_was_changed()
    {
        string signed = await Signed.ByAsync(Signed.Message.Replace("Dear Bob", "Дорогой Боб", StringComparison.Ordinal));
        int body = signed.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        string recoded = Convert.ToBase64String(
            System.Text.Encoding.UTF8.GetBytes(signed[body..]), Base64FormattingOptions.InsertLineBreaks);
        var (result, said) = Signed.Single(await Signed.VerifyAsync(
            signed[..(body - 2)] + "Content-Transfer-Encoding: base64\r\n\r\n" + recoded + "\r\n"));
        Assert.Equal(AuthResult.Fail, result);
        Assert.Equal(["dkim-body-changed", "dkim-body-recoded", "dkim-header-changed", "dkim-field-added"], said);
    }

    [Fact]
    public async Task A_damaged_signature_is_distinguished_from_a_changed_header()
    {
        string signed = await Signed.ByAsync(Signed.Message);
        int b = signed.IndexOf(" b=", StringComparison.Ordinal) + 10;
        string damaged = signed[..b] + (signed[b] == 'A' ? 'B' : 'A') + signed[(b + 1)..];
        Assert.Equal(["dkim-signature-foreign"], Signed.Single(await Signed.VerifyAsync(damaged)).Steps);
    }

    [Fact]
    public async Task Steps_are_said_in_both_languages()
    {
        string signed = Signed.With(await Signed.ByAsync(Signed.Message), "Subject: ", "Subject: [minutes] ");
        var step = Assert.Single(await Signed.VerifyAsync(signed)).Steps[^1];
        Assert.Equal("how: \"[minutes]\" was put before the Subject", step.In(Texts.English));
        Assert.Equal("как: перед темой письма вставлено «[minutes]»", step.In(ReplyDatabase.BuiltIn.TextsIn(Language.Russian)));
    }
}
