using System.Net;
using System.Net.Sockets;
using Gatepost.Dns;
using Xunit;

namespace Gatepost.Tests.Dns;

public sealed class SharedQuestionTests
{
    [Fact]
    public async Task Questions_for_one_name_that_come_together_are_asked_once_and_one_who_gives_up_spoils_none()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var resolver = new DnsResolver(new DnsOptions { Servers = [(IPEndPoint)server.Client.LocalEndPoint!] }, TimeProvider.System);
        using var impatient = new CancellationTokenSource();
        var givesUp = resolver.Ipv4AddressesAsync("mx.example.org", impatient.Token).AsTask();
        var others = Enumerable.Range(0, 20).Select(_ => resolver.Ipv4AddressesAsync("mx.example.org", default).AsTask()).ToList();

        var question = await server.ReceiveAsync(TestContext.Current.CancellationToken);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        await server.SendAsync(AnswerTo(question.Buffer), question.RemoteEndPoint, TestContext.Current.CancellationToken);
        foreach (var answer in await Task.WhenAll(others))
            Assert.Equal((DnsOutcome.Found, "192.0.2.7"), (answer.Outcome, answer.Records[0].ToString()));
        Assert.Equal(0, server.Available);
    }

    /// <summary>One address record, 60 seconds.</summary>
    private static byte[] AnswerTo(byte[] question)
    {
        int end = 12;
        while (question[end] != 0)
            end += question[end] + 1;
        end += 5;
        byte[] header = [question[0], question[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
        byte[] record = [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7];
        return [.. header, .. question[12..end], .. record];
    }
}
