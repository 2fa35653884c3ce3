using System.Text;
using System.Text.RegularExpressions;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Verbs;

/// <summary>The program with the smallest configuration, on free ports, and its verbs beside it.</summary>
internal sealed class TrialServer : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();
    private ChildProcess? process;

    public TrialServer(string sections = "") => File = scratch.Write("gatepost.toml", $"""
        hostname = "mx.demo.test"
        data = "data"

        [[listener]]
        role = "mx"
        address = "127.0.0.1:{Mx}"

        [[listener]]
        role = "submission"
        address = "127.0.0.1:{Submission}"

        [[domain]]
        name = "demo.test"
        mailboxes = ["ann", "bob"]

        [http]
        address = "127.0.0.1:{Http}"

        {sections}
        """);

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "gatepost.dll");

    public int Mx { get; } = Loopback.FreePort();

    public int Submission { get; } = Loopback.FreePort();

    public int Http { get; } = Loopback.FreePort();

    public string File { get; }

    public ChildProcess Process => process!;

    public string Said => process?.Said ?? "(not started)";

    public async Task StartAsync(CancellationToken cancel)
    {
        process = ChildProcess.Start("dotnet", [Program, "serve", "--config", File], scratch.Folder);
        await process.SaidAsync("^ready$", cancel);
    }

    public async Task StopAsync(CancellationToken cancel)
    {
        Process.Signal("TERM");
        await Process.EndedAsync(TimeSpan.FromSeconds(30), cancel);
    }

    public Task<Finished> RunAsync(CancellationToken cancel, params string[] arguments) => FeedAsync("", cancel, arguments);

    public Task<Finished> FeedAsync(string input, CancellationToken cancel, params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", [Program, .. arguments, "--config", File], cancel, scratch.Folder,
            input: Encoding.UTF8.GetBytes(input), environment: new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" });

    public Task<string> ReceivedAsync(string mailbox, string mark, CancellationToken cancel) => Eventually.FoundAsync(
        () => Directory.Exists(scratch["data", "mail", "demo.test", mailbox, "new"])
            ? Directory.GetFiles(scratch["data", "mail", "demo.test", mailbox, "new"]).Select(file => System.IO.File.ReadAllText(file))
            .FirstOrDefault(text => text.Contains(mark, StringComparison.Ordinal))
            : null,
        () => Said,
        cancel,
        $"a message with {mark} in {mailbox}");

    public async Task<string> QueueIdAsync(CancellationToken cancel) =>
        Regex.Match((await RunAsync(cancel, "queue", "list", "--json")).Output, "\"queueId\":\"([^\"]+)\"").Groups[1].Value;

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        scratch.Dispose();
    }
}
