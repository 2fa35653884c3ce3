using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Server;
using Gatepost.Smtp.Wire;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>Octets from people who mean harm; tests/fuzz has the corpus and says how to search for longer.</summary>
public sealed partial class FuzzTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Whatever_comes_a_connection_answers_in_order_ends_and_keeps_only_what_it_acknowledged()
    {
        await Mutations.TryAsync("dialogue", 1500, async (octets, random) =>
        {
            bool lmtp = octets.AsSpan().IndexOf("LHLO"u8) >= 0;
            var (whole, said) = await PlayAsync(octets, int.MaxValue, lmtp);
            var (torn, saidTorn) = await PlayAsync(octets, random.Next(1, 7), lmtp);

            Assert.Equal(said, saidTorn);
            Assert.Equal(whole.Store.Messages.Select(message => message.Text), torn.Store.Messages.Select(message => message.Text));
            Check(whole, said);
        });
    }

    [Fact]
    public Task Whatever_the_line_a_command_comes_of_it_and_its_reply_stays_on_its_line() =>
        Mutations.TryAsync("command", 20_000, (octets, _) =>
        {
            var command = CommandParser.Parse(octets);
            string spoken = CommandForLog.Of(octets, command, afterLogin: false);
            Assert.DoesNotContain(spoken, char.IsControl);
            Assert.InRange(spoken.Length, 0, 600);
            if (command is InvalidCommand faulty)
                CheckReply(Encoding.UTF8.GetString(faulty.Reply.Wire.Span));
            if (command is MailFrom { Envelope.Sender: { } sender })
                CheckAddress(sender);
            if (command is RcptTo rcpt)
                CheckAddress(rcpt.Recipient.Address);
            return Task.CompletedTask;
        });

    [Fact]
    public Task Whatever_passes_for_an_address_can_be_written_and_read_again() =>
        Mutations.TryAsync("address", 20_000, (octets, random) =>
        {
            if (Mailbox.TryParse(octets, utf8: random.Next(2) == 0, out var mailbox))
                CheckAddress(mailbox!);
            return Task.CompletedTask;
        });

    [Fact]
    public Task Whatever_passes_for_a_PROXY_header_is_no_longer_than_it_says() =>
        Mutations.TryAsync("proxy", 20_000, (octets, random) =>
        {
            var outcome = ProxyHeader.Read(octets, out _, out int length);
            if (outcome == ProxyOutcome.Read)
                Assert.InRange(length, 1, octets.Length);
            if (outcome == ProxyOutcome.Incomplete)
                Assert.InRange(ProxyHeader.Missing(octets), 1, ProxyHeader.MaxLength);
            return Task.CompletedTask;
        });

    private static async Task<(TestServer House, string Said)> PlayAsync(byte[] octets, int maxRead, bool lmtp)
    {
        using var house = new TestServer
        {
            Listener = new ListenerOptions
            {
                Role = lmtp ? ListenerRole.Lmtp
                : ListenerRole.Mx,
                EndPoint = new(IPAddress.Loopback, 25),
                XclientFrom = [IPNetwork.Parse("192.0.2.0/24")]
            },
            Gate = new ScriptedGate().At(Stage.RcptTo, session => session.Candidate!.Address.LocalPart == "refused"
                ? Verdict.Refuse("test", RecipientReplies.RelayDenied.Say(("recipient", session.Candidate.Address)), Finding.Read("test"))
                : Verdict.Unremarkable),
        };
        var transport = new MemoryTransport(maxRead);
        var running = house.Open(transport).RunAsync();
        await transport.Client.WriteAsync(octets);
        transport.HangUp();
        string said = await new StreamReader(transport.Client, Encoding.UTF8).ReadToEndAsync().WaitAsync(Patience);
        await running.WaitAsync(Patience);
        return (house, said);
    }

    private static void Check(TestServer house, string said)
    {
        Assert.DoesNotContain(house.Journal.Events, happened =>
            happened.Detail?.ToString().Contains("a fault of ours", StringComparison.Ordinal) == true);
        Assert.Equal(0, house.Store.OpenDrafts);
        string[] lines = said.Split("\r\n")[..^1];
        Assert.All(lines, line => CheckReply(line + "\r\n"));
        Assert.Equal(house.Journal.Of(JournalKind.Reply).Count(), lines.Count(line => line[3] == ' '));

        int acknowledged = lines.Count(line => line.StartsWith("250 2.0.0 Ok: queued as ", StringComparison.Ordinal));
        bool lmtp = house.Listener.Role == ListenerRole.Lmtp;
        Assert.Equal(
            lmtp ? house.Store.Messages.Sum(message => message.Envelope.Recipients.Count) : house.Store.Messages.Count, acknowledged);
        foreach (var message in house.Store.Messages.Where(message => message.Envelope.Body != BodyType.BinaryMime))
            Assert.False(message.Text.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n'));
    }

    private static void CheckReply(string wire)
    {
        Assert.Matches(ReplyLine(), wire);
        Assert.InRange(Encoding.UTF8.GetByteCount(wire), 5, Reply.MaxLine);
        Assert.DoesNotContain(wire[..^2], char.IsControl);
    }

    private static void CheckAddress(Mailbox address)
    {
        Assert.DoesNotContain(address.ToString(), char.IsControl);
        Assert.True(Mailbox.TryParse(address.ToString(), out var again));
        Assert.Equal(address, again);
    }

    [GeneratedRegex(@"\A[2-5][0-9][0-9][ -][^\r\n]*\r\n\z")]
    private static partial Regex ReplyLine();
}
