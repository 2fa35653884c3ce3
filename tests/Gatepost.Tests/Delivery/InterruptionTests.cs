using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Shaping;
using Gatepost.Smtp;
using Gatepost.Tests.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>What stops or disturbs the service: the administrator, an end, and faults of our own.</summary>
public sealed class InterruptionTests : DeliveryRun
{
    [Fact]
    public async Task Stopping_gives_back_untried_what_was_running_and_what_waited()
    {
        var connector = new ScriptedConnector { Otherwise = _ => new ScriptedStream("SILENCE") };
        var service = await StartAsync(connector, new ShapingOptions { StartConcurrency = 1, MaxConcurrency = 1 });
        Add(Mx("single.example"), "a@single.example");
        Add(Mx("single.example"), "b@single.example");
        await Until(() => connector.Asked.Count == 1);
        await service.StopAsync(TimeSpan.Zero);
        Assert.Equal(2, queue.Settlements.Count);
        Assert.All(queue.Settlements, settlement => Assert.Equal(Outcome.Untried, settlement.Outcome));
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public async Task An_administrator_gives_mail_back_to_its_sender_with_his_reason()
    {
        await using var service = await StartAsync(Taking(), options: Options() with { Paused = true });
        Add(Mx("single.example"), hot: false, "a@single.example", "b@single.example");
        Assert.Equal(2, await service.BounceAsync(new QueueFilter(), "the domain has moved"));
        Assert.Equal(0, queue.Count);
        Assert.Contains("the domain has moved", System.Text.Encoding.UTF8.GetString(Assert.Single(queue.Notices).Octets.Span));
    }

    [Fact]
    public async Task A_message_that_is_being_tried_is_given_back_when_its_attempt_ends_in_a_deferral()
    {
        var connector = new ScriptedConnector { Otherwise = _ => new ScriptedStream("SILENCE") };
        await using var service = await StartAsync(connector);
        Add(Mx("single.example"), "a@single.example");
        await Until(() => connector.Asked.Count == 1);

        var asked = service.BounceAsync(new QueueFilter(), "the domain has moved");
        await Task.WhenAny(asked, Task.Delay(50));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(1, await asked);
        await Until(() => queue.Count == 0);
        Assert.Equal("returned-by-admin", Assert.Single(queue.Settlements).Last!.EntryId);
        Assert.Contains("the domain has moved", System.Text.Encoding.UTF8.GetString(Assert.Single(queue.Notices).Octets.Span));
    }

    [Fact]
    public async Task A_message_that_is_being_tried_is_dropped_without_a_notice_when_its_attempt_ends_in_a_deferral()
    {
        var connector = new ScriptedConnector { Otherwise = _ => new ScriptedStream("SILENCE") };
        await using var service = await StartAsync(connector);
        Add(Mx("single.example"), "a@single.example");
        await Until(() => connector.Asked.Count == 1);

        var asked = service.DropAsync(new QueueFilter());
        await Task.WhenAny(asked, Task.Delay(50));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(1, await asked);
        await Until(() => queue.Count == 0);
        Assert.Empty(queue.Notices);
    }

    [Fact]
    public async Task What_the_running_attempt_delivers_is_not_given_back()
    {
        var answer = new TaskCompletionSource();
        var connector = Taking(line =>
        {
            if (line.StartsWith("RCPT", StringComparison.Ordinal))
                answer.Task.Wait(TimeSpan.FromSeconds(10));
            return null;
        });
        await using var service = await StartAsync(connector);
        Add(Mx("single.example"), "a@single.example");
        await Until(() => connector.Asked.Count == 1);

        var asked = service.BounceAsync(new QueueFilter(), "the domain has moved");
        await Task.WhenAny(asked, Task.Delay(50));
        answer.SetResult();
        Assert.Equal(0, await asked);
        Assert.Equal(Outcome.Delivered, Assert.Single(queue.Settlements).Outcome);
        Assert.Empty(queue.Notices);
    }

    [Fact]
    public async Task While_paused_nothing_is_started_and_afterwards_everything_flows()
    {
        var connector = Taking();
        await using var service = await StartAsync(connector, options: Options() with { Paused = true });
        Add(Mx("single.example"), "a@single.example");
        Add(Mx("single.example"), hot: false, "b@single.example");
        await Task.Delay(100);
        Assert.Empty(connector.Asked);

        service.Reload(Options());
        await Until(() => queue.Count == 0);
    }

    [Fact]
    public async Task A_fault_of_ours_costs_one_message_a_retry_and_nothing_else()
    {
        bool broken = true;
        var connector = new ScriptedConnector { Otherwise = _ => broken ? throw new InvalidOperationException("bug") : NewPeer() };
        await using var service = await StartAsync(connector);
        string id = Add(Mx("single.example"), "a@single.example");
        await Until(() => queue.Settlements.Count == 1);
        Assert.Equal("delivery-fault", queue.Find(id, 0)!.Last!.EntryId);
        broken = false;
        Add(Mx("single.example"), "b@single.example");
        await Until(() => queue.Count == 1);
    }

    [Fact]
    public async Task A_store_that_cannot_keep_the_outcome_is_told_to_the_journal_and_the_message_stays()
    {
        await using var service = await StartAsync(Taking());
        queue.SettleFails = new IOException("disk");
        Add(Mx("single.example"), "a@single.example");
        await Until(
            () =>
                journal.Events.Any(happened =>
                    happened.Kind == JournalKind.Server && happened.Detail!.ToString().Contains("disk", StringComparison.Ordinal)));
        Assert.Equal(1, queue.Count);
        queue.SettleFails = null;
        await PassAsync(TimeSpan.FromSeconds(40), () => queue.Count == 0);
    }
}
