using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatepost.EndToEnd.Harness;

/// <summary>What a finished program left behind.</summary>
public sealed record Finished(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>One program started by a test, with its output; killed with the test if it still runs.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int MaxKept = 4 * 1024 * 1024;

    private readonly Process process;
    private readonly StringBuilder output = new(), errors = new();
    private readonly Task pumps;

    private ChildProcess(Process process)
    {
        this.process = process;
        pumps = Task.WhenAll(PumpAsync(process.StandardOutput, output), PumpAsync(process.StandardError, errors));
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public string Output => Read(output);

    public string Errors => Read(errors);

    /// <summary>Everything it said, for the message of a failed test.</summary>
    public string Said => $"--- standard output\n{Output}\n--- standard error\n{Errors}";

    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null,
        ReadOnlyMemory<byte> input = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        // Debian keeps servers' commands outside a plain user's path.
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";

        var child = new ChildProcess(Process.Start(start)!);
        _ = child.FeedAsync(input);
        return child;
    }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it was killed.</exception>
    public static async Task<Finished> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancel, string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null, ReadOnlyMemory<byte> input = default, TimeSpan? limit = null)
    {
        await using var child = Start(program, arguments, folder, environment, input);
        await child.EndedAsync(limit ?? TimeSpan.FromMinutes(2), cancel);
        return new(child.ExitCode, child.Output, child.Errors);
    }

    /// <summary>Waits for a line of output that matches.</summary>
    /// <exception cref="InvalidOperationException">The program ended, or time ran out, before it said so.</exception>
    public async Task<Match> SaidAsync(string pattern, CancellationToken cancel, TimeSpan? limit = null)
    {
        var expected = new Regex(pattern, RegexOptions.Multiline | RegexOptions.CultureInvariant);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            bool over = process.HasExited;
            if (expected.Match(Output) is { Success: true } match)
                return match;
            if (over || clock.Elapsed > (limit ?? Eventually.Patience))
                throw new InvalidOperationException(
                    $"{(over ? $"ended with {process.ExitCode}" : "took too long")} before it said \"{pattern}\"\n{Said}");
            await Task.Delay(5, cancel);
        }
    }

    public async Task EndedAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timer.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timer.Token);
            await pumps.WaitAsync(TimeSpan.FromSeconds(5), cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Kill();
            throw new TimeoutException($"{process.StartInfo.FileName} did not end within {limit.TotalSeconds:0} s\n{Said}");
        }
        catch (TimeoutException)
        {
            // A grandchild keeps the pipe open; what was said so far is enough.
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It was gone already.
        }
    }

    /// <summary>Sends a signal by name, for example TERM or HUP.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {process.Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(10)));
        process.Dispose();
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    private static async Task PumpAsync(StreamReader from, StringBuilder into)
    {
        var buffer = new char[4096];
        int count;
        while ((count = await from.ReadAsync(buffer)) > 0)
        {
            lock (into)
            {
                // What a server says after four megabytes helps nobody, but it must not block on a full pipe.
                if (into.Length < MaxKept)
                    into.Append(buffer, 0, count);
            }
        }
    }

    private async Task FeedAsync(ReadOnlyMemory<byte> input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything: its exit code tells.
        }
    }
}
