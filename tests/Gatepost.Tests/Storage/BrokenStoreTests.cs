using System.Collections.Concurrent;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Health;
using Gatepost.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

/// <summary>A disk that fails: nothing is promised, nothing is lost, and the store comes back by itself.</summary>
public sealed class BrokenStoreTests : IAsyncDisposable
{
    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<StoreState> states = [];
    private readonly MailStore store;
    private volatile Exception? failure;
    private CommitMoment when;

    public BrokenStoreTests()
    {
        store = MailStore.Open(new StoreOptions { Folder = folder.Path, MinimumFree = 0, Fault = Fail }, clock);
        store.StateChanged += (state, _) => states.Enqueue(state);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    private void Fail(CommitMoment moment)
    {
        if (failure is { } thrown && moment == when)
            throw thrown;
    }

    private void Break(CommitMoment moment, Exception? with = null)
    {
        when = moment;
        failure = with ?? new IOException("the disk is gone", 5);
    }

    private async Task RecoverAsync()
    {
        failure = null;
        for (int i = 0; i < 1000 && store.State != StoreState.Sound; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(5);
        }

        Assert.Equal(StoreState.Sound, store.State);
    }

    private static Task<StoreResult> SendAsync(IMessageStore to) =>
        Mail.KeepAsync(to, Mail.To(Mail.Partner, "bob@partner.example"), Mail.Octets(5000));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_message_whose_commit_failed_is_refused_and_not_there_even_if_it_had_reached_the_disk(int moment)
    {
        string kept = await Mail.KeptAsync(store);
        await Mail.SkipArrivalsAsync(store);
        Break((CommitMoment)moment);
        Assert.Equal(StoreOutcome.Broken, (await SendAsync(store)).Outcome);
        Assert.Equal(StoreOutcome.Broken, store.Room(0));
        Assert.Equal(StoreOutcome.Broken, (await SendAsync(store)).Outcome);
        Assert.Empty((await store.DueAsync(clock.GetUtcNow(), 10, default)).Due);

        await RecoverAsync();
        Assert.Equal(kept, Assert.Single(await Mail.ListAsync(store)).QueueId);
        Assert.Equal(StoreOutcome.Kept, (await SendAsync(store)).Outcome);
        Assert.Equal(2, (await Mail.ListAsync(store)).Count);
        Assert.Equal([StoreState.Broken, StoreState.Sound], states);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Who_has_got_the_message_does_not_get_it_again_because_our_disk_failed(int moment)
    {
        string id = await Mail.KeptAsync(store);
        Break((CommitMoment)moment);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
            await store.SettleAsync([new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Delivered }], [], default));

        await RecoverAsync();
        Assert.Empty(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default));
        Assert.Empty(await Mail.ListAsync(store));
    }

    [Fact]
    public async Task A_deferral_that_could_not_be_written_leaves_the_recipient_as_it_was()
    {
        string id = await Mail.KeptAsync(store);
        Break(CommitMoment.Before);
        await Assert.ThrowsAnyAsync<IOException>(async () => await store.SettleAsync(
            [new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Deferred, NextAttempt = clock.GetUtcNow().AddHours(1) }], [],
                default));

        await RecoverAsync();
        await store.WokenAsync(default).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(
            0, Assert.Single(Assert.Single(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default)).Recipients).Attempts);
    }

    [Fact]
    public async Task A_full_disk_is_full_and_not_broken()
    {
        string kept = await Mail.KeptAsync(store);
        Break(CommitMoment.Before, new IOException("no space left on device", 28));
        Assert.Equal(StoreOutcome.Full, (await SendAsync(store)).Outcome);
        Assert.Equal(StoreOutcome.Full, store.Room(0));

        await RecoverAsync();
        Assert.Equal(kept, Assert.Single(await Mail.ListAsync(store)).QueueId);
        Assert.Equal(StoreOutcome.Kept, (await SendAsync(store)).Outcome);
    }

    [Fact]
    public async Task A_store_that_stays_broken_is_tried_again_with_growing_pauses()
    {
        Break(CommitMoment.Before);
        await SendAsync(store);
        for (int i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(20);
            Assert.Equal(StoreState.Broken, store.State);
        }

        await RecoverAsync();
        Assert.Equal(StoreOutcome.Kept, (await SendAsync(store)).Outcome);
    }
}
