using System.Text;
using Gatepost.Smtp;
using Gatepost.Smtp.Commands;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class ParserTests
{
    [Theory]
    [InlineData("MAIL FROM:<>", "")]
    [InlineData("mail from:<ann@partner.example>", "ann@partner.example")]
    [InlineData("MAIL FROM: <ann@partner.example>  ", "ann@partner.example")]
    [InlineData("MAIL FROM:<@a.example,@b.example:ann@partner.example>", "ann@partner.example")]
    [InlineData("MAIL FROM:<@[IPv6:::1],@[127.0.0.1]:ann@partner.example>", "ann@partner.example")]
    [InlineData("MAIL FROM:<\"a b>c\\\"@\"@partner.example>", "\"a b>c\\\"@\"@partner.example")]
    [InlineData("MAIL FROM:<ann@[192.0.2.1]>", "ann@[192.0.2.1]")]
    [InlineData("MAIL FROM:ann@partner.example", "ann@partner.example")]
    [InlineData("MAIL FROM: ann@partner.example SIZE=12", "ann@partner.example")]
    [InlineData("MAIL FROM:\"a b\"@partner.example SIZE=12", "\"a b\"@partner.example")]
    [InlineData("MAIL FROM:<a..b@partner.example>", "a..b@partner.example")]
    [InlineData("MAIL FROM:<abc.@partner.example>", "abc.@partner.example")]
    [InlineData("MAIL FROM:<.abc@partner.example>", ".abc@partner.example")]
    [InlineData("MAIL FROM:<gmailuser+caf_=website_8b506e99-b5c5-4e14-8294-f5ebd6083fab=own.test@snd.test>",
        "gmailuser+caf_=website_8b506e99-b5c5-4e14-8294-f5ebd6083fab=own.test@snd.test")]
    [InlineData("MAIL FROM:<ann@[IPv6:2001:db8::1]>", "ann@[IPv6:2001:db8::1]")]
    [InlineData("MAIL FROM:<анна@пример.example> SMTPUTF8", "анна@пример.example")]
    public void A_sender_is_read_off_its_path(string line, string sender) =>
        Assert.Equal(sender, Assert.IsType<MailFrom>(Parse(line)).Envelope.Sender?.ToString() ?? "");

    [Theory]
    [InlineData("MAIL", "501 5.5.4 Syntax: MAIL FROM:<address> [parameters]")]
    [InlineData("MAIL ann@partner.example", "501 5.5.4 Syntax: MAIL FROM:<address> [parameters]")]
    [InlineData("MAIL FROM:", "501 5.5.4 Syntax: MAIL FROM:<address> [parameters]")]
    [InlineData("MAIL FROM:ann", "501 5.1.7 <ann>: Bad sender address syntax")]
    [InlineData("MAIL FROM:ann@partner.example>", "501 5.1.7 <ann@partner.example>>: Bad sender address syntax")]
    [InlineData("MAIL FROM:<ann@partner.example", "501 5.5.4 Syntax: MAIL FROM:<address> [parameters]")]
    [InlineData("MAIL FROM:<ann@partner.example>SIZE=1", "501 5.5.4 Syntax: MAIL FROM:<address> [parameters]")]
    [InlineData("MAIL FROM:<\"ann>", "501 5.5.4 Syntax: MAIL FROM:<address> [parameters]")]
    [InlineData("MAIL FROM:<ann>", "501 5.1.7 <ann>: Bad sender address syntax")]
    [InlineData("MAIL FROM:<postmaster>", "501 5.1.7 <postmaster>: Bad sender address syntax")]
    [InlineData("MAIL FROM:<..@partner.example>", "501 5.1.7 <..@partner.example>: Bad sender address syntax")]
    [InlineData("MAIL FROM:<ann@b\u0085c.example> SMTPUTF8", "501 5.1.7 <ann@b?c.example>: Bad sender address syntax")]
    [InlineData("MAIL FROM:<ann\u202e@b.example> SMTPUTF8", "501 5.1.7 <ann?@b.example>: Bad sender address syntax")]
    [InlineData("MAIL FROM:<ann@-x.example>", "501 5.1.7 <ann@-x.example>: Bad sender address syntax")]
    [InlineData("MAIL FROM:<ann@[1]>", "501 5.1.7 <ann@[1]>: Bad sender address syntax")]
    [InlineData("RCPT TO:<>", "501 5.1.3 <>: Bad recipient address syntax")]
    [InlineData("RCPT TO:<@a.example:>", "501 5.1.3 <>: Bad recipient address syntax")]
    [InlineData("RCPT TO:<@a.example,:ann@partner.example>",
        "450 4.7.1 <@a.example,:ann@partner.example>: Recipient address rejected: Access denied")]
    [InlineData("MAIL FROM:<@:ann@partner.example>", "501 5.1.7 <@:ann@partner.example>: Bad sender address syntax")]
    [InlineData("RCPT FROM:<a@b.example>", "501 5.5.4 Syntax: RCPT TO:<address> [parameters]")]
    [InlineData("MAIL FROM:<a@b.example> FOO=1", "555 5.5.4 Error: FOO: parameter not recognized")]
    [InlineData("MAIL FROM:<a@b.example> NOTIFY=NEVER", "555 5.5.4 Error: NOTIFY: parameter not recognized")]
    [InlineData("RCPT TO:<a@b.example> SIZE=1", "555 5.5.4 Error: SIZE: parameter not recognized")]
    [InlineData("MAIL FROM:<a@b.example> SIZE", "501 5.5.4 Error: SIZE: a number of octets is expected")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=1 size=2", "501 5.5.4 Error: size: given twice")]
    [InlineData("MAIL FROM:<a@b.example> BODY=16BIT", "501 5.5.4 Error: BODY: 7BIT, 8BITMIME or BINARYMIME is expected")]
    [InlineData("MAIL FROM:<a@b.example> SMTPUTF8=yes", "501 5.5.4 Error: SMTPUTF8: it takes no value")]
    [InlineData("MAIL FROM:<a@b.example> RET=BODY", "501 5.5.4 Error: RET: FULL or HDRS is expected")]
    [InlineData("MAIL FROM:<a@b.example> ENVID=a+0Ab", "501 5.5.4 Error: ENVID: xtext of at most 100 characters is expected")]
    [InlineData("MAIL FROM:<a@b.example> ENVID=a+4", "501 5.5.4 Error: ENVID: xtext of at most 100 characters is expected")]
    [InlineData("MAIL FROM:<a@b.example> RET==", "501 5.5.4 Error: RET: not of the form NAME=value")]
    [InlineData("MAIL FROM:<a@b.example> -X=1", "501 5.5.4 Error: -X: not of the form NAME=value")]
    [InlineData("RCPT TO:<a@b.example> NOTIFY=NEVER,DELAY", "501 5.5.4 Error: NOTIFY: NEVER cannot be combined with others")]
    [InlineData(
        "RCPT TO:<a@b.example> NOTIFY=DELAY,DELAY", "501 5.5.4 Error: NOTIFY: NEVER, or a list of SUCCESS, FAILURE, DELAY is expected")]
    [InlineData(
        "RCPT TO:<a@b.example> NOTIFY=SUCCESS,", "501 5.5.4 Error: NOTIFY: NEVER, or a list of SUCCESS, FAILURE, DELAY is expected")]
    [InlineData("RCPT TO:<a@b.example> ORCPT=a@b.example", "501 5.5.4 Error: ORCPT: type;address of at most 500 characters is expected")]
    [InlineData("RCPT TO:<a@b.example> ORCPT=rfc822;a+0D@b", "501 5.5.4 Error: ORCPT: the address must be in xtext")]
    [InlineData("AUTH", "501 5.5.4 Syntax: AUTH mechanism [initial-response]")]
    [InlineData("AUTH PLAIN a b", "501 5.5.4 Syntax: AUTH mechanism [initial-response]")]
    [InlineData("XCLIENT", "501 5.5.4 Syntax: XCLIENT attribute=value ...")]
    [InlineData("XCLIENT FOO=1", "501 5.5.4 Syntax: XCLIENT attribute=value ...")]
    [InlineData("XCLIENT ADDR=1 ADDR=2", "501 5.5.4 Syntax: XCLIENT attribute=value ...")]
    [InlineData("NOOP \u0001", "500 5.5.2 Error: control character in command line")]
    [InlineData("\u007f", "500 5.5.2 Error: control character in command line")]
    public void What_is_wrong_with_a_line_is_said(string line, string reply) =>
        Assert.Equal(reply, Assert.IsType<InvalidCommand>(Parse(line)).Reply.ToString());

    [Theory]
    [InlineData(241, true)]
    [InlineData(242, false)]
    public void A_local_part_may_fill_the_path_and_what_is_longer_hears_the_limit(int length, bool taken)
    {
        string address = new string('a', length) + "@host.example";

        string sender = Parse($"MAIL FROM:<{address}>") is InvalidCommand { Reply: var no } ? no.ToString() : "taken";
        string recipient = Parse($"RCPT TO:<{address}>") is InvalidCommand { Reply: var refused } ? refused.ToString() : "taken";

        Assert.Equal(taken ? "taken" : "501 5.1.7 Error: sender address over 254 octets", sender);
        Assert.Equal(taken ? "taken" : "501 5.1.3 Error: recipient address over 254 octets", recipient);
    }

    [Fact]
    public void DSN_parameters_reach_the_envelope_as_they_came()
    {
        var envelope = Assert.IsType<MailFrom>(
            Parse("MAIL FROM:<a@b.example> RET=HDRS ENVID=QQ+2B314 AUTH=a+40b.example BODY=8bitmime SIZE=12")).Envelope;
        var recipient = Assert.IsType<RcptTo>(Parse("RCPT TO:<a@b.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@c.example"))
            .Recipient;

        Assert.Equal((DsnReturn.Headers, "QQ+2B314", BodyType.EightBitMime, 12L),
            (envelope.Return, envelope.EnvelopeId, envelope.Body, envelope.DeclaredSize!.Value));
        Assert.Equal((DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, "rfc822;a+2Bb@c.example"),
            (recipient.Notify, recipient.OriginalRecipient));
    }

    [Fact]
    public void An_address_in_UTF8_may_be_an_original_recipient() =>
        Assert.Equal("utf-8;анна@пример.example", Assert.IsType<RcptTo>(Parse("RCPT TO:<a@b.example> ORCPT=utf-8;анна@пример.example"))
            .Recipient.OriginalRecipient);

    [Fact]
    public void The_bare_postmaster_is_a_recipient() =>
        Assert.Equal("Postmaster", Assert.IsType<RcptTo>(Parse("RCPT TO:<Postmaster>")).Recipient.Address.ToString());

    [Fact]
    public void An_initial_response_may_be_missing_empty_or_there()
    {
        Assert.Null(Assert.IsType<Auth>(Parse("AUTH plain")).InitialResponse);
        Assert.Empty(Assert.IsType<Auth>(Parse("AUTH PLAIN =")).InitialResponse!);
        Assert.Equal("AGE=", Encoding.ASCII.GetString(Assert.IsType<Auth>(Parse("AUTH PLAIN AGE=")).InitialResponse!));
        Assert.Equal("PLAIN", Assert.IsType<Auth>(Parse("AUTH plain")).Mechanism);
    }

    [Fact]
    public void XCLIENT_values_are_decoded()
    {
        var attributes = Assert.IsType<Xclient>(Parse("XCLIENT name=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 LOGIN=a+40b")).Attributes;

        Assert.Null(attributes["NAME"]);
        Assert.Equal("IPV6:2001:db8::1", attributes["ADDR"]);
        Assert.Equal("a@b", attributes["LOGIN"]);
    }

    [Theory]
    [InlineData("a@b.example", "a@b.example")]
    [InlineData("a+b=c d", "a+2Bb+3Dc+20d")]
    [InlineData("я", "+D1+8F")]
    public void Xtext_is_read(string text, string encoded) => Assert.Equal(text, Xtext.Decode(encoded));

    private static Command Parse(string line) => CommandParser.Parse(Encoding.UTF8.GetBytes(line));
}
