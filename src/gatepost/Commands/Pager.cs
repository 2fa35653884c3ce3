using System.ComponentModel;
using System.Diagnostics;

namespace Gatepost.Commands;

/// <summary>What is too long for a screen goes through the reader's pager: <c>$PAGER</c>, else <c>less</c>.</summary>
/// <remarks>A reader who leaves early ends the output, not the program: what is written afterwards goes nowhere.</remarks>
internal sealed class Pager : IDisposable
{
    private readonly Process process;

    private Pager(Process process)
    {
        this.process = process;
        Input = new Pages(process.StandardInput);
    }

    /// <summary>What is shown page by page.</summary>
    public TextWriter Input { get; }

    /// <summary>Starts it; null if the output is not a terminal, <c>$PAGER</c> is empty or <c>cat</c>, or it cannot be started.</summary>
    public static Pager? Start()
    {
        string command = Environment.GetEnvironmentVariable("PAGER") ?? "less";
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (Console.IsOutputRedirected || Console.IsInputRedirected || words is [] or ["cat"])
            return null;
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, UseShellExecute = false };
        // As git does: leave immediately if all fits on one screen, colours as they are, the text stays on the screen.
        start.Environment.TryAdd("LESS", "FRX");
        try
        {
            return Process.Start(start) is { } process ? new Pager(process) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Returns when the reader has left the pager.</summary>
    public void Dispose()
    {
        Input.Dispose();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>Writes until the pager is gone.</summary>
    private sealed class Pages(StreamWriter pipe) : TextWriter
    {
        private bool isGone;

        public override System.Text.Encoding Encoding => pipe.Encoding;

        public override void Write(char value) => Try(() => pipe.Write(value));

        public override void Write(string? value) => Try(() => pipe.Write(value));

        public override void WriteLine(string? value) => Try(() => pipe.WriteLine(value));

        public override void Flush() => Try(pipe.Flush);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Try(pipe.Dispose);
            base.Dispose(disposing);
        }

        private void Try(Action write)
        {
            if (isGone)
                return;
            try
            {
                write();
            }
            catch (IOException)
            {
                isGone = true;
            }
        }
    }
}
