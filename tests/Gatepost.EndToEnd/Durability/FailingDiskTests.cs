using System.Globalization;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Durability;

/// <summary>
/// The n-th sync or write of the real server fails, by strace. Nothing may be promised that is not there, and the server must recover by
/// itself.
/// </summary>
[Collection("durability")]
public sealed class FailingDiskTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("fsync,fdatasync", "error=EIO:when=6", "451")]
    [InlineData("fsync,fdatasync", "error=EIO:when=13+17", "451")]
    [InlineData("fsync,fdatasync", "error=EIO:when=8..10", "451")]
    [InlineData("pwrite64", "error=EIO:when=40+90", "451")]
    [InlineData("pwrite64,pwritev", "error=ENOSPC:when=60+70", "452")]
    public async Task A_failing_call_refuses_promises_nothing_and_the_store_recovers(string calls, string how, string expected)
    {
        var cancel = TestContext.Current.CancellationToken;
        Component.Needs("strace");
        using var scratch = new ScratchFolder();
        string data = scratch["data"];
        // The tables are made by a first start without faults: what is tested is a running server.
        await using (var first = await DurableServer.StartAsync(scratch, data, cancel))
            await first.KillAsync(cancel);

        var ledger = new Ledger();
        string[] files = ["queue.db", "queue.db-wal", "segments", .. Enumerable.Range(1, 40)
            .Select(number => Path.Combine("segments", number.ToString("x12", CultureInfo.InvariantCulture) + ".seg"))];
        string[] strace =
            ["strace", "-f", "-q", "--seccomp-bpf", "-o", "/dev/null", .. files.SelectMany(
                file => new[] { "-P", Path.Combine(data, file) }), "-e", $"trace={calls}", "-e", $"inject={calls}:{how}"];
        await using (var server = await DurableServer.StartAsync(scratch, data, cancel, strace))
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var clients = server.Load(ledger, over.Token);
            await Eventually.TrueAsync(() => !ledger.Refused.IsEmpty, () => $"nothing was refused\n{server.Said}", cancel);
            int then = ledger.Promised.Count;
            await Eventually.TrueAsync(() => ledger.Promised.Count > then + 20, () => $"it never recovered\n{server.Said}", cancel);
            await server.KillAsync(cancel);
            await over.CancelAsync();
            await clients;
        }

        output.WriteLine($"{ledger.Promised.Count} promised, {ledger.Refused.Count} refused: {ledger.Refused.Values.First().Reply}");
        Assert.Contains(ledger.Refused.Values, refused => refused.Reply.Contains(expected, StringComparison.Ordinal));
        await LedgerCheck.AgreesAsync(data, ledger, clear: true);
    }
}
