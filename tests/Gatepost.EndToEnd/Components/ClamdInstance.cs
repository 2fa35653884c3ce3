using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>A real clamd on a loopback port with one signature: the EICAR test file's. Nothing is fetched from anywhere.</summary>
public sealed class ClamdInstance : IAsyncDisposable
{
    /// <summary>What every virus scanner takes for a virus and is none (eicar.org).</summary>
    public const string Eicar = """X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*""";

    private readonly ScratchFolder scratch = new();
    private ChildProcess? process;

    private ClamdInstance() => Port = Loopback.FreePort();

    public int Port { get; }

    public static async Task<ClamdInstance> StartAsync(CancellationToken cancel)
    {
        Component.Needs("clamd");
        var clamd = new ClamdInstance();
        try
        {
            await clamd.StartAgainAsync(cancel);
            return clamd;
        }
        catch (Exception broken)
        {
            string said = clamd.process?.Said ?? "";
            await clamd.DisposeAsync();
            throw new InvalidOperationException("clamd does not start: " + said, broken);
        }
    }

    /// <summary>The same after <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync(CancellationToken cancel)
    {
        process = ChildProcess.Start("clamd", ["--config-file", WriteConfiguration()]);
        await Loopback.AnswersAsync(Port, cancel: cancel);
    }

    /// <summary>Keeps the port and answers nobody.</summary>
    public void Freeze() => process!.Signal("STOP");

    public void Thaw() => process!.Signal("CONT");

    /// <summary>SIGKILL: from now on nobody listens.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.DisposeAsync();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        scratch.Dispose();
    }

    private string WriteConfiguration()
    {
        scratch.MakeOpenFolder("database");
        scratch.Write(
            "database/test.ndb", $"Eicar-Test-Signature:0:*:{Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(Eicar))}\n");
        return scratch.Write("clamd.conf", $"""
            DatabaseDirectory {scratch["database"]}
            TCPSocket {Port}
            TCPAddr 127.0.0.1
            Foreground yes
            TemporaryDirectory {scratch.MakeOpenFolder("temporary")}

            """);
    }
}
