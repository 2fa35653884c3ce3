using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Filters;

/// <summary>Refused messages kept by the real program, and what an administrator does with them.</summary>
public sealed class QuarantineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_virus_is_kept_shown_harmless_released_as_it_came_and_survives_a_kill()
    {
        await using var clamd = await ClamdInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[scanner]]
                name = "clamav"
                kind = "clamd"
                address = "127.0.0.1:{clamd.Port}"

                [quarantine]
                keep = ["virus-found"]
                """,
        });
        byte[] sent = Encoding.Latin1.GetBytes(
            $"From: sender@client.test\r\nSubject: \u001b[31mred\u001b[0m\r\n\r\n{ClamdInstance.Eicar}\r\n.dot\r\n");
        string number = await RefusedAsync(server, sent);
        // The journal is written in batches; what is tested here is the message.
        await FilterFaultTests.TracedAsync(server, number, "virus-found");
        await server.KillAsync();
        await server.StartAgainAsync(Cancel);

        var message = Assert.Single(await ListAsync(server));
        Assert.Equal(
            (number, "virus-found", "sender@client.test"), (Text(message, "case"), Text(message, "rule"), Text(message, "sender")));
        Assert.StartsWith("551 5.7.1", Text(message, "reply"));
        string shown = (await server.RunAsync(Cancel, "quarantine", "show", number)).Output;
        Assert.Contains("Subject: ?[31mred?[0m", shown, StringComparison.Ordinal);
        Assert.Contains("Eicar-Test-Signature", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);

        Assert.Empty(server.Delivered("ann"));
        var released = await server.RunAsync(Cancel, "quarantine", "release", number);
        Assert.True(released.ExitCode == 0, released.ToString());
        byte[] received = await server.ReceivedAsync("ann", "EICAR", Cancel);
        Octets.ArrivedAsSent(sent, received);
        Assert.Contains("X-Gatepost-Quarantine: released", Encoding.Latin1.GetString(received), StringComparison.Ordinal);
        Assert.Empty(await ListAsync(server));
        await FilterFaultTests.TracedAsync(server, number, "virus-found", "released from quarantine by the administrator");
        Assert.NotEqual(0, (await server.RunAsync(Cancel, "quarantine", "release", number)).ExitCode);
    }

    [Fact]
    public async Task Dropping_asks_first_and_works_with_and_without_a_running_server()
    {
        await using var clamd = await ClamdInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[scanner]]
                name = "clamav"
                kind = "clamd"
                address = "127.0.0.1:{clamd.Port}"

                [quarantine]
                keep = ["virus-found"]
                """,
        });
        byte[] virus = Encoding.ASCII.GetBytes($"Subject: x\r\n\r\n{ClamdInstance.Eicar}\r\n");
        string first = await RefusedAsync(server, virus), second = await RefusedAsync(server, virus);
        var unsaid = await server.RunAsync(Cancel, "quarantine", "drop", first);
        Assert.NotEqual(0, unsaid.ExitCode);
        Assert.Contains("--yes", unsaid.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await ListAsync(server)).Count);
        Assert.Equal(0, (await server.RunAsync(Cancel, "quarantine", "drop", first, "--yes")).ExitCode);
        await server.KillAsync();

        Assert.Equal(second, Text(Assert.Single(await ListAsync(server)), "case"));
        var closed = await server.RunAsync(Cancel, "quarantine", "release", second);
        Assert.Contains("start gatepost serve first", closed.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync(Cancel, "quarantine", "drop", "--rule", "virus-found", "--yes")).ExitCode);
        Assert.Empty(await ListAsync(server));
        await FilterFaultTests.TracedAsync(server, second, "dropped from quarantine by the administrator");
    }

    [Fact]
    public async Task What_a_milter_wants_in_quarantine_is_taken_kept_and_never_delivered_by_itself()
    {
        await using var milter = new QuarantiningMilter();
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[scanner]]
                name = "odd"
                kind = "milter"
                address = "127.0.0.1:{milter.Port}"
                """,
        });
        await using var client = await server.ClientAsync(Cancel);
        string reply = await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("kept back"), Cancel);
        var message = Assert.Single(await ListAsync(server));
        Assert.Equal("filter-kept-back", Text(message, "rule"));
        Assert.Contains(Text(message, "id"), reply, StringComparison.Ordinal);
        Assert.False(message.TryGetProperty("reply", out _));
        await FilterFaultTests.TracedAsync(server, Text(message, "case"), "filter-kept-back", "odd attachment");
        await FilterFaultTests.TracedAsync(server, Text(message, "id"), "ann@demo.test");
        Assert.Empty(server.Delivered("ann"));

        Assert.Equal(0, (await server.RunAsync(Cancel, "quarantine", "release", Text(message, "id"))).ExitCode);
        await server.ReceivedAsync("ann", "kept back", Cancel);
    }

    private static async Task<string> RefusedAsync(GatepostServer server, byte[] message)
    {
        await using var client = await server.ClientAsync(Cancel);
        return FilterFaultTests.VerdictId(
            await client.SendMessageAsync("sender@client.test", "ann@demo.test", message, Cancel, "551 5.7.1"));
    }

    private static async Task<List<JsonElement>> ListAsync(GatepostServer server)
    {
        var listed = await server.RunAsync(Cancel, "quarantine", "list", "--json");
        Assert.True(listed.ExitCode == 0, listed.ToString());
        return [.. listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string Text(JsonElement message, string name) => message.GetProperty(name).GetString()!;

    /// <summary>A milter that wants to hear nothing but the end, and then to have the message kept back.</summary>
    private sealed class QuarantiningMilter : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task serving;

        public QuarantiningMilter()
        {
            listener.Start();
            serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            listener.Stop();
            await serving;
            stop.Dispose();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(stop.Token);
                    await ServeAsync(client.GetStream());
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or IOException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(NetworkStream stream)
        {
            byte[] head = new byte[4];
            while (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, stop.Token) == 4)
            {
                byte[] packet = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
                await stream.ReadExactlyAsync(packet, stop.Token);
                if (packet[0] == 'O')
                    await stream.WriteAsync(new byte[] { 0, 0, 0, 13, (byte)'O', 0, 0, 0, 6, 0, 0, 0, 0x20, 0, 0, 0x02, 0x7F }, stop.Token);
                else if (packet[0] == 'E')
                    await stream.WriteAsync((byte[])[0, 0, 0, 16, (byte)'q', .. "odd attachment"u8, 0, 0, 0, 0, 1, (byte)'c'], stop.Token);
            }
        }
    }
}
