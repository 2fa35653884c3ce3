using System.CommandLine;
using System.Text.Json;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost trace ID|ADDRESS|IP|G-ID</c>.</summary>
internal static class TraceCommand
{
    private const int PageSize = 10_000;

    /// <summary>How often a followed journal is asked; the journal itself writes in batches of about that age.</summary>
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(300);

    public static Command Build()
    {
        var key = new Argument<string>("what") { Description = "A queue id, a session id, an address or @domain, an IP address, or the G-... of a refusal." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Stay and show what happens next, until interrupted." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Name the rules too that objected to nothing, and those that were not asked." };
        var command = new Command("trace", "Tell the whole life of a message or of a refused session: who said what, and why.") { key, follow, verbose, CommandLine.Json, CommandLine.Lang, CommandLine.Config, CommandLine.Data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var desk = await Desks.OpenAsync(parsed, cancel);
            var meanings = new Meanings(ReplyCatalogue.Current, Meanings.Choose(parsed.GetValue(CommandLine.Lang)));
            ITeller teller = parsed.GetValue(CommandLine.Json) ? new JsonTeller(meanings) : new Storyteller(Terminal.Standard, meanings, parsed.GetValue(verbose));
            return await TellAsync(desk, parsed.GetRequiredValue(key), parsed.GetValue(follow), teller, cancel);
        });
        return command;
    }

    private static async Task<int> TellAsync(IDesk desk, string key, bool follow, ITeller teller, CancellationToken cancel)
    {
        long after = 0;
        bool any = false;
        using var timer = new PeriodicTimer(FollowInterval, TimeProvider.System);
        do
        {
            bool more;
            do
            {
                more = false;
                int read = 0;
                await foreach (var happened in desk.FindAsync(key, after, PageSize, cancel))
                {
                    teller.Tell(happened);
                    after = Math.Max(after, happened.Position);
                    any = true;
                    more = ++read == PageSize;
                }
            }
            while (more);

            teller.Pause();
        }
        while (follow && await WaitAsync(timer, cancel));

        if (!any && !follow)
        {
            await Console.Error.WriteLineAsync($"the journal knows nothing of {Terminal.Clean(key)}: give a queue id, a session id, an address, an IP address or a G-... id; it forgets after the time set by [journal] keep");
            return ExitCode.Nothing;
        }

        teller.Close();
        return ExitCode.Done;
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken cancel)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class JsonTeller(Meanings meanings) : ITeller
    {
        public void Tell(TraceEvent happened) =>
            Console.Out.WriteLine(JsonSerializer.Serialize(meanings.Told(happened), ControlJson.Lines.TraceEvent));

        public void Pause() => Console.Out.Flush();

        public void Close()
        {
        }
    }
}

/// <summary>Takes events one by one, in order of time, and shows them.</summary>
internal interface ITeller
{
    void Tell(TraceEvent happened);

    /// <summary>Nothing more is known at present.</summary>
    void Pause();

    void Close();
}
