using Gatepost.Delivery;
using Gatepost.Delivery.Settings;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Gatepost.Tests.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>Questions to next hosts about recipients: the same TLS as delivery, and a limit for each host.</summary>
public sealed class RecipientProbeTests : DeliveryRun
{
    private static readonly Mailbox Bob = Mailbox.Parse("bob@example.org");

    private static DeliveryOptions Dane(string host) => Options() with { NextHosts = [new() { To = host, Tls = NextHostTls.Dane }] };

    private RecipientProbe Probe(IConnector connector, DeliveryOptions options, IResolver? dns = null) =>
        new(() => options, dns ?? zone, connector, journal, time, new Random(1));

    [Fact]
    public async Task A_host_that_needs_DANE_and_has_none_is_not_connected_to()
    {
        var connector = Taking();
        var answer = await Probe(connector, Dane("relay.example:25"))
            .AskAsync(Bob, Host("relay.example:25"), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Equal((Stage.StartTls, ClientReplies.DaneMissing), (answer.Stage, answer.Reply.Entry));
        Assert.Empty(connector.Asked);
    }

    [Fact]
    public async Task A_host_with_TLSA_records_is_asked_under_DANE()
    {
        var signed = ZoneFile.Parse($"""
            relay.example SIGNED
            relay.example A 8.8.4.9
            _25._tcp.relay.example TLSA 3 1 1 {new string('a', 64)}
            """);
        var answer = await Probe(Taking(), Dane("relay.example:25"), signed)
            .AskAsync(Bob, Host("relay.example:25"), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Equal(Stage.StartTls, answer.Stage);
        Assert.Contains("DANE", answer.Reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_host_leaves_room_for_others()
    {
        var slow = new ScriptedConnector
        {
            Otherwise = target => target.ToString()!.StartsWith("8.8.4.9", StringComparison.Ordinal) ? "silence" : NewPeer(),
        };
        var probe = Probe(slow, Options());
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var asked = Enumerable.Range(0, 60)
            .Select(_ => probe.AskAsync(Bob, Host("relay.example:25"), TimeSpan.FromSeconds(10), end.Token).AsTask()).ToList();
        await Until(() => asked.Count(one => one.IsCompleted) == 40);
        Assert.All(asked.Where(one => one.IsCompletedSuccessfully), one => Assert.True(one.Result.IsBusy));

        var other = await probe.AskAsync(Bob, Host("mx1.example.org:25"), TimeSpan.FromSeconds(10), end.Token);
        Assert.Equal((Stage.RcptTo, 2), (other.Stage, other.Reply.Class));
        await end.CancelAsync();
        await Task.WhenAny(Task.WhenAll(asked), Task.Delay(5000, TestContext.Current.CancellationToken));
    }
}
