using System.Globalization;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Durability;

/// <summary>The real program on a folder that outlives it, to be killed and started again.</summary>
public sealed class DurableServer : IAsyncDisposable
{
    /// <summary>Clients of a load: so many messages can be on their way at once.</summary>
    public const int Sessions = 8;

    private readonly ChildProcess process;

    private DurableServer(ChildProcess process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    public string Said => process.Said;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="scratch">Where its configuration lies.</param>
    /// <param name="data">Its data folder.</param>
    /// <param name="under">A program and its arguments that runs it, as strace does; empty for none.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<DurableServer> StartAsync(
        ScratchFolder scratch, string data, CancellationToken cancel, params IReadOnlyList<string> under)
    {
        int port = Loopback.FreePort();
        string configuration = scratch.Write("gatepost.toml", string.Create(
            CultureInfo.InvariantCulture,
            $"""
            hostname = "mx.demo.test"
            [[listener]]
            role = "internal"
            address = "127.0.0.1:{port}"
            trusted = ["127.0.0.0/8"]
            [[domain]]
            name = "demo.test"
            mailboxes = ["ann"]
            [[transport]]
            domain = "sink.test"
            to = "127.0.0.1:1"
            [dns]
            servers = ["127.0.0.1:1"]
            [http]
            address = []
            [log]
            format = "text"
            """));
        string[] command = [
            .. under, "dotnet", Path.Combine(AppContext.BaseDirectory, "gatepost.dll"), "serve", "--data", data, "--config", configuration];
        var process = ChildProcess.Start(command[0], command[1..], scratch.Folder);
        var server = new DurableServer(process, port);
        try
        {
            await process.SaidAsync("^ready", cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Several sessions that send as fast as they can.</summary>
    public Task Load(Ledger ledger, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, Sessions).Select(
            _ => Task.Run(() => new LoadClient(ledger, Port).RunAsync(cancel), CancellationToken.None)));

    /// <summary>SIGKILL, and waits until the process is gone.</summary>
    public async Task KillAsync(CancellationToken cancel)
    {
        process.Kill();
        await process.EndedAsync(TimeSpan.FromSeconds(20), cancel);
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
