using System.Globalization;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Durability;

/// <summary>The current fails under load: what was written but not synced is gone. GATEPOST_POWER_CUTS sets how often.</summary>
[Collection("durability")]
public sealed class PowerCutTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_promised_message_is_lost_or_doubled_when_the_power_is_cut()
    {
        var cancel = TestContext.Current.CancellationToken;
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("GATEPOST_POWER_CUTS"), CultureInfo.InvariantCulture, out int wanted)
            ? wanted : 10;
        using var scratch = new ScratchFolder();
        await using var disk = await ImageDisk.MakeAsync(scratch, 400, cancel);
        string data = Path.Combine(disk.Folder, "data");
        var ledger = new Ledger();
        var random = new Random(815);
        int promised = 0;
        for (int round = 1; round <= rounds; round++)
        {
            await using (var server = await DurableServer.StartAsync(scratch, data, cancel))
            {
                using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                var clients = server.Load(ledger, over.Token);
                await ledger.ReachesAsync(random.Next(1, 80), cancel);
                ledger.Close();
                disk.CutPower();
                await Task.Delay(random.Next(0, 30), cancel);
                await server.KillAsync(cancel);
                await over.CancelAsync();
                await clients;
            }

            await disk.RestorePowerAsync(cancel);
            promised += ledger.Promised.Count;
            await LedgerCheck.AgreesAsync(data, ledger, clear: true);
        }

        output.WriteLine($"{rounds} power cuts, {promised} messages promised, 0 lost");
        Assert.True(promised > rounds, $"only {promised} messages in {rounds} rounds: this tested nothing");
    }

    [Fact]
    public async Task The_disk_of_this_test_really_forgets_what_was_not_synced()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var scratch = new ScratchFolder();
        await using var disk = await ImageDisk.MakeAsync(scratch, 32, cancel);
        string synced = Path.Combine(disk.Folder, "synced"), unsynced = Path.Combine(disk.Folder, "unsynced");
        await using (var file = new FileStream(synced, FileMode.Create))
        {
            file.Write("kept"u8);
            file.Flush(flushToDisk: true);
            file.Write("lost"u8);
            file.Flush();
            await File.WriteAllTextAsync(unsynced, "lost", cancel);
            disk.CutPower();
        }

        await disk.RestorePowerAsync(cancel);
        Assert.Equal("kept", await File.ReadAllTextAsync(synced, cancel));
        Assert.False(File.Exists(unsynced));
    }
}
