using System.Globalization;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Durability;

/// <summary>kill -9 under load, again and again on the same folder. GATEPOST_KILL_ROUNDS sets how often, for longer runs by hand.</summary>
[Collection("durability")]
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_promised_message_is_lost_or_doubled_when_the_server_is_killed()
    {
        var cancel = TestContext.Current.CancellationToken;
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("GATEPOST_KILL_ROUNDS"), CultureInfo.InvariantCulture, out int wanted)
            ? wanted : 50;
        using var scratch = new ScratchFolder();
        string data = scratch["data"];
        var ledger = new Ledger();
        var random = new Random(4711);
        int promised = 0, inDoubt = 0, before = 0;
        for (int round = 1; round <= rounds; round++)
        {
            await using (var server = await DurableServer.StartAsync(scratch, data, cancel))
            {
                var clients = server.Load(ledger, cancel);
                await ledger.ReachesAsync(before + random.Next(0, 60), cancel);
                await Task.Delay(random.Next(0, 20), cancel);
                await server.KillAsync(cancel);
                await clients;
            }

            promised += ledger.Promised.Count - before;
            inDoubt = Math.Max(inDoubt, ledger.InDoubt.Count);
            // Most rounds keep what the earlier ones left, so that a message outlives several crashes.
            bool clear = round % 5 == 0 || round == rounds;
            before = clear ? 0 : ledger.Promised.Count;
            await LedgerCheck.AgreesAsync(data, ledger, clear);
        }

        output.WriteLine($"{rounds} kills, {promised} messages promised, 0 lost");
        Assert.True(promised > rounds * 5, $"only {promised} messages in {rounds} rounds: this tested nothing");
        Assert.True(inDoubt > 0, "no kill ever hit a message on its way: this tested nothing");
    }
}
