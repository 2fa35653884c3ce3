using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Policy.Scanners;

namespace Gatepost.Tour;

/// <summary>
/// A filter on a loopback port that speaks clamd's or rspamd's protocol and always gives one verdict; for a dead one the port stays closed.
/// </summary>
internal sealed class TourFilter : IAsyncDisposable
{
    private const int MaxHead = 64 * 1024;

    private readonly Scan verdict;
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public TourFilter(Scan verdict)
    {
        this.verdict = verdict;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Options = new ScannerOptions
        {
            Name = verdict.Scanner,
            Kind = verdict.Outcome == ScanOutcome.Virus ? ScannerKind.Clamd : ScannerKind.Rspamd,
            Address = socket.LocalEndPoint!.ToString()!,
            Timeout = TimeSpan.FromSeconds(10),
        };
        bool alive = verdict.Outcome != ScanOutcome.Unavailable;
        if (alive)
            socket.Listen();
        serving = alive ? Task.Run(AcceptAsync) : Task.CompletedTask;
    }

    /// <summary>How the server is configured for it.</summary>
    public ScannerOptions Options { get; }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await socket.AcceptAsync(stop.Token);
                await using var stream = new NetworkStream(client);
                await (Options.Kind == ScannerKind.Clamd ? AnswerClamdAsync(stream) : AnswerRspamdAsync(stream));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The scene is over.
        }
    }

    /// <summary>INSTREAM: a word, chunks with their length before them, an empty one at the end; one line back (clamd(8)).</summary>
    private async Task AnswerClamdAsync(Stream stream)
    {
        await stream.ReadExactlyAsync(new byte["zINSTREAM\0".Length], stop.Token);
        byte[] length = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(length, stop.Token);
            int octets = BinaryPrimitives.ReadInt32BigEndian(length);
            if (octets == 0)
                break;
            await stream.ReadExactlyAsync(new byte[octets], stop.Token);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"stream: {verdict.Told} FOUND\0"), stop.Token);
    }

    /// <summary><c>POST /checkv2</c> by HTTP/1.1; the verdict as JSON.</summary>
    private async Task AnswerRspamdAsync(Stream stream)
    {
        string head = await ReadHeadAsync(stream);
        await SkipBodyAsync(stream, head);
        string symbol = verdict.Outcome == ScanOutcome.Bulk ? "DCC_BULK" : "GTUBE";
        string score = verdict.Score.ToString(CultureInfo.InvariantCulture), limit = verdict.Limit.ToString(CultureInfo.InvariantCulture);
        string symbols = $$"""{"{{symbol}}":{"name":"{{symbol}}","score":{{score}} } }""";
        string json = $$"""{"action":"reject","score":{{score}},"required_score":{{limit}},"symbols":{{symbols}} }""";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {json.Length}\r\n\r\n{json}"),
                stop.Token);
    }

    private async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] octet = new byte[1];
        while (head.Length < MaxHead && !(head.Length > 3 && head[^1] == '\n' && head[^3] == '\n'))
        {
            await stream.ReadExactlyAsync(octet, stop.Token);
            head.Append((char)octet[0]);
        }

        return head.ToString();
    }

    private async Task SkipBodyAsync(Stream stream, string head)
    {
        foreach (string line in head.Split("\r\n"))
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                await stream.ReadExactlyAsync(new byte[int.Parse(line[15..], CultureInfo.InvariantCulture)], stop.Token);
                return;
            }
        }

        // In chunks, each with its length in a line before it.
        while (int.Parse((await ReadLineAsync(stream)).Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0
            and var octets)
            await stream.ReadExactlyAsync(new byte[octets + 2], stop.Token);
        await ReadLineAsync(stream);
    }

    private async Task<string> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        byte[] octet = new byte[1];
        while (octet[0] != '\n' && line.Length < MaxHead)
        {
            await stream.ReadExactlyAsync(octet, stop.Token);
            line.Append((char)octet[0]);
        }

        return line.ToString().TrimEnd('\r', '\n');
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        socket.Dispose();
        await serving;
        stop.Dispose();
    }
}
