using System.Collections.Concurrent;
using Gatepost.Delivery.Queue;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Gatepost.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

/// <summary>Leases end with whoever asked for them, also where the asking fails; one message's harm is its own.</summary>
public sealed class LeaseTests : IAsyncDisposable
{
    private const int DraftMemory = 64 * 1024;

    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<string> heard = [];
    private readonly MailStore store;

    public LeaseTests()
    {
        store = MailStore.Open(new StoreOptions { Folder = folder.Path, MinimumFree = 0, DraftMemory = DraftMemory }, clock);
        store.StateChanged += (_, why) => heard.Enqueue(why);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    private void Harm(string sql)
    {
        using var database = Database.Open(Path.Combine(folder.Path, "queue.db"));
        database.Run(sql);
    }

    /// <summary>Whether one more draft could take so many octets of memory.</summary>
    private bool HasMemory(int octets)
    {
        if (!store.Intake.Budget.TryTake(octets))
            return false;
        store.Intake.Budget.Give(octets);
        return true;
    }

    private async Task<IReadOnlyList<QueuedMessage>> LeaseAsync() => await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default);

    [Fact]
    public async Task A_lease_that_fails_part_way_leaves_nothing_taken()
    {
        for (int i = 0; i < 3; i++)
            await Mail.KeptAsync(store);
        await Mail.SkipArrivalsAsync(store);

        // A connection that is already there fails only where it reads a message, with the leases of all three taken.
        store.Count();
        Harm("ALTER TABLE message RENAME TO elsewhere");
        await Assert.ThrowsAnyAsync<IOException>(LeaseAsync);
        Harm("ALTER TABLE elsewhere RENAME TO message");
        Assert.Equal(3, (await LeaseAsync()).Count);
        Assert.Empty(await LeaseAsync());
    }

    [Theory]
    [InlineData("address='no address'")]
    [InlineData("last_attempt=9223372036854775807, accepted='@@'")]
    public async Task A_message_that_cannot_be_read_is_held_and_reported_and_the_others_go_on(string harm)
    {
        var ids = new List<string> { await Mail.KeptAsync(store), await Mail.KeptAsync(store), await Mail.KeptAsync(store) };
        await Mail.SkipArrivalsAsync(store);
        Harm($"UPDATE recipient SET {harm} WHERE message=(SELECT id FROM message ORDER BY id LIMIT 1 OFFSET 1)");

        Assert.Equal([ids[0], ids[2]], (await LeaseAsync()).Select(message => message.QueueId).Order(StringComparer.Ordinal));
        Assert.Contains(heard, told =>
            told.Contains(ids[1], StringComparison.Ordinal) && told.EndsWith("on hold", StringComparison.Ordinal));
        Assert.Equal(2, (await Mail.ListAsync(store)).Count);

        // Held by the time an administrator's change, which waits its turn behind it, is done.
        await store.DropAsync(new QueueFilter { QueueId = ids[0] }, default);
        Assert.Equal((3, 1, 3), store.Count());
        Assert.Empty(await LeaseAsync());
        Assert.Equal(1, await store.DropAsync(new QueueFilter { QueueId = ids[1] }, default));
    }

    [Fact]
    public async Task A_time_that_is_none_does_not_stop_the_look_at_the_others()
    {
        await Mail.KeptAsync(store);
        await Mail.SkipArrivalsAsync(store);
        Harm("UPDATE destination SET earliest=-9223372036854775807; UPDATE recipient SET next=-9223372036854775807");
        Assert.Equal(Mail.Partner, Assert.Single((await store.DueAsync(clock.GetUtcNow(), 10, default)).Due).Destination);
        Assert.Single(await LeaseAsync());
    }

    [Fact]
    public async Task Leasing_what_matches_leaves_nothing_taken_when_cancelled_between_pages()
    {
        string harmed = await Mail.KeptAsync(store);
        string crowd = await Mail.KeptAsync(store, [.. Enumerable.Range(0, 1200).Select(i => $"user{i}@partner.example")]);
        await Mail.SkipArrivalsAsync(store);
        Harm("UPDATE recipient SET address='no address' WHERE message=(SELECT min(id) FROM message)");

        using var cancel = new CancellationTokenSource();
        store.StateChanged += (_, why) =>
        {
            if (why.Contains(harmed, StringComparison.Ordinal))
                cancel.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await store.LeaseMatchingAsync(new QueueFilter(), 100, cancel.Token));
        Assert.Equal(1200, (await store.LeaseMatchingAsync(new QueueFilter { QueueId = crowd }, 100, default))
            .Sum(message => message.Recipients.Count));
    }

    [Fact]
    public async Task What_a_draft_holds_on_its_way_into_a_file_counts_as_memory_and_ends_where_there_is_none()
    {
        byte[] body = Mail.Octets(150_000);
        var drafts = new List<Gatepost.Smtp.IMessageDraft>();
        for (int i = 0; i < 4; i++)
        {
            var draft = store.Begin();
            drafts.Add(draft);
            for (int at = 0; at < body.Length; at += 1500)
                Assert.True(await draft.WriteAsync(body.AsMemory(at, 1500), default));
            Assert.Equal(i == 0, HasMemory(32 * 1024));
        }

        foreach (var draft in drafts)
        {
            var read = new MemoryStream();
            await draft.OpenRead().CopyToAsync(read);
            Assert.Equal(body, read.ToArray());
            await draft.DisposeAsync();
        }

        Assert.True(HasMemory(DraftMemory));
    }
}
