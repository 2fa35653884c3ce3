using Gatepost.Replies;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>
/// Whether the connection notices what was sent before it might be (RFC 2920 §3.1); what follows from it is the rules' business.
/// </summary>
public sealed class TooEarlyTests
{
    [Theory]
    [InlineData("EHLO a.example\r\nMAIL FROM:<ann@partner.example>\r\n", 2, "octets behind EHLO, before its answer")]
    [InlineData("HELO a.example\r\nMAIL FROM:<ann@partner.example>\r\n", 2, "octets behind HELO, before its answer")]
    [InlineData("HELO a.example\r\n|MAIL FROM:<ann@partner.example>\r\nRCPT TO:<bob@host.example>\r\n", 3,
        "commands behind each other without EHLO")]
    [InlineData("EHLO a.example\r\n|MAIL FROM:<ann@partner.example>\r\nRCPT TO:<bob@host.example>\r\nDATA\r\nSubject: x\r\n", 4,
        "octets behind DATA, before its answer")]
    [InlineData("EHLO a.example\r\n|MAIL FROM:<ann@partner.example>\r\nRCPT TO:<bob@host.example>\r\nDATA\r\n|Subject: x\r\n\r\nx\r\n.\r\n",
        5, null)]
    [InlineData("EHLO a.example\r\n|MAIL FROM:<ann@partner.example>\r\nRCPT TO:<bob@host.example>\r\nBDAT 3 LAST\r\nxyz", 4, null)]
    [InlineData("HELO a.example\r\n|MAIL FROM:<ann@partner.example>\r\n|RCPT TO:<bob@host.example>\r\n|DATA\r\n|x\r\n.\r\n", 5, null)]
    public async Task What_was_sent_before_it_might_be_is_noted(string octets, int replies, string? noted)
    {
        Session? seen = null;
        using var house = new TestServer
        {
            Gate = new ScriptedGate().At(Stage.Connect, session =>
            {
                seen = session;
                return Verdict.Unremarkable;
            }),
        };
        var visit = new SessionDriver(house);
        await visit.ReadReplyAsync();
        int heard = 0;
        string[] writes = octets.Split('|');
        for (int i = 0; i < writes.Length; i++)
        {
            await visit.SayAsync(writes[i]);
            // Every answer is heard before the client goes on; the rest comes at the end.
            int due = i == writes.Length - 1 ? replies - heard : writes[i].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length;
            for (; due > 0 && heard < replies; due--, heard++)
                Assert.NotNull(await visit.ReadReplyAsync());
        }

        await visit.LeaveAsync();
        Assert.Equal(noted, seen!.PipelinedTooEarly?.ToString());
    }
}
