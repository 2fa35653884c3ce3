using Gatepost.Delivery.Queue;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class SegmentTests : IAsyncDisposable
{
    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private MailStore store;

    public SegmentTests() => store = Open();

    private MailStore Open() =>
        MailStore.Open(
            new StoreOptions { Folder = folder.Path, InlineLimit = 0, SegmentSize = 256 * 1024, MinimumFree = 0, SpareSegments = 2 },
            clock);

    private int Files => Directory.GetFiles(System.IO.Path.Combine(folder.Path, "segments")).Length;

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    private async Task<List<string>> FillAsync(int messages)
    {
        var ids = new List<string>();
        for (int i = 0; i < messages; i++)
            ids.Add((await Mail.KeepAsync(store, Mail.To(Mail.Partner, "bob@partner.example"), Mail.Octets(20_000, i), "")).QueueId!);
        return ids;
    }

    private ValueTask<IReadOnlyList<string>> DeliverAsync(IEnumerable<string> ids) =>
        store.SettleAsync([.. ids.Select(id => new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Delivered })], [], default);

    [Fact]
    public async Task Segments_whose_messages_are_gone_are_written_over_and_do_not_pile_up()
    {
        for (int round = 0; round < 5; round++)
            await DeliverAsync(await FillAsync(60));
        Assert.InRange(Files, 1, 10);
    }

    [Fact]
    public async Task A_few_that_stay_do_not_keep_the_room_of_all_that_left()
    {
        var ids = await FillAsync(120);
        int full = Files;
        var staying = ids.Where((_, index) => index % 12 == 7).ToList();
        await DeliverAsync(ids.Except(staying));
        Assert.Equal(full, Files);

        await store.Upkeep.CompactAsync();
        // The next records need a segment; what was emptied serves for that, the rest is gone but for the spares.
        await DeliverAsync(await FillAsync(1));
        Assert.True(Files <= 5, $"{Files} of {full} segments are still there");
        for (int reopened = 0; reopened < 2; reopened++)
        {
            foreach (string id in staying)
                Assert.Equal(Mail.Octets(20_000, ids.IndexOf(id)), await Mail.BodyAsync(store, id));
            await store.DisposeAsync();
            store = Open();
        }
    }

    [Fact]
    public async Task A_message_whose_octets_were_harmed_is_never_given_out()
    {
        string id = (await FillAsync(1))[0];
        string file = Directory.GetFiles(System.IO.Path.Combine(folder.Path, "segments")).Single();
        await using (var harm = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            harm.Position = 9_000;
            harm.WriteByte(0);
            harm.WriteByte(1);
        }

        var refused = await Assert.ThrowsAnyAsync<IOException>(() => Task.Run(() => store.OpenBody(id)));
        Assert.Contains(id, refused.Message, StringComparison.Ordinal);
    }
}
