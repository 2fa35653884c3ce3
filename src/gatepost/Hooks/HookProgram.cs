using System.ComponentModel;
using System.Diagnostics;

namespace Gatepost.Hooks;

/// <summary>Runs a program of the administrator's own: without a shell, bounded in time and in what is read of it.</summary>
internal static class HookProgram
{
    /// <summary>Of what it writes on standard error, in characters.</summary>
    private const int MostSaid = 500;

    /// <summary>Waits until it ends; one that takes too long is killed with all it started.</summary>
    /// <param name="input">On its standard input.</param>
    /// <returns>What went wrong, with the last line it wrote on standard error; null if it ended with 0.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the program was killed.</exception>
    public static async Task<string?> RunAsync(
        string program, IReadOnlyList<string> arguments, string input, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        Process? running = null;
        try
        {
            running = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            });
            if (running is null)
                return $"{program} does not start";
            var said = ReadAsync(running.StandardError, both.Token);
            await WriteAsync(running.StandardInput, input, both.Token).ConfigureAwait(false);
            await running.WaitForExitAsync(both.Token).ConfigureAwait(false);
            // A grandchild may keep the pipe open; the exit status is what counts.
            string last = await Task.WhenAny(said, Task.Delay(TimeSpan.FromSeconds(1), time, cancel)).ConfigureAwait(false) == said
                ? await said.ConfigureAwait(false) : "";
            return running.ExitCode == 0 ? null : $"{program} ended with {running.ExitCode}" + (last.Length > 0 ? $": {last}" : "");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"{program} did not end within {patience.TotalSeconds:0} s and was killed";
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or InvalidOperationException)
        {
            return failure.Message;
        }
        finally
        {
            Kill(running);
        }
    }

    /// <summary>The last line; what comes before it and what is too long is read and dropped, so that the program does not block.</summary>
    private static async Task<string> ReadAsync(StreamReader from, CancellationToken cancel)
    {
        var last = new Queue<char>(MostSaid);
        char[] buffer = new char[1024];
        int count;
        while ((count = await from.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
        {
            foreach (char c in buffer.AsSpan(0, count))
            {
                if (last.Count == MostSaid)
                    last.Dequeue();
                last.Enqueue(c);
            }
        }

        string[] lines = new string([.. last]).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "" : lines[^1];
    }

    private static async Task WriteAsync(StreamWriter to, string input, CancellationToken cancel)
    {
        try
        {
            await using (to.ConfigureAwait(false))
                await to.WriteAsync(input.AsMemory(), cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It does not read its input: its exit status says whether that is a failure.
        }
    }

    private static void Kill(Process? running)
    {
        if (running is null)
            return;
        try
        {
            if (!running.HasExited)
                running.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is Win32Exception or InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }

        running.Dispose();
    }
}
