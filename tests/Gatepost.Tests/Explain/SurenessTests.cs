using Gatepost.Explain;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>When words are sure: nothing speaks against them, and they are a good part of what was said.</summary>
public sealed class SurenessTests
{
    private static readonly Explainer Known = new(ReplyDatabase.BuiltIn);

    [Theory]
    [InlineData("Server: mail.example.com, Port: 465, Secure(SSL): Yes, Error Number: 0x800CCC0E")]
    [InlineData("554 5.7.0 邮件内容包含垃圾信息")]
    [InlineData("552 5.2.2 User unknown")]
    public void Words_that_a_status_or_other_words_speak_against_are_not_sure(string text) =>
        Assert.True(Known.ReadLine(text).Confidence < Confidence.High, text);

    [Theory]
    [InlineData("550 5.1.1 User unknown", "mailbox-unknown")]
    [InlineData("550 5.2.2 Mailbox full", "mailbox-full")]
    [InlineData("553 That domain is not one of mine", "relay-denied")]
    [InlineData("550 5.7.1 Mittente non autorizzato: il controllo SPF è fallito", "sender-auth-failed")]
    public void Plain_words_alone_or_with_their_own_status_are_sure(string text, string reason)
    {
        var report = Known.ReadLine(text);
        Assert.Equal((reason, Confidence.High), (report.Reason.Word, report.Confidence));
    }

    [Theory]
    [InlineData("550 Il dominio example.org non esiste per lea@example.org", "domain-not-found")]
    [InlineData("550 5.1.1 lea@example.org: questo utente non esiste nel dominio example.org", "mailbox-unknown")]
    public void Words_about_a_domain_call_no_address_of_it_dead(string text, string reason) =>
        Assert.Equal(reason, Known.ReadLine(text).Reason.Word);
}
