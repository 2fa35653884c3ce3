using System.Net.Sockets;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Shaping;
using Gatepost.Smtp;
using Gatepost.Tests.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>What is left of an attempt when we stop, fail or cannot write, and how long strangers may hold us.</summary>
public sealed class FaultTests : DeliveryRun
{
    [Fact]
    public async Task Stopping_amid_the_answers_of_LMTP_keeps_those_that_were_heard()
    {
        var connector = new ScriptedConnector().Then("""
            S: 220 lmtp
            C: *
            S: 250-lmtp
            S: 250 PIPELINING
            C: *
            C: *
            C: *
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 2.0.0 saved
            SILENCE
            """);
        var service = await StartAsync(connector);
        Add(new Destination(DestinationKind.Lmtp, "unix:/run/lmtp"), "a@demo.test", "b@demo.test");
        await Until(() => journal.Events.Any(happened => happened.Reply?.Text == "saved"));
        await service.StopAsync(TimeSpan.Zero);
        Assert.Equal([Outcome.Delivered, Outcome.Untried], Outcomes());
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public async Task A_fault_in_a_later_transaction_leaves_the_earlier_one_delivered()
    {
        int mails = 0, connections = 0;
        var connector = new ScriptedConnector
        {
            Otherwise = _ => connections++ > 0 ? throw new InvalidOperationException("bug") : new AutoPeer(line =>
                line.StartsWith("RCPT TO:<b@", StringComparison.Ordinal) ? "452 4.5.3 too many"
                : line.StartsWith("MAIL", StringComparison.Ordinal) && ++mails == 2 ? "421 4.3.2 bye" : null),
        };
        await using var service = await StartAsync(connector);
        string id = Add(Mx("single.example"), "a@single.example", "b@single.example");
        await Until(() => queue.Settlements.Count == 2);
        Assert.Equal([Outcome.Delivered, Outcome.Deferred], Outcomes());
        Assert.Equal("delivery-fault", queue.Find(id, 1)!.Last!.EntryId);
    }

    [Fact]
    public async Task A_conclusion_that_cannot_be_drawn_leaves_deliveries_and_lets_the_others_wait_for_their_time()
    {
        var connector = new ScriptedConnector
        {
            Otherwise = _ =>
            new AutoPeer(line => line.Contains("bad@", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null)
        };
        await using var service = await StartAsync(connector, router: new Routes(_ => throw new InvalidOperationException("bug")));
        string id = Add(Mx("single.example"), "bob@single.example", "bad@single.example");
        await Until(() => queue.Settlements.Count == 2);
        Assert.Equal([Outcome.Delivered, Outcome.Deferred], Outcomes());
        var waiting = queue.Find(id, 1)!;
        Assert.Equal((1, 550), (waiting.Attempts, waiting.Last!.Code));
        Assert.InRange(waiting.NextAttempt - time.GetUtcNow(), TimeSpan.FromMinutes(4.4), TimeSpan.FromMinutes(5.6));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrators_bounce_that_ends_early_gives_back_what_it_had_leased(bool cancelled)
    {
        using var cancel = new CancellationTokenSource();
        int asked = 0;
        var router = new Routes(token =>
        {
            if (++asked == 2)
            {
                if (!cancelled)
                    throw new InvalidOperationException("bug");
                cancel.Cancel();
                token.ThrowIfCancellationRequested();
            }
        });
        await using var service = await StartAsync(new ScriptedConnector(), options: Options() with { Paused = true }, router: router);
        for (int i = 0; i < 3; i++)
            Add(Mx("single.example"), hot: false, "a@single.example");
        await Assert.ThrowsAnyAsync<Exception>(() => service.BounceAsync(new QueueFilter(), "moved", cancel.Token));
        await Until(() => queue.Settlements.Count == 3);
        Assert.Equal([Outcome.Failed, Outcome.Untried, Outcome.Untried], queue.Settlements.Select(settlement => settlement.Outcome));
        Assert.Equal(2, await service.BounceAsync(new QueueFilter(), "moved"));
    }

    [Fact]
    public async Task A_domain_with_hundreds_of_dead_addresses_costs_ten_connects()
    {
        for (int host = 0; host < 5; host++)
        {
            zone.Add($"many.example MX {host} mx{host}.many.example");
            for (int i = 1; i <= 50; i++)
                zone.Add($"mx{host}.many.example A 8.8.{host}.{i}");
        }

        var connector = new ScriptedConnector { Otherwise = _ => SocketError.ConnectionRefused };
        await using var service = await StartAsync(connector);
        Add(Mx("many.example"), "a@many.example");
        await Until(() => queue.Settlements.Count == 1);
        Assert.Equal(10, connector.Asked.Count);
    }

    [Fact]
    public async Task Hosts_that_take_the_connection_and_say_nothing_hold_an_attempt_for_ten_minutes_in_all()
    {
        for (int i = 1; i <= 8; i++)
            zone.Add($"mx1.example.org A 8.8.8.{i}");
        var connector = new ScriptedConnector { Otherwise = _ => new ScriptedStream("SILENCE") };
        await using var service = await StartAsync(connector);
        Add(Mx("single.example"), "a@single.example");
        await Until(() => connector.Asked.Count == 1);
        await PassAsync(40, () => queue.Settlements.Count == 1);
        Assert.InRange(connector.Asked.Count, 2, 3);
        Assert.Equal(Outcome.Deferred, queue.Settlements[0].Outcome);
    }

    [Fact]
    public async Task Local_mail_does_not_wait_for_slow_others()
    {
        using var folder = new TempFolder();
        var connector = new ScriptedConnector { Otherwise = _ => new ScriptedStream("SILENCE") };
        await using var service = await StartAsync(connector, options: Options() with { Shaping = new ShapingOptions { MaxAttempts = 1 } });
        Add(Mx("single.example"), "a@single.example");
        await Until(() => connector.Asked.Count == 1);
        Add(new Destination(DestinationKind.Maildir, folder.Path), "bob@demo.test");
        await Until(() => queue.Settlements.Count == 1);
        Assert.Equal(Outcome.Delivered, queue.Settlements[0].Outcome);
    }

    [Fact]
    public async Task What_the_store_refused_is_stored_again_and_not_tried_again()
    {
        int offered = 0;
        var connector = new ScriptedConnector
        {
            Otherwise = _ => new AutoPeer(line =>
            {
                if (line.StartsWith("RCPT", StringComparison.Ordinal))
                    Interlocked.Increment(ref offered);
                return line.Contains("full@", StringComparison.Ordinal) ? "452 4.2.2 mailbox full"
                    : line.Contains("bad@", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
            }),
        };
        await using var service = await StartAsync(connector, options: Options() with { Retry = new() { First = TimeSpan.FromHours(1) } });
        queue.SettleFails = new IOException("disk");
        string id = Add(Mx("single.example"), "good@single.example", "full@single.example", "bad@single.example");
        await PassAsync(4, () => queue.Settles >= 4);
        Assert.Equal((3, 3), (queue.Count, offered));

        queue.SettleFails = null;
        await PassAsync(10, () => queue.Count == 1);
        Assert.Equal(3, offered);
        Assert.Equal([Outcome.Delivered, Outcome.Deferred, Outcome.Failed], Outcomes());
        Assert.Equal((452, 1), (queue.Find(id, 1)!.Last!.Code, queue.Find(id, 1)!.Attempts));
        Assert.Single(queue.Notices);
    }

    [Fact]
    public async Task A_refused_deferral_whose_time_has_come_is_tried()
    {
        int offered = 0;
        var connector = new ScriptedConnector
        {
            Otherwise = _ =>
            new AutoPeer(line => line.StartsWith("RCPT", StringComparison.Ordinal) && Interlocked.Increment(ref offered) == 1
                ? "452 4.2.2 mailbox full" : null)
        };
        await using var service = await StartAsync(
            connector, options: Options() with { Retry = new() { First = TimeSpan.FromMinutes(3) } });
        queue.SettleFails = new IOException("disk");
        Add(Mx("single.example"), "full@single.example");
        await PassAsync(10, () => offered == 2);
        queue.SettleFails = null;
        await PassAsync(10, () => queue.Count == 0);
        Assert.Equal(2, offered);
    }

    /// <summary>Half a minute after the other, up to <paramref name="minutes"/>.</summary>
    private async Task PassAsync(int minutes, Func<bool> met)
    {
        for (int i = 0; i < 2 * minutes && !met(); i++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            for (int j = 0; j < 8 && !met(); j++)
                await Task.Delay(5);
        }

        await Until(met);
    }

    private Outcome[] Outcomes() => [.. queue.Settlements.OrderBy(settlement => settlement.Index).Select(settlement => settlement.Outcome)];

    private sealed class Routes(Action<CancellationToken> before) : INoticeRouter
    {
        public ValueTask<IReadOnlyList<Route>> RouteAsync(Mailbox sender, CancellationToken cancel)
        {
            before(cancel);
            return new RouteByDns().RouteAsync(sender, cancel);
        }
    }
}
