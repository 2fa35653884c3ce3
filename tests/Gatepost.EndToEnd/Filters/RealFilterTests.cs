using System.Text;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Xunit;

namespace Gatepost.EndToEnd.Filters;

/// <summary>ClamAV, rspamd and OpenDKIM as hosting providers run them, asked by the real program.</summary>
public sealed class RealFilterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Virus_spam_and_bulk_are_three_rules_with_a_case_number_each()
    {
        await using var clamd = await ClamdInstance.StartAsync(Cancel);
        await using var rspamd = await RspamdInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[scanner]]
                name = "clamav"
                kind = "clamd"
                address = "127.0.0.1:{clamd.Port}"

                [[scanner]]
                name = "rspamd"
                kind = "rspamd"
                address = "127.0.0.1:{rspamd.Http}"
                """,
        });
        const string Refused = "551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio [G-";
        await using var client = await server.ClientAsync(Cancel);
        string virus = await client.SendMessageAsync(
            "sender@client.test", "ann@demo.test", Letter("virus", ClamdInstance.Eicar), Cancel, Refused);
        string spam = await client.SendMessageAsync(
            "sender@client.test", "ann@demo.test", Letter("spam", RspamdInstance.Gtube), Cancel, Refused);
        string bulk = await client.SendMessageAsync(
            "sender@client.test", "ann@demo.test", Letter("bulk\r\nX-Copies: 1000", "hello"), Cancel, Refused);
        byte[] sent = SampleMessage.Tricky("sender@client.test", "ann@demo.test");
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", sent, Cancel);

        await FilterFaultTests.TracedAsync(server, FilterFaultTests.VerdictId(virus), "virus-found", "clamav", "Eicar-Test-Signature");
        await FilterFaultTests.TracedAsync(server, FilterFaultTests.VerdictId(spam), "spam-found", "rspamd", "GTUBE");
        await FilterFaultTests.TracedAsync(server, FilterFaultTests.VerdictId(bulk), "bulk-found", "rspamd", "DCC_BULK");
        await ArrivedAsync(server, sent, "Octets as sent");
        Assert.Single(server.Delivered("ann"));
    }

    [Fact]
    public async Task Rspamd_as_a_milter_refuses_spam_and_lets_the_rest_pass_octet_for_octet()
    {
        await using var rspamd = await RspamdInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[scanner]]
                name = "rspamd"
                kind = "milter"
                address = "inet:127.0.0.1:{rspamd.Milter}"
                refusal-is = "spam"
                """,
        });
        await using var client = await server.ClientAsync(Cancel);
        string spam = await client.SendMessageAsync(
            "sender@client.test", "ann@demo.test", Letter("spam", RspamdInstance.Gtube), Cancel, "551 5.7.1");
        await FilterFaultTests.TracedAsync(server, FilterFaultTests.VerdictId(spam), "spam-found", "end of message", "Gtube pattern");

        byte[] sent = SampleMessage.Tricky("sender@client.test", "ann@demo.test");
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", sent, Cancel);
        await ArrivedAsync(server, sent, "Octets as sent");
        byte[] large = SampleMessage.Large("sender@client.test", "ann@demo.test", 3_000_000);
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", large, Cancel);
        await ArrivedAsync(server, large, "A large one");
    }

    [Fact]
    public async Task What_OpenDKIM_signs_verifies_at_the_other_end_fields_of_ours_included()
    {
        await using var opendkim = await OpenDkimInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[scanner]]
                name = "opendkim"
                kind = "milter"
                address = "{opendkim.Address}"
                header-changes = "ignored"
                """,
        });
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        byte[] whole = SampleMessage.Tricky("bob@demo.test", "ann@demo.test", "signed whole");
        byte[] bare = Encoding.ASCII.GetBytes(
            "From:  Bob <bob@demo.test>\r\nTo: ann@demo.test\r\nSubject: signed bare\r\n\tand folded \r\n\r\nhello \r\n\r\n");
        await client.SendMessageAsync("bob@demo.test", "ann@demo.test", whole, Cancel);
        await client.SendMessageAsync("bob@demo.test", "ann@demo.test", bare, Cancel);

        foreach (var (sent, mark) in new[] { (whole, "signed whole"), (bare, "signed bare") })
        {
            byte[] received = await server.ReceivedAsync("ann", mark, Cancel);
            Octets.ArrivedAsSent(sent, received);
            var message = await MimeMessage.LoadAsync(new MemoryStream(received), Cancel);
            int signature = message.Headers.IndexOf(HeaderId.DkimSignature);
            Assert.True(signature >= 0, Encoding.UTF8.GetString(received));
            Assert.Contains("date", message.Headers[signature].Value, StringComparison.OrdinalIgnoreCase);
            Assert.True(await new DkimVerifier(new KnownKey(opendkim.PublicKey))
                .VerifyAsync(message, message.Headers[signature], Cancel), Encoding.UTF8.GetString(received));
        }
    }

    [Fact]
    public async Task A_filter_that_insists_on_changes_is_away_and_the_record_says_what_to_do()
    {
        await using var opendkim = await OpenDkimInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[scanner]]
                name = "opendkim"
                kind = "milter"
                address = "{opendkim.Address}"
                """,
        });
        await using var client = await server.ClientAsync(Cancel);
        string reply = await client.SendMessageAsync(
            "sender@client.test", "ann@demo.test", SampleMessage.Small("never taken"), Cancel, "451 4.7.1");

        await FilterFaultTests.TracedAsync(server, FilterFaultTests.VerdictId(reply), "header-changes = \"ignored\"");
    }

    private static async Task ArrivedAsync(GatepostServer server, byte[] sent, string mark)
    {
        byte[] received = await server.ReceivedAsync("ann", mark, Cancel);
        Octets.ArrivedAsSent(sent, received);
    }

    private static byte[] Letter(string subject, string text) =>
        Encoding.ASCII.GetBytes($"From: sender@client.test\r\nTo: ann@demo.test\r\nSubject: {subject}\r\n\r\n{text}\r\n");

    private sealed class KnownKey(string record) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            (domain, selector) == ("demo.test", "mail") ? GetPublicKey(record)
                : throw new InvalidOperationException($"no key {selector} of {domain}");

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
