using Gatepost.Delivery.Queue;
using Gatepost.EndToEnd.Harness;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Xunit;

namespace Gatepost.EndToEnd.Durability;

/// <summary>A small disk filled to the brim.</summary>
[Collection("durability")]
public sealed class FullDiskTests
{
    private static readonly Destination Sink = new(DestinationKind.Mx, "sink.test");

    [Fact]
    public async Task A_full_disk_is_452_loses_nothing_and_ends_when_there_is_room()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var scratch = new ScratchFolder();
        await using var disk = await ImageDisk.MakeAsync(scratch, 160, cancel);
        string data = Path.Combine(disk.Folder, "data"), ballast = Path.Combine(disk.Folder, "ballast");
        var ledger = new Ledger();
        await using (var server = await DurableServer.StartAsync(scratch, data, cancel))
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var clients = server.Load(ledger, over.Token);
            await ledger.ReachesAsync(20, cancel);
            FillUp(ballast);
            await Eventually.TrueAsync(() => ledger.Refused.Count > 10, () => server.Said, cancel);
            Assert.All(ledger.Refused.Values, refused => Assert.Contains("452 4.3.1", refused.Reply, StringComparison.Ordinal));

            File.Delete(ballast);
            int then = ledger.Promised.Count;
            await Eventually.TrueAsync(() => ledger.Promised.Count > then + 20, () => $"it never took mail again\n{server.Said}", cancel);
            await server.KillAsync(cancel);
            await over.CancelAsync();
            await clients;
        }

        await LedgerCheck.AgreesAsync(data, ledger, clear: true);
    }

    /// <summary>Without the reserve the store keeps, so that the very last block is used up in the middle of writing.</summary>
    [Theory]
    [InlineData(3_000)]
    [InlineData(50_000)]
    [InlineData(600_000)]
    public async Task The_last_block_can_be_used_up_anywhere_without_harm(int size)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var scratch = new ScratchFolder();
        await using var disk = await ImageDisk.MakeAsync(scratch, 48, cancel);
        string data = Path.Combine(disk.Folder, "data"), ballast = Path.Combine(disk.Folder, "ballast");
        var kept = new Dictionary<string, byte[]>();
        await using (
            var store = MailStore.Open(new StoreOptions { Folder = data, MinimumFree = 0, SegmentSize = 4 * 1048576 }, TimeProvider.System))
        {
            // Some room is left by the ballast, so that the store itself meets the end of the disk.
            await KeepAsync(store, size, 3, kept);
            FillUp(ballast, leave: 3 * 1048576);
            var full = await KeepAsync(store, size, 10_000, kept);
            Assert.Equal(StoreOutcome.Full, full.Outcome);
            foreach (var (id, octets) in kept)
                Assert.Equal(octets, await ReadAsync(store, id));

            File.Delete(ballast);
            await Eventually.TrueAsync(() => store.Room(0) == StoreOutcome.Kept, cancel);
            Assert.Equal(StoreOutcome.Kept, (await KeepAsync(store, size, 3, kept)).Outcome);
        }

        await using var again = MailStore.Open(new StoreOptions { Folder = data, MinimumFree = 0 }, TimeProvider.System);
        Assert.Equal(kept.Count, again.Count().Messages);
        foreach (var (id, octets) in kept)
            Assert.Equal(octets, await ReadAsync(again, id));
    }

    /// <summary>Keeps so many, or until one is refused, whose answer is given back.</summary>
    private static async Task<StoreResult> KeepAsync(MailStore store, int size, int count, Dictionary<string, byte[]> kept)
    {
        StoreResult last = default;
        for (int i = 0; i < count; i++)
        {
            byte[] octets = new byte[size];
            new Random(kept.Count).NextBytes(octets);
            var envelope = new Envelope { Sender = Mailbox.Parse("ann@demo.test") };
            envelope.Recipients.Add(
                new EnvelopeRecipient(Mailbox.Parse("bob@sink.test")) { Routes = [new Route(Mailbox.Parse("bob@sink.test"), Sink)] });
            await using var draft = store.Begin();
            await draft.WriteAsync(octets, default);
            last = await draft.CommitAsync(default, envelope, null, default);
            if (last.Outcome != StoreOutcome.Kept)
                return last;
            kept[last.QueueId!] = octets;
        }

        return last;
    }

    private static async Task<byte[]> ReadAsync(MailStore store, string id)
    {
        await using var body = ((IQueue)store).OpenBody(id);
        var octets = new MemoryStream();
        await body.CopyToAsync(octets);
        return octets.ToArray();
    }

    /// <summary>Takes all free space but <paramref name="leave"/> octets.</summary>
    private static void FillUp(string path, long leave = 0)
    {
        using var file = new FileStream(path, FileMode.Create);
        byte[] block = new byte[64 * 1024];
        try
        {
            while (leave == 0 || new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace > leave)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // To the brim.
        }
    }
}
