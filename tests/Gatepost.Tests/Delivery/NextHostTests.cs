using System.Net;
using System.Net.Sockets;
using Gatepost.Delivery;
using Gatepost.Delivery.Settings;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Gatepost.Tests.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>Hosts that the configuration names: what they say about us is for the administrator, not for the author.</summary>
public sealed class NextHostTests : DeliveryRun
{
    private readonly MemoryAlarms alarms = new();

    private async Task<DeliveryService> RunAsync(IConnector connector, DeliveryOptions? options = null)
    {
        var service = new DeliveryService(options ?? Options(), queue, zone, journal, time, new Random(1), alarms)
        {
            Connector = connector,
        };
        await service.StartAsync(CancellationToken.None);
        return service;
    }

    private JournalEvent? Last(JournalKind kind) => journal.Events.LastOrDefault(happened => happened.Kind == kind);

    [Theory]
    [InlineData("MAIL", "530 5.7.0 Authentication required")]
    [InlineData("RCPT", "550 5.7.1 Relaying denied")]
    [InlineData("RCPT", "554 5.7.1 <bob@example.org>: Relay access denied")]
    [InlineData(".", "550 5.4.5 Daily user sending limit exceeded")]
    [InlineData("EHLO", "554 5.7.1 Go away")]
    public async Task A_refusal_by_our_own_smarthost_keeps_the_mail_and_raises_an_alarm(string verb, string reply)
    {
        bool refuses = true;
        string? Says(string line) => refuses && (line.StartsWith(verb, StringComparison.Ordinal)
            || (verb == "EHLO" && line.StartsWith("HELO", StringComparison.Ordinal))) ? reply : null;
        await using var service = await RunAsync(Taking(Says));
        Add(Host("relay.example:587"), "bob@example.org");
        await Until(() => Last(JournalKind.Deferred) is not null);

        Assert.Equal(DeliveryReplies.NextHostRefuses, Last(JournalKind.Deferred)!.Reply!.Entry);
        Assert.Contains(reply.Split(' ', 3)[2], Last(JournalKind.Deferred)!.Reply!.Text);
        Assert.Equal("next-host:smtp:relay.example:587", Assert.Single(alarms.On.Keys));
        Assert.Empty(queue.Notices);

        refuses = false;
        await PassAsync(TimeSpan.FromHours(1), () => Last(JournalKind.Delivered) is not null);
        await Until(() => alarms.On.IsEmpty);
        Assert.Null(Last(JournalKind.Failed));
    }

    [Fact]
    public async Task A_mailbox_that_cannot_be_written_raises_an_alarm_that_ends_with_the_next_delivery()
    {
        using var folder = new TempFolder();
        string box = Path.Combine(folder.Path, "bob");
        await File.WriteAllTextAsync(box, "in the way", TestContext.Current.CancellationToken);
        await using var service = await RunAsync(Taking());
        Add(new Destination(DestinationKind.Maildir, box), "bob@example.org");
        await Until(() => Last(JournalKind.Deferred) is not null && !alarms.On.IsEmpty);
        Assert.Contains(box, Assert.Single(alarms.On).Value.ToString(), StringComparison.Ordinal);
        Assert.Equal("mailbox:" + box, Assert.Single(alarms.On.Keys));

        File.Delete(box);
        await PassAsync(TimeSpan.FromHours(1), () => Last(JournalKind.Delivered) is not null);
        await Until(() => alarms.On.IsEmpty);
    }

    [Theory]
    [InlineData("550 5.1.1 <bob@example.org>: User unknown")]
    [InlineData("552 5.2.2 Mailbox full")]
    public async Task What_it_says_about_a_recipient_goes_to_the_author(string reply)
    {
        await using var service = await RunAsync(Taking(line => line.StartsWith("RCPT", StringComparison.Ordinal) ? reply : null));
        Add(Host("127.0.0.1:2525"), "bob@example.org");
        await Until(() => Last(JournalKind.Failed) is not null);
        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task An_unknown_client_that_refuses_us_is_a_bounce_as_ever()
    {
        await using var service = await RunAsync(
            Taking(line => line.StartsWith("MAIL", StringComparison.Ordinal) ? "550 5.7.1 Relaying denied" : null));
        Add(Mx("example.org"), "bob@example.org");
        await Until(() => Last(JournalKind.Failed) is not null);
        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task A_wrong_password_keeps_the_mail_and_raises_an_alarm()
    {
        var options = Options() with
        {
            NextHosts =
            [
                new NextHostOptions { To = "127.0.0.1:2525", Tls = NextHostTls.None, Login = new ClientLogin("ann", () => "wrong") },
            ],
        };
        await using var service = await RunAsync(Taking(line => line switch
        {
            _ when line.StartsWith("EHLO", StringComparison.Ordinal) => "250-relay\r\n250 AUTH PLAIN",
            _ when line.StartsWith("AUTH", StringComparison.Ordinal) => "535 5.7.8 Username and Password not accepted",
            _ => null,
        }), options);
        Add(Host("127.0.0.1:2525"), "bob@example.org");
        await Until(() => Last(JournalKind.Deferred) is not null);

        Assert.Equal(ClientReplies.LoginRefused, Last(JournalKind.Deferred)!.Reply!.Entry);
        Assert.Contains("Username and Password not accepted", Assert.Single(alarms.On).Value.ToString());
        Assert.Empty(queue.Notices);
    }

    [Theory]
    [InlineData("relay.example:465", null, true, ClientTls.Verified, true)]
    [InlineData("relay.example:587", null, true, ClientTls.Verified, false)]
    [InlineData("relay.example:25", null, false, ClientTls.Opportunistic, false)]
    [InlineData("relay.example:25", NextHostTls.Required, false, ClientTls.Verified, false)]
    [InlineData("relay.example:2465", NextHostTls.Implicit, false, ClientTls.Verified, true)]
    [InlineData("relay.example:25", NextHostTls.None, false, ClientTls.Never, false)]
    public void TLS_follows_the_port_and_the_log_in(string to, NextHostTls? wanted, bool logsIn, ClientTls tls, bool @implicit)
    {
        var options = Options() with
        {
            NextHosts = [new NextHostOptions { To = to, Tls = wanted, Login = logsIn ? new ClientLogin("ann", () => "x") : null }],
        };
        var client = options.ClientFor(Host(to));
        Assert.Equal((tls, @implicit), (client.Tls, client.ImplicitTls));
        Assert.Equal(ClientTls.Opportunistic, options.ClientFor(Host("other.example:25")).Tls);
    }

    [Fact]
    public void A_password_is_never_sent_where_it_could_be_read()
    {
        var host = new NextHostOptions
        {
            To = "relay.example:25",
            Tls = NextHostTls.Opportunistic,
            Login = new ClientLogin("ann", () => "x"),
        };
        Assert.StartsWith("tls ", Assert.Single(host.Problems()));
        Assert.Empty((host with { To = "127.0.0.1:25" }).Problems());
        Assert.Empty((host with { Tls = null }).Problems());
    }

    [Fact]
    public async Task Name_address_and_family_are_those_of_the_destination()
    {
        var options = Options() with
        {
            SourceAddresses = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")],
            NextHosts =
            [
                new NextHostOptions
                {
                    To = ".example",
                    Families = AddressFamilies.Ipv4,
                    SourceAddresses = [IPAddress.Parse("192.0.2.2")],
                    Hello = "out.demo.test",
                },
            ],
        };
        var connector = Taking();
        await using var service = await RunAsync(connector, options);
        Add(Mx("two.example"), "bob@two.example");
        await Until(() => Last(JournalKind.Delivered) is not null);

        Assert.Equal(IPAddress.Parse("8.8.4.7"), ((IPEndPoint)Assert.Single(connector.Asked)).Address);
        Assert.Equal(IPAddress.Parse("192.0.2.2"), Assert.Single(connector.Sources));
        Assert.Contains("EHLO out.demo.test", Assert.Single(peers).Lines);
        var general = options.ClientFor(Mx("example.org"));
        Assert.Equal(IPAddress.Parse("2001:db8::1"), general.SourceSix);
        Assert.Equal("mx.demo.test", general.HostName);
    }

    [Theory]
    [InlineData(DestinationKind.SmtpHost, "127.0.0.1:2525", "next-host-unreachable")]
    [InlineData(DestinationKind.Lmtp, "127.0.0.1:24", "mailbox-host-unreachable")]
    public async Task A_host_of_the_configuration_is_never_explained_by_port_25(DestinationKind kind, string name, string id)
    {
        await using var service = await RunAsync(new ScriptedConnector { Otherwise = _ => SocketError.ConnectionRefused });
        Add(new Destination(kind, name), "bob@example.org");
        await Until(() => Last(JournalKind.Deferred) is not null);
        var reply = Last(JournalKind.Deferred)!.Reply!;
        Assert.Equal(id, reply.Entry.Id);
        Assert.Contains("Connection refused", reply.Text);
        foreach (var language in (Language[])[Language.English, Language.Russian])
        {
            var explained = ReplyDatabase.BuiltIn.Explain(reply, new ExplainHints { Outcome = MessageOutcome.StillTrying });
            Assert.DoesNotContain(explained.Steps(language), step => step.What.Contains("25", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_named_with_cause_and_remedy()
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "lmtp");
        await using var service = await RunAsync(new SocketConnector());
        Add(new Destination(DestinationKind.Lmtp, "unix:" + path), "bob@example.org");
        await Until(() => Last(JournalKind.Deferred) is not null);
        Assert.Equal(ClientReplies.SocketMissing, Last(JournalKind.Deferred)!.Reply!.Entry);
        Assert.Contains(path, Last(JournalKind.Deferred)!.Reply!.Text);

        string left = Path.Combine(folder.Path, "left");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(left));
            socket.Listen();
        }

        // The runtime removes the name when the socket is closed; a program that was killed leaves it.
        if (!File.Exists(left))
            File.WriteAllText(left, "");
        Add(new Destination(DestinationKind.Lmtp, "unix:" + left), "bob@example.org");
        await Until(() => Last(JournalKind.Deferred)!.Reply!.Entry == ClientReplies.SocketNotListening);
    }
}
