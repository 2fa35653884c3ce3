using System.Net;
using System.Text;
using Gatepost.Smtp.Server;

namespace Gatepost.Tests.Smtp;

/// <summary>One client's connection, led by hand where a transcript cannot show what is meant.</summary>
internal sealed class SessionDriver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Stream stream;

    public SessionDriver(TestServer house, string address = "192.0.2.7", MemoryTransport? transport = null)
    {
        Transport = transport ?? new MemoryTransport();
        stream = Transport.Client;
        Connection = house.Open(Transport, new IPEndPoint(IPAddress.Parse(address), 40000));
        Running = Connection.RunAsync();
    }

    public MemoryTransport Transport { get; }

    public Connection Connection { get; }

    public Task Running { get; }

    /// <summary>The client's end; replaced by TLS.</summary>
    public Stream Stream { get => stream; set => stream = value; }

    public async Task SayAsync(string octets) => await stream.WriteAsync(Encoding.Latin1.GetBytes(octets)).AsTask().WaitAsync(Patience);

    /// <summary>The next line; null once the server has closed. A reply of several lines comes as its last one.</summary>
    public async Task<string?> ReadReplyAsync()
    {
        while (true)
        {
            string? line = await LineAsync().WaitAsync(Patience);
            if (line is null || line.Length < 4 || line[3] != '-')
                return line;
        }
    }

    public async Task<string?> AskAsync(string command)
    {
        await SayAsync(command + "\r\n");
        return await ReadReplyAsync();
    }

    /// <summary>Greeting and EHLO.</summary>
    public async Task<SessionDriver> EhloAsync()
    {
        await ReadReplyAsync();
        await AskAsync("EHLO client.example");
        return this;
    }

    /// <summary>Up to the 354 of DATA.</summary>
    public async Task<SessionDriver> ToDataAsync()
    {
        await EhloAsync();
        await AskAsync("MAIL FROM:<ann@partner.example>");
        await AskAsync("RCPT TO:<bob@host.example>");
        await AskAsync("DATA");
        return this;
    }

    public async Task LeaveAsync()
    {
        Transport.HangUp();
        await Running.WaitAsync(Patience);
    }

    public Task EndAsync() => Running.WaitAsync(Patience);

    /// <summary>Octet by octet, so that nothing behind the line is swallowed: it may be a TLS handshake.</summary>
    private async Task<string?> LineAsync()
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return line.Length == 0 ? null : line.ToString();
    }
}
