using System.CommandLine;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost trace ID|ADDRESS|IP|G-ID|--since TIME</c>.</summary>
internal static class TraceCommand
{
    private const int PageSize = 10_000;

    /// <summary>How often a followed journal is asked; the journal itself writes in batches of about that age.</summary>
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(300);

    public static Command Build()
    {
        var key = new Argument<string?>(
            "what")
        {
            Arity = ArgumentArity.ZeroOrOne
        };
        var since = TimeOption("--since");
        var until = TimeOption("--until");
        var follow = new Option<bool>("--follow", "-f");
        var verbose = new Option<bool>("--verbose", "-v");
        var command = new Command("trace") { key, since, until, follow, verbose, CommandLine.Json,
                CommandLine.Config, CommandLine.Data };
        command.Validators.Add(result =>
        {
            if (result.GetValue(key) is null && result.GetValue(since) is null && result.GetValue(until) is null)
                result.AddError(OurEvidence.SayWhatToTrace.Say());
        });
        command.SetAction(async (parsed, cancel) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var wanted = new Wanted(
                parsed.GetValue(key)?.Trim(),
                parsed.GetValue(since) is { } from ? TimeArgument.Read(from, now)!.Value : null,
                parsed.GetValue(until) is { } to ? TimeArgument.Read(to, now)!.Value : null);
            await using var control = await QueueControls.OpenAsync(parsed, cancel);
            var meanings = ReaderCatalogue.For(parsed);
            ITraceOutput output = parsed.GetValue(CommandLine.Json) ? new JsonTraceOutput(meanings)
                : new TraceFormatter(
                    Terminal.Standard, meanings, verbose: parsed.GetValue(verbose) || wanted.IsVerdict, oneRecord: wanted.IsVerdict);
            return await PrintAsync(parsed, control, wanted, parsed.GetValue(follow), output, cancel);
        });
        return command;
    }

    private static Option<string?> TimeOption(string name)
    {
        var option = new Option<string?>(name) { HelpName = "TIME" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && TimeArgument.Read(text, TimeProvider.System.GetUtcNow()) is null)
                result.AddError(OurEvidence.OptionNoTime.Say(name, text));
        });
        return option;
    }

    private static async Task<int> PrintAsync(
        ParseResult parsed, IQueueControl control, Wanted wanted, bool follow, ITraceOutput output, CancellationToken cancel)
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
                await foreach (var happened in wanted.FindAsync(control, after, PageSize, cancel))
                {
                    after = Math.Max(after, happened.Position);
                    more = ++read == PageSize;
                    if (!wanted.Includes(happened))
                        continue;
                    output.Add(happened);
                    any = true;
                }
            }
            while (more);

            output.Pause();
        }
        while (follow && await WaitAsync(timer, cancel));

        if (!any && !follow)
        {
            parsed.WriteError(wanted.Key is { } unknown ? OurEvidence.TraceFoundNothing.Say(unknown) : OurEvidence.TraceFoundNoTime.Say());
            return ExitCode.Nothing;
        }

        output.Close();
        return ExitCode.Done;
    }

    /// <summary>What is looked for.</summary>
    private sealed record Wanted(string? Key, DateTimeOffset? Since, DateTimeOffset? Until)
    {
        /// <summary>Whether one refusal is meant rather than the conversation it is in.</summary>
        public bool IsVerdict { get; } = Key is { Length: 10 } && Key.StartsWith("G-", StringComparison.OrdinalIgnoreCase);

        public IAsyncEnumerable<JournalEvent> FindAsync(IQueueControl control, long after, int max, CancellationToken cancel) =>
            Key is { } key
            ? control.FindAsync(key, after, max, cancel)
            : control.FindBetweenAsync(Since ?? DateTimeOffset.UnixEpoch, Until ?? DateTimeOffset.MaxValue, after, max, cancel);

        public bool Includes(JournalEvent happened) =>
            (Since is not { } since || happened.At >= since)
            && (Until is not { } until || happened.At < until)
            && (!IsVerdict || Key!.Equals(happened.VerdictId, StringComparison.OrdinalIgnoreCase));
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

    private sealed class JsonTraceOutput(ReplyExplainer meanings) : ITraceOutput
    {
        private readonly JsonLine line = new();

        public void Add(JournalEvent happened) => Console.Out.WriteLine(line.Of(json => meanings.Write(json, happened)));

        public void Pause() => Console.Out.Flush();

        public void Close()
        {
        }
    }
}

/// <summary>Takes events one by one, in order of time, and shows them.</summary>
internal interface ITraceOutput
{
    void Add(JournalEvent happened);

    /// <summary>Nothing more is known at present.</summary>
    void Pause();

    void Close();
}
