using System.Text;
using Xunit;

namespace Gatepost.EndToEnd.Harness;

/// <summary>The real program, started by <c>dotnet gatepost.dll serve</c> with a data folder and a file of its own.</summary>
public sealed class GatepostServer : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();
    private ChildProcess? process;

    private GatepostServer(GatepostSetup setup)
    {
        Setup = setup;
        Tls = Certificates.Make(scratch, "mx.demo.test", "mta-sts.strict.test", "mta-sts.other.test");
        scratch.MakeOpenFolder("data");
    }

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "gatepost.dll");

    public GatepostSetup Setup { get; }

    public Certificates Tls { get; }

    public ScratchFolder Scratch => scratch;

    public string Data => scratch["data"];

    public string ConfigFile => scratch["gatepost.toml"];

    public ChildProcess Process => process ?? throw new InvalidOperationException("the server is not running");

    /// <summary>Output of the program so far, for the message of a failed test.</summary>
    public string Said => process?.Said ?? "(never started)";

    public static async Task<GatepostServer> StartAsync(CancellationToken cancel, GatepostSetup? setup = null)
    {
        var server = new GatepostServer(setup ?? new());
        try
        {
            await server.StartAgainAsync(cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the configuration and starts the program over the same data: after <see cref="Kill"/> a restart.</summary>
    public async Task StartAgainAsync(CancellationToken cancel)
    {
        WriteConfiguration();
        process = ChildProcess.Start("dotnet", [Program, "serve", "--data", Data, "--config", ConfigFile], environment: Setup.Environment);
        await process.SaidAsync("^ready\\b", cancel);
    }

    public void WriteConfiguration() => scratch.Write("gatepost.toml", Setup.ToToml(Tls));

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.EndedAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        await Process.DisposeAsync();
        process = null;
    }

    /// <summary>Runs a verb beside the running server, for example <c>queue list --json</c>.</summary>
    public Task<Finished> RunAsync(CancellationToken cancel, params ReadOnlySpan<string> arguments) =>
        ChildProcess.RunAsync(
            "dotnet", [Program, .. arguments, "--data", Data, "--config", ConfigFile], cancel, environment: Setup.Environment);

    public Task<SmtpSocket> ClientAsync(CancellationToken cancel) => SmtpSocket.GreetedAsync(Setup.Mx, cancel);

    /// <summary>Files delivered to a mailbox of demo.test so far.</summary>
    public string[] Delivered(string mailbox, string domain = "demo.test")
    {
        string folder = Path.Combine(Data, "mail", domain, mailbox, "new");
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    /// <summary>Waits for the delivered message that holds <paramref name="mark"/>, octet for octet.</summary>
    public async Task<byte[]> ReceivedAsync(string mailbox, string mark, CancellationToken cancel)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(mark);
        return await Eventually.FoundAsync(
            () => Delivered(mailbox).Select(File.ReadAllBytes).FirstOrDefault(message => message.AsSpan().IndexOf(wanted) >= 0),
            () => Said,
            cancel,
            $"a message with {mark} in {mailbox}");
    }

    /// <summary>Resident memory of the process in octets.</summary>
    public long ResidentMemory()
    {
        string line = File.ReadLines($"/proc/{Process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6, line.Length - 9).Trim(), System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        scratch.Dispose();
    }
}

/// <summary>Comparing what arrived with what was sent.</summary>
public static class Octets
{
    /// <summary>
    /// Fails unless <paramref name="received"/> is some header fields of ours followed by exactly <paramref name="sent"/>.
    /// </summary>
    public static void ArrivedAsSent(ReadOnlySpan<byte> sent, ReadOnlySpan<byte> received)
    {
        Assert.True(
            received.Length > sent.Length,
            $"{received.Length} octets arrived, {sent.Length} were sent, and trace fields were to be added:\n{Excerpt(received)}");
        var head = received[..^sent.Length];
        int same = head.Length + received[^sent.Length..].CommonPrefixLength(sent);
        Assert.True(
            same == received.Length,
            $"the octets differ at {same - head.Length} of {sent.Length}: sent {Excerpt(sent[(same - head.Length)..])}, arrived "
            + $"{Excerpt(received[Math.Min(same, received.Length)..])}");
        Assert.StartsWith("Return-Path:", Encoding.UTF8.GetString(head), StringComparison.Ordinal);
        Assert.EndsWith("\n", Encoding.UTF8.GetString(head), StringComparison.Ordinal);
    }

    private static string Excerpt(ReadOnlySpan<byte> octets) =>
        "\"" + Encoding.UTF8.GetString(octets[..Math.Min(octets.Length, 120)]).Replace("\r", "\\r", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
