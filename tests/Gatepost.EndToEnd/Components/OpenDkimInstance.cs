using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>A real OpenDKIM on a loopback port that signs what comes from this machine with the key of demo.test.</summary>
public sealed class OpenDkimInstance : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();
    private ChildProcess? process;

    private OpenDkimInstance() => Port = Loopback.FreePort();

    public int Port { get; }

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
            await Loopback.AnswersAsync(opendkim.Port, cancel: cancel);
            return opendkim;
        }
        catch (Exception broken) when (broken is TimeoutException)
        {
            string said = opendkim.process?.Said ?? "";
            await opendkim.DisposeAsync();
            throw new InvalidOperationException("opendkim does not start: " + said, broken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        scratch.Dispose();
    }

    private async Task MakeKeyAsync(CancellationToken cancel)
    {
        var made = await ChildProcess.RunAsync("opendkim-genkey", ["-b", "2048", "-d", "demo.test", "-s", "mail", "-D", scratch.Folder], cancel);
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
        Socket inet:{Port}@127.0.0.1

        """);
}
