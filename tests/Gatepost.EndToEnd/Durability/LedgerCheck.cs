using System.Text;
using Gatepost.Delivery.Queue;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Xunit;

namespace Gatepost.EndToEnd.Durability;

/// <summary>Compares what clients were promised with what is in the queue and the Maildir after a crash.</summary>
public static class LedgerCheck
{
    /// <summary>
    /// Opens the data folder that no process has now; fails where a promised message is missing, doubled or changed, or a refused one is
    /// there.
    /// </summary>
    /// <param name="data">The data folder.</param>
    /// <param name="ledger">What the clients know.</param>
    /// <param name="clear">Whether to empty queue, Maildir and ledger afterwards.</param>
    public static async Task AgreesAsync(string data, Ledger ledger, bool clear)
    {
        await using (var store = MailStore.Open(new StoreOptions { Folder = data, MinimumFree = 0 }, TimeProvider.System))
        {
            var queued = await ReadQueueAsync(store);
            var delivered = ReadMaildir(Path.Combine(data, "mail", "demo.test", "ann"));
            Compare(ledger, queued, delivered);
            var counts = store.Count();
            Assert.Equal(queued.Values.Sum(), counts.Messages);
            if (!clear)
                return;
            Assert.Equal(counts.Recipients, await store.DropAsync(new QueueFilter(), default));
            Assert.Equal((0, 0, 0), store.Count());
        }

        ledger.Clear();
        string mail = Path.Combine(data, "mail");
        if (Directory.Exists(mail))
            Directory.Delete(mail, recursive: true);
    }

    private static void Compare(Ledger ledger, Dictionary<int, int> queued, Dictionary<int, int> delivered)
    {
        var lost = ledger.Promised.Keys.Where(serial => queued.GetValueOrDefault(serial) + delivered.GetValueOrDefault(serial) == 0).Order()
            .ToList();
        Assert.True(
            lost.Count == 0, $"{lost.Count} of {ledger.Promised.Count} promised messages are lost: {string.Join(", ", lost.Take(20))}");

        var doubled = queued.Where(pair => pair.Value > 1).Select(pair => pair.Key).ToList();
        Assert.True(doubled.Count == 0, $"in the queue more than once: {string.Join(", ", doubled)}");

        var refused = ledger.RefusedForGood(DurableServer.Sessions)
            .Where(pair => queued.ContainsKey(pair.Key) || delivered.ContainsKey(pair.Key))
            .Select(pair => $"{pair.Key} ({pair.Value.Reply})").ToList();
        Assert.True(refused.Count == 0, $"refused and yet there: {string.Join(", ", refused.Take(20))}");
    }

    private static async Task<Dictionary<int, int>> ReadQueueAsync(MailStore store)
    {
        var found = new Dictionary<int, int>();
        await foreach (var message in store.ListAsync(new QueueFilter(), default))
        {
            await using var body = store.OpenBody(message.QueueId);
            var octets = new MemoryStream();
            await body.CopyToAsync(octets);
            Assert.Equal(message.Size, octets.Length);
            int serial = SerialOf(octets.GetBuffer().AsSpan(0, (int)octets.Length), message.QueueId);
            found[serial] = found.GetValueOrDefault(serial) + 1;
        }

        return found;
    }

    private static Dictionary<int, int> ReadMaildir(string maildir)
    {
        var found = new Dictionary<int, int>();
        string folder = Path.Combine(maildir, "new");
        foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            int serial = SerialOf(File.ReadAllBytes(file), file);
            found[serial] = found.GetValueOrDefault(serial) + 1;
        }

        return found;
    }

    /// <summary>The number of a message, whose octets must be exactly those sent behind the trace fields.</summary>
    private static int SerialOf(ReadOnlySpan<byte> octets, string where)
    {
        int at = octets.IndexOf(Encoding.ASCII.GetBytes(Ledger.Field));
        Assert.True(at >= 0, $"{where} is not one of ours");
        var number = octets[(at + Ledger.Field.Length)..];
        int serial = int.Parse(
            Encoding.ASCII.GetString(number[..number.IndexOf((byte)'\r')]), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(octets[at..].SequenceEqual(Ledger.Message(serial)), $"{where}: the octets of message {serial} changed");
        return serial;
    }
}
