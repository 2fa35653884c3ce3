using System.Diagnostics;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Errors;

/// <summary>Beside another test, whose load would be mistaken for the crowd's, nothing could be said.</summary>
[CollectionDefinition("crowds run alone", DisableParallelization = true)]
public sealed class CrowdsRunAlone;

/// <summary>Crowds of slow, deaf and silent clients: each costs a few kilobytes, and the good ones beside them do not wait.</summary>
[Collection("crowds run alone")]
public sealed class CrowdTests(HostileServer fixture) : IClassFixture<HostileServer>
{
    private int connected;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_clients_that_send_an_octet_a_second_hold_no_one_up()
    {
        await fixture.ServesOthersAsync(Cancel);
        long before = fixture.Server.ResidentMemory();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task[] crawlers = [.. Enumerable.Range(0, 1000).Select(number => CrawlAsync(number, over.Token))];
        await AllConnectedAsync(1000);

        // As long as it takes the crawlers to get well into their commands, good clients come one after the other.
        var clock = Stopwatch.StartNew();
        int served = 0;
        while (clock.Elapsed < TimeSpan.FromSeconds(15))
        {
            await fixture.ServesOthersAsync(Cancel);
            served++;
        }

        long grown = fixture.Server.ResidentMemory() - before;
        Assert.True(served >= 15, $"only {served} good clients were served in 15 s");
        Assert.True(grown < 64 * 1024 * 1024, $"a thousand slow clients cost {grown / 1024 / 1024} MB");
        Assert.DoesNotContain(crawlers, crawler => crawler.IsFaulted);
        await over.CancelAsync();
        await Task.WhenAll(crawlers);
    }

    [Fact]
    public async Task Two_hundred_that_pipeline_and_never_read_cost_little_and_hold_no_one_up()
    {
        await fixture.ServesOthersAsync(Cancel);
        long before = fixture.Server.ResidentMemory();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        long sent = 0;
        Task[] deaf = [.. Enumerable.Range(0, 200).Select(_ => FloodAsync(count => Interlocked.Add(ref sent, count), over.Token))];

        for (int i = 0; i < 20; i++)
            await fixture.ServesOthersAsync(Cancel);

        long grown = fixture.Server.ResidentMemory() - before;
        Assert.True(Interlocked.Read(ref sent) > 200 * 1000, $"the flood was no flood: {sent} octets");
        Assert.True(grown < 64 * 1024 * 1024, $"two hundred deaf clients cost {grown / 1024 / 1024} MB");
        await over.CancelAsync();
        await Task.WhenAll(deaf);
        await fixture.ServesOthersAsync(Cancel);
    }

    [Fact]
    public async Task Two_hundred_silent_TLS_handshakes_hold_no_one_up()
    {
        await fixture.ServesOthersAsync(Cancel);
        var silent = new List<SmtpSocket>();
        for (int i = 0; i < 200; i++)
            silent.Add(await SmtpSocket.ConnectAsync(fixture.Server.Setup.MxImplicitTls, Cancel));

        await fixture.ServesOthersAsync(Cancel);

        foreach (var socket in silent)
            await socket.DisposeAsync();
    }

    /// <summary>Says a whole transaction, one octet a second.</summary>
    private async Task CrawlAsync(int number, CancellationToken over)
    {
        try
        {
            await using var client = await SmtpSocket.ConnectAsync(fixture.Server.Setup.Mx, over);
            await client.ExpectAsync("220", over);
            Interlocked.Increment(ref connected);
            foreach (char octet in $"EHLO crawler{number}.test\r\nMAIL FROM:<crawler@client.test>\r\n")
            {
                await client.SendAsync(octet.ToString(), over);
                await Task.Delay(1000, over);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private Task AllConnectedAsync(int count) =>
        Eventually.TrueAsync(() => Volatile.Read(ref connected) >= count, () => $"{connected} connected\n{fixture.Server.Said}", Cancel);

    /// <summary>Sends commands as fast as the socket takes them and reads nothing, with the smallest window there is.</summary>
    private async Task FloodAsync(Action<long> count, CancellationToken over)
    {
        try
        {
            await using var client = await SmtpSocket.ConnectAsync(fixture.Server.Setup.Mx, over, receiveBuffer: 1024);
            string burst = string.Concat(
                Enumerable.Repeat("EHLO deaf.test\r\nMAIL FROM:<deaf@client.test>\r\nRCPT TO:<ann@demo.test>\r\nRSET\r\n", 50));
            while (true)
            {
                await client.SendAsync(burst, over);
                count(burst.Length);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // The test is over, or the server had enough of us.
        }
    }
}
