using System.Net.Sockets;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Shaping;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Tests.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>Many messages and few connections: dead hosts, reuse, turns, and peers that ask for less.</summary>
public sealed class SharingTests : DeliveryRun
{
    [Fact]
    public async Task Many_messages_for_a_dead_host_cost_one_connect_and_each_carries_the_reason()
    {
        var connector = new ScriptedConnector { Otherwise = _ => SocketError.ConnectionRefused };
        await using var service = await StartAsync(
            connector, new ShapingOptions { StartConcurrency = 1, MaxConcurrency = 20, MaxWaiting = 2000 });
        for (int i = 0; i < 1000; i++)
            Add(Mx("single.example"), "bob@single.example");

        await Until(() => queue.Settlements.Count(settlement => settlement.Outcome == Outcome.Deferred) == 1000);
        Assert.Single(connector.Asked);
        Assert.All(queue.Settlements.Where(settlement => settlement.Outcome == Outcome.Deferred), settlement =>
            Assert.Equal("connection-refused", settlement.Last!.EntryId));
    }

    [Fact]
    public async Task Hosts_that_accept_and_say_nothing_do_not_hold_up_those_that_answer()
    {
        var connector = new ScriptedConnector
        {
            Otherwise = at => $"{at}".StartsWith("127.0.9.", StringComparison.Ordinal) ? new ScriptedStream("SILENCE") : NewPeer(),
        };
        await using var service = await StartAsync(connector);
        Add(Host("127.0.0.1:2525"), "bob@example.org");
        await Until(() => queue.Settlements.Count == 1);
        for (int i = 1; i <= 120; i++)
            Add(Host($"127.0.9.{i}:25"), "bob@silent.example");
        await Until(() => connector.Asked.Count == 1 + 80);

        // A fifth of the connections stays free for hosts that answered lately.
        Add(Host("127.0.0.1:2525"), "bob@example.org");
        await Until(() => queue.Settlements.Count == 2);
        Assert.Equal(80, service.Active);

        // One that is not known waits until the silent ones have had their ten seconds, not five minutes.
        Add(Host("127.0.0.2:2525"), "bob@example.org");
        await PassAsync(TimeSpan.FromSeconds(30), () => queue.Settlements.Count(settled => settled.Outcome == Outcome.Delivered) == 3);
        var silent = journal.Events.First(happened => happened.Reply?.Entry == ClientReplies.HostSilent);
        Assert.Matches("within (1[0-9]|2[0-9]) s", silent.Reply!.Text);
    }

    [Fact]
    public async Task A_host_has_its_five_minutes_for_the_greeting_if_nothing_else_waits()
    {
        await using var service = await StartAsync(new ScriptedConnector { Otherwise = _ => new ScriptedStream("SILENCE") });
        Add(Host("127.0.9.1:25"), "bob@silent.example");
        await Until(() => service.Active == 1);
        time.Advance(TimeSpan.FromSeconds(200));
        await Task.Delay(100);
        Assert.Equal(1, service.Active);
        await PassAsync(TimeSpan.FromSeconds(120), () => queue.Settlements.Count == 1);
    }

    [Fact]
    public async Task What_is_answered_from_memory_says_so_and_is_no_attempt_and_a_retry_by_hand_is_a_real_one()
    {
        object answer = SocketError.ConnectionRefused;
        var connector = new ScriptedConnector { Otherwise = _ => answer is SocketError ? answer : NewPeer() };
        await using var service = await StartAsync(connector);
        Add(Mx("single.example"), "bob@single.example");
        await Until(() => queue.Settlements.Count == 1);
        Assert.True(queue.Settlements[0].IsAttempt);

        time.Advance(TimeSpan.FromSeconds(12));
        Add(Mx("single.example"), "eva@single.example");
        await Until(() => queue.Settlements.Count == 2);
        Assert.False(queue.Settlements[1].IsAttempt);
        Assert.Equal("connection-refused", queue.Settlements[1].Last!.EntryId);
        Assert.Matches(
            "not tried, because 1[0-9] s ago: connect to .*Connection refused; the next try is at 03:0",
            queue.Settlements[1].Last!.Text);
        Assert.Single(connector.Asked);

        answer = "";
        await service.ForgetFailuresAsync(new QueueFilter());
        Add(Mx("single.example"), "leo@single.example");
        await Until(() => queue.Settlements.Count(settled => settled.Outcome == Outcome.Delivered) == 1);
        Assert.Equal(2, connector.Asked.Count);
    }

    [Fact]
    public async Task One_probe_finds_out_that_a_dead_host_lives_again_and_everything_flows()
    {
        bool alive = false;
        var connector = new ScriptedConnector { Otherwise = _ => alive ? NewPeer() : SocketError.ConnectionRefused };
        await using var service = await StartAsync(connector, new ShapingOptions { StartConcurrency = 1 });
        for (int i = 0; i < 50; i++)
            Add(Mx("single.example"), "bob@single.example");
        await Until(() => queue.Settlements.Count(settlement => settlement.Outcome == Outcome.Deferred) == 50);

        await PassAsync(TimeSpan.FromMinutes(7), () =>
            queue.Settlements.Count(settlement => settlement.Outcome == Outcome.Deferred) == 100);
        Assert.Equal(2, connector.Asked.Count);
        alive = true;
        await PassAsync(TimeSpan.FromMinutes(20), () => queue.Count == 0);
    }

    [Fact]
    public async Task Connections_are_used_again_and_closed_with_QUIT_when_idle()
    {
        var connector = Taking();
        await using var service = await StartAsync(connector, new ShapingOptions { StartConcurrency = 2, MaxConcurrency = 2 });
        for (int i = 0; i < 40; i++)
            Add(Mx("single.example"), "bob@single.example");
        await Until(() => queue.Count == 0 && service.Active == 0);
        Assert.InRange(connector.Asked.Count, 1, 2);
        Assert.Equal(40, peers.Sum(peer => peer.Bodies.Count));
        Assert.DoesNotContain(peers.SelectMany(peer => peer.Lines), line => line == "RSET");

        await PassAsync(TimeSpan.FromSeconds(6), () => peers.All(peer => peer.Lines[^1] == "QUIT"));
    }

    [Fact]
    public async Task More_than_memory_holds_goes_back_and_comes_again()
    {
        var gate = new TaskCompletionSource();
        var connector = new ScriptedConnector { Otherwise = _ => { gate.Task.Wait(5000); return NewPeer(); } };
        await using var service = await StartAsync(
            connector, new ShapingOptions { StartConcurrency = 1, MaxConcurrency = 1, MaxWaiting = 5 });
        for (int i = 0; i < 50; i++)
            Add(Mx("single.example"), "a@single.example");
        await Until(() => queue.Settlements.Count(settlement => settlement.Outcome == Outcome.Untried) >= 44);
        gate.SetResult();
        await PassAsync(TimeSpan.FromMinutes(2), () => queue.Count == 0);
        Assert.Equal(50, peers.Sum(peer => peer.Bodies.Count));
    }

    [Fact]
    public async Task Destinations_take_turns_where_there_are_fewer_workers_than_work()
    {
        // The first connection waits until both destinations are lined up.
        var gate = new TaskCompletionSource();
        var connector = new ScriptedConnector { Otherwise = _ => { gate.Task.Wait(5000); return NewPeer(); } };
        await using var service =
            await StartAsync(connector, new ShapingOptions { MaxAttempts = 1, StartConcurrency = 1, MaxConcurrency = 1, Turn = 5 },
                Options() with { Paused = true });
        for (int i = 0; i < 30; i++)
            Add(Host("a.example:2525"), hot: false, "x@a.example");
        for (int i = 0; i < 30; i++)
            Add(Host("b.example:2525"), hot: false, "x@b.example");
        zone.Add("a.example A 8.8.4.3");
        zone.Add("b.example A 8.8.4.4");
        service.Reload(
            Options() with { Shaping = new ShapingOptions { MaxAttempts = 1, StartConcurrency = 1, MaxConcurrency = 1, Turn = 5 } });
        await Until(() => connector.Asked.Count > 0);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        gate.SetResult();
        await Until(() => queue.Count == 0);

        var order = journal.Events.Where(happened => happened.Kind == JournalKind.Delivered).Select(happened => happened.Recipient!)
            .ToList();
        int longest = 0, run = 0;
        for (int i = 1; i < 40; i++)
        {
            run = order[i] == order[i - 1] ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        Assert.InRange(longest, 0, 6);
    }

    [Fact]
    public async Task A_destination_that_says_slow_down_gets_fewer_connections()
    {
        int open = 0, most = 0;
        var connector = Taking(line =>
        {
            if (line == "QUIT")
                open--;
            if (line.StartsWith("EHLO", StringComparison.Ordinal))
                most = Math.Max(most, ++open);
            return line.StartsWith("MAIL", StringComparison.Ordinal) ? "451 4.7.0 too fast" : null;
        });
        await using var service = await StartAsync(connector, new ShapingOptions { StartConcurrency = 4, MaxConcurrency = 20 });
        for (int i = 0; i < 100; i++)
            Add(Mx("single.example"), "a@single.example");
        await Until(() => queue.Settlements.Count == 100);
        Assert.InRange(most, 1, 4);
    }
}
