using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Errors;

/// <summary>The seam between clear text and TLS, from both sides.</summary>
public sealed class TlsTests(HostileServer fixture) : IClassFixture<HostileServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Octets_injected_behind_STARTTLS_never_reach_the_session()
    {
        await using var client = await fixture.Server.ClientAsync(Cancel);
        // One write: the injected commands lie in the server's buffer when it answers 220.
        await client.SendAsync("STARTTLS\r\nEHLO injected.test\r\nMAIL FROM:<injected@client.test>\r\nRCPT TO:<ann@demo.test>\r\n", Cancel);
        string reply = await client.ReadReplyAsync(Cancel) ?? "";
        if (!reply.StartsWith("220", StringComparison.Ordinal))
        {
            // Refusing the whole trick is as good.
            Assert.StartsWith("5", reply, StringComparison.Ordinal);
            return;
        }

        await client.HandshakeAsync(Cancel);
        await client.AskAsync("NOOP", "250", Cancel);
        await client.AskAsync("MAIL FROM:<sender@client.test>", "503", Cancel);
        await client.AskAsync("EHLO client.test", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "503", Cancel);
    }

    [Fact]
    public async Task A_session_starts_again_after_STARTTLS_and_offers_it_no_second_time()
    {
        await using var client = await fixture.Server.ClientAsync(Cancel);
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RSET", "250", Cancel);
        await client.StartTlsAsync(Cancel);

        await client.AskAsync("RCPT TO:<ann@demo.test>", "503", Cancel);
        string keywords = await client.AskAsync("EHLO client.test", "250", Cancel);
        Assert.DoesNotContain("STARTTLS", keywords, StringComparison.Ordinal);
        await client.AskAsync("STARTTLS", "50", Cancel);
    }

    [Theory]
    [InlineData("DATA", true)]
    [InlineData("DATA", false)]
    [InlineData("BDAT", true)]
    [InlineData("BDAT", false)]
    public async Task TLS_cut_inside_a_message_queues_nothing(string how, bool goodbye)
    {
        string mark = $"cut-{Guid.NewGuid():N}";
        await using var client = await fixture.Server.ClientAsync(Cancel);
        var tls = await client.StartTlsAsync(Cancel);
        await client.AskAsync("EHLO client.test", "250", Cancel);
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        if (how == "DATA")
            await client.AskAsync("DATA", "354", Cancel);
        else
            await client.SendAsync("BDAT 100000 LAST\r\n", Cancel);
        await client.SendAsync($"Subject: {mark}\r\n\r\nhalf a message\r\n", Cancel);

        // With or without the TLS goodbye, then the rest and the end in clear.
        if (goodbye)
            await tls.ShutdownAsync();
        try
        {
            await client.Socket.SendAsync(Encoding.ASCII.GetBytes("the other half\r\n.\r\nQUIT\r\n"), Cancel);
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            var rest = new byte[4096];
            while (await client.Socket.ReceiveAsync(rest, Cancel) > 0)
            {
                // Whatever it says to that, it says it and closes.
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It closed at once.
        }

        await fixture.ServesOthersAsync(Cancel);
        Assert.DoesNotContain(fixture.Server.Delivered("ann"), file => File.ReadAllText(file).Contains(mark, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_cut_inside_DATA_queues_nothing()
    {
        string mark = $"cut-{Guid.NewGuid():N}";
        await using (var client = await fixture.Server.ClientAsync(Cancel))
        {
            await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
            await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
            await client.AskAsync("DATA", "354", Cancel);
            await client.SendAsync($"Subject: {mark}\r\n\r\nhalf\r\n.\r", Cancel);
            client.Abort();
        }

        await fixture.ServesOthersAsync(Cancel);
        Assert.DoesNotContain(fixture.Server.Delivered("ann"), file => File.ReadAllText(file).Contains(mark, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Garbage_instead_of_a_handshake_ends_that_connection_only()
    {
        await using var client = await fixture.Server.ClientAsync(Cancel);
        await client.AskAsync("STARTTLS", "220", Cancel);
        await client.SendAsync("this is no TLS record at all, not even remotely\r\n", Cancel);
        await client.ReadToEndAsync(Cancel);

        await using var other = await SmtpSocket.ConnectAsync(fixture.Server.Setup.MxImplicitTls, Cancel);
        await other.SendAsync("EHLO client.test\r\n", Cancel);
        await other.ReadToEndAsync(Cancel);
        await fixture.ServesOthersAsync(Cancel);
    }
}
