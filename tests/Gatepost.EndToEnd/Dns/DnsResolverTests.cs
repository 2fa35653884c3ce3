using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gatepost.Dns;
using Xunit;

namespace Gatepost.EndToEnd.Dns;

/// <summary>The real resolver against a name server in this process that answers octet by octet what the test wants.</summary>
public sealed class DnsResolverTests : IDisposable
{
    private readonly UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource stop = new();
    private int questions;

    [Fact]
    public async Task An_answer_is_read_remembered_and_its_absence_distinguished()
    {
        Answer(question => question.Type == 1 ? (0, [192, 0, 2, 9]) : (0, null));
        var dns = Resolver();
        var first = await dns.AddressesAsync("Mx.Example.", default);
        Assert.Equal((DnsOutcome.Found, "192.0.2.9"), (first.Outcome, first.Records.Single().ToString()));
        Assert.Equal(TimeSpan.FromSeconds(300), first.Ttl);
        await dns.AddressesAsync("mx.example", default);
        Assert.Equal(2, questions);
        Assert.Equal(DnsOutcome.NoRecords, (await dns.MxAsync("mx.example", default)).Outcome);
    }

    [Theory]
    [InlineData(3, DnsOutcome.NoSuchName, null)]
    [InlineData(2, DnsOutcome.Unanswered, "SERVFAIL")]
    [InlineData(5, DnsOutcome.Unanswered, "REFUSED")]
    public async Task Error_codes_are_no_such_name_or_no_answer(int code, DnsOutcome outcome, string? detail)
    {
        Answer(_ => (code, null));
        var answer = await Resolver().MxAsync("x.example", default);
        Assert.Equal((outcome, detail), (answer.Outcome, answer.Detail?.ToString()));
    }

    [Fact]
    public async Task Silence_is_no_answer_and_is_not_remembered()
    {
        var dns = Resolver();
        var answer = await dns.MxAsync("x.example", default);
        Assert.Equal(DnsOutcome.Unanswered, answer.Outcome);
        Assert.StartsWith("timed out", answer.Detail!.ToString());

        Answer(_ => (3, null));
        Assert.Equal(DnsOutcome.NoSuchName, (await dns.MxAsync("x.example", default)).Outcome);
    }

    [Fact]
    public async Task A_cancelled_question_is_cancelled_and_never_an_answer()
    {
        using var cancel = new CancellationTokenSource();
        var asking = Resolver(TimeSpan.FromMinutes(1)).MxAsync("x.example", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Rubbish_is_no_answer()
    {
        Answer(_ => null);
        Assert.Equal(DnsOutcome.Unanswered, (await Resolver().MxAsync("x.example", default)).Outcome);
    }

    public void Dispose()
    {
        stop.Cancel();
        server.Dispose();
        stop.Dispose();
    }

    private DnsResolver Resolver(TimeSpan? timeout = null) =>
        new(
            new DnsOptions
            {
                Servers = [(IPEndPoint)server.Client.LocalEndPoint!],
                Timeout = timeout
                ?? TimeSpan.FromMilliseconds(300),
                Retries = 1
            }, TimeProvider.System);

    /// <param name="answer">Response code and address of one record; null sends rubbish.</param>
    private void Answer(Func<(int Type, int Length), (int Code, byte[]? Address)?> answer) => _ = Task.Run(async () =>
    {
        while (!stop.IsCancellationRequested)
        {
            UdpReceiveResult received;
            try
            {
                received = await server.ReceiveAsync(stop.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref questions);
            byte[] packet = Compose(received.Buffer, answer);
            await server.SendAsync(packet, received.RemoteEndPoint, stop.Token);
        }
    });

    private static byte[] Compose(byte[] asked, Func<(int Type, int Length), (int Code, byte[]? Address)?> answer)
    {
        int end = 12;
        while (asked[end] != 0)
            end += asked[end] + 1;
        end += 5;
        int type = BinaryPrimitives.ReadUInt16BigEndian(asked.AsSpan(end - 4));
        if (answer((type, end)) is not var (code, address))
            return [asked[0], asked[1], 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0, 77];

        byte[] head = [asked[0], asked[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)(address is null ? 0 : 1), 0, 0, 0, 0];
        byte[] record = address is null ? [] : [0xc0, 12, 0, (byte)type, 0, 1, 0, 0, 1, 44, 0, 4, .. address];
        return [.. head, .. asked[12..end], .. record];
    }
}
