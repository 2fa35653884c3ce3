using System.Net.Sockets;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>A real OpenDKIM on a Unix socket that signs what comes from this machine with the key of demo.test.</summary>
public sealed class OpenDkimInstance : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();
    private ChildProcess? process;

    private OpenDkimInstance()
    {
    }

    /// <summary>As a <c>[[scanner]]</c> names it.</summary>
    public string Address => "unix:" + SocketFile;

    private string SocketFile => scratch["opendkim.sock"];

    /// <summary>The public key as DNS would have it: <c>v=DKIM1; k=rsa; p=...</c>.</summary>
    public string PublicKey { get; private set; } = "";

    public static async Task<OpenDkimInstance> StartAsync(CancellationToken cancel)
    {
        Component.Needs("opendkim", "opendkim-genkey");
        var opendkim = new OpenDkimInstance();
        try
        {
            await opendkim.MakeKeyAsync(cancel);
            opendkim.process = ChildProcess.Start("opendkim", ["-f", "-x", opendkim.WriteConfiguration()]);
            await Eventually.TrueAsync(opendkim.Listens, () => opendkim.process.Said, cancel);
            return opendkim;
        }
        catch
        {
            await opendkim.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        scratch.Dispose();
    }

    private bool Listens()
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(SocketFile));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task MakeKeyAsync(CancellationToken cancel)
    {
        var made = await ChildProcess.RunAsync(
            "opendkim-genkey", ["-b", "2048", "-d", "demo.test", "-s", "mail", "-D", scratch.Folder], cancel);
        if (made.ExitCode != 0)
            throw new InvalidOperationException($"opendkim-genkey: {made}");
        PublicKey = string.Concat(File.ReadAllText(scratch["mail.txt"]).Split('"').Where((_, index) => index % 2 == 1));
    }

    private string WriteConfiguration() => scratch.Write("opendkim.conf", $"""
        Syslog no
        Background no
        Mode s
        Domain demo.test
        Selector mail
        KeyFile {scratch["mail.private"]}
        RequireSafeKeys no
        Canonicalization simple/simple
        InternalHosts 127.0.0.1
        Socket local:{SocketFile}

        """);
}
