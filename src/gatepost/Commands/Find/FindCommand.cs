using System.CommandLine;
using Gatepost.Control;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost find WORDS... | TEXT | FILE | -</c>: from any word of a complaint to what happened.</summary>
internal static class FindCommand
{
    /// <summary>Octets of a document that are read.</summary>
    private const int MaxDocument = 32 << 20;

    private static readonly Argument<string[]> What = new("what")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "WORD|TEXT|FILE|-",
    };

    private static readonly Option<int> Limit = LimitOption();

    private static readonly Option<string?> Since = new("--since") { HelpName = "TIME" };

    private static readonly Option<string?> Until = new("--until") { HelpName = "TIME" };

    private static readonly Option<string?> Cursor = new("--cursor")
    {
        HelpName = "CURSOR",
    };

    public static Command Build()
    {
        var command = new Command("find")
        {
            What, Since, Until, Limit, Cursor, CommandLine.Json, CommandLine.Config, CommandLine.Data,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static Option<int> LimitOption()
    {
        var option = new Option<int>("--limit", "-n") { HelpName = "N", DefaultValueFactory = _ => 20 };
        option.Validators.Add(result =>
        {
            // What is no number at all is reported by the library.
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out int limit) && limit is < 1 or > SearchQuery.MaxLimit)
                result.AddError(OurEvidence.OptionOutOfRange.Say("--limit", 1, SearchQuery.MaxLimit));
        });
        return option;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var meanings = ReaderCatalogue.For(parsed);
        var reader = new FindWords(
            new Explainer(meanings.Knowledge), meanings.Knowledge, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local);
        var (searches, problems) = await ReadAsync(reader, parsed.GetValue(What) ?? [], LimitsOf(parsed), cancel);
        if (problems.Count > 0)
        {
            foreach (string problem in problems)
                await Console.Error.WriteLineAsync($"gatepost: {SafeText.Of(problem)}");
            return ExitCode.Usage;
        }

        await using var control = await QueueControls.OpenAsync(parsed, cancel);
        IStoryOutput output = parsed.GetValue(CommandLine.Json) ? new StoryLines(meanings) : new StoryTable(Terminal.Standard, meanings);
        try
        {
            return await FindAsync(control, searches, parsed, output, cancel);
        }
        catch (FormatException bad)
        {
            await Console.Error.WriteLineAsync($"gatepost: --cursor: {bad.Message}");
            return ExitCode.Usage;
        }
    }

    /// <summary>Words, one text, one file, or - for standard input.</summary>
    private static async Task<(IReadOnlyList<SearchQuery> Searches, IReadOnlyList<string> Problems)> ReadAsync(
        FindWords reader, string[] arguments, string limits, CancellationToken cancel)
    {
        if (arguments is ["-"] || (arguments.Length == 0 && limits.Length == 0 && Console.IsInputRedirected))
        {
            await using var input = Console.OpenStandardInput();
            return reader.OfDocument(await ReadAsync(input, cancel), limits);
        }

        if (arguments is [var path] && File.Exists(path))
        {
            await using var file = File.OpenRead(path);
            return reader.OfDocument(await ReadAsync(file, cancel), limits);
        }

        return reader.OfText(string.Join(' ', arguments), limits);
    }

    private static async Task<byte[]> ReadAsync(Stream input, CancellationToken cancel)
    {
        using var octets = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int read; octets.Length < MaxDocument && (read = await input.ReadAsync(buffer, cancel)) > 0;)
            octets.Write(buffer, 0, read);
        return octets.ToArray();
    }

    /// <summary>Time words after --since and --until read as in the words themselves.</summary>
    private static string LimitsOf(ParseResult parsed) =>
        (parsed.GetValue(Since) is { } since ? $" since {since}" : "") + (parsed.GetValue(Until) is { } until ? $" until {until}" : "");

    /// <summary>The best search first; the next only if it finds nothing.</summary>
    private static async Task<int> FindAsync(
        IQueueControl control, IReadOnlyList<SearchQuery> searches, ParseResult parsed, IStoryOutput output, CancellationToken cancel)
    {
        int limit = parsed.GetValue(Limit);
        foreach (var search in searches)
        {
            var query = search with { Limit = limit, Cursor = parsed.GetValue(Cursor) };
            SearchPage page;
            int found = 0;
            do
            {
                page = await control.SearchAsync(query with { Limit = limit - found }, cancel);
                foreach (var story in page.Stories)
                    output.Show(story);
                found += page.Stories.Count;
                query = query with { Cursor = page.Cursor };
            }
            while (page.Cursor is not null && found < limit);

            if (found > 0)
            {
                output.Close(search, page);
                return ExitCode.Done;
            }
        }

        await Console.Error.WriteLineAsync(SafeText.Of(output.Nothing(searches[^1])).ToString());
        return ExitCode.Nothing;
    }
}

/// <summary>Shows stories, newest first.</summary>
internal interface IStoryOutput
{
    void Show(Story story);

    void Close(SearchQuery query, SearchPage last);

    /// <summary>What to say if there are none.</summary>
    string Nothing(SearchQuery query);
}
