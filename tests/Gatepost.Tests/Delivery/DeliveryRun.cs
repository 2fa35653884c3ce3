using System.Collections.Concurrent;
using Gatepost.Delivery;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Forwarding;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Shaping;
using Gatepost.Dns;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Gatepost.Tests.Smtp.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>What tests of delivery share: a queue, a zone and peers in memory, and a clock in the hand.</summary>
public abstract class DeliveryRun
{
    private protected static readonly byte[] Octets = "Subject: hi\r\n\r\nbody\r\n"u8.ToArray();

    private protected readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));

    private protected readonly MemoryJournal journal = new();

    private protected readonly MemoryQueue queue;

    private protected readonly ConcurrentBag<AutoPeer> peers = [];

    private protected readonly ZoneFile zone = ZoneFile.Parse("""
        example.org MX 10 mx1.example.org
        example.org MX 20 mx2.example.org
        mx1.example.org A 8.8.4.1
        mx2.example.org A 8.8.4.2
        single.example MX 10 mx1.example.org
        dark.example SERVFAIL
        null.example MX 0 .
        relay.example A 8.8.4.9
        two.example MX 10 both.example.org
        six.example MX 10 six.example.org
        pair.example MX 10 six.example.org
        pair.example MX 20 mx1.example.org
        six.example.org AAAA 2001:4860::1
        both.example.org AAAA 2001:4860::1
        both.example.org A 8.8.4.7
        """);

    protected DeliveryRun() => queue = new MemoryQueue(time);

    internal static DeliveryOptions Options() => new() { HostName = "mx.demo.test" };

    /// <summary>Waits for what other threads do; the limit only ends a test that would hang.</summary>
    internal static async Task Until(Func<bool> met)
    {
        for (int i = 0; !met(); i++)
        {
            Assert.True(i < 4000, "did not happen");
            await Task.Delay(5);
        }
    }

    /// <summary>Lets time pass in steps, so that timers set by what happens meanwhile run as well.</summary>
    private protected async Task PassAsync(TimeSpan span, Func<bool> met)
    {
        var end = time.GetUtcNow() + span;
        while (time.GetUtcNow() < end && !met())
        {
            time.Advance((end - time.GetUtcNow()) / 2 + TimeSpan.FromSeconds(1));
            for (int i = 0; i < 10 && !met(); i++)
                await Task.Delay(5);
        }

        // Timers set late run behind the end.
        for (int i = 0; i < 200 && !met(); i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        await Until(met);
    }

    private protected static Destination Mx(string domain) => new(DestinationKind.Mx, domain);

    private protected static Destination Host(string name) => new(DestinationKind.SmtpHost, name);

    private protected AutoPeer NewPeer(Func<string, string?>? says = null)
    {
        var peer = new AutoPeer(says);
        peers.Add(peer);
        return peer;
    }

    private protected ScriptedConnector Taking(Func<string, string?>? says = null) => new() { Otherwise = _ => NewPeer(says) };

    private protected async Task<DeliveryService> StartAsync(
        IConnector connector, ShapingOptions? shaping = null, DeliveryOptions? options = null, INoticeRouter? router = null,
        IForwarder? forwarder = null)
    {
        options ??= Options();
        var service = new DeliveryService(shaping is null ? options : options with { Shaping = shaping }, queue, zone, journal, time,
            new Random(1))
        { Connector = connector, Router = router ?? new RouteByDns(), Forwarder = forwarder };
        await service.StartAsync(CancellationToken.None);
        return service;
    }

    private protected string Add(Destination destination, params string[] recipients) => Add(destination, hot: true, recipients);

    private protected string Add(Destination destination, bool hot, params string[] recipients)
    {
        var message = Message(destination, recipients);
        queue.Add(message, Octets, hot);
        return message.QueueId;
    }

    private protected QueuedMessage Message(Destination destination, params string[] recipients) => new()
    {
        QueueId = queue.NextId(),
        Sender = Mailbox.Parse("ann@client.example"),
        Arrived = time.GetUtcNow(),
        Size = Octets.Length,
        Recipients =
            [
                .. recipients.Select(
                    (recipient, index) =>
                        new QueuedRecipient { Index = index, Address = Mailbox.Parse(recipient), Accepted = Mailbox.Parse(recipient),
                            Destination = destination, NextAttempt = time.GetUtcNow() })],
    };
}
