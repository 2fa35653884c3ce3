using Gatepost.Smtp.Search;
using Gatepost.Storage.Journal;

namespace Gatepost.Storage.Search;

/// <summary>Finds stories in a journal that is being written, here or by another process.</summary>
public sealed class StorySearch : IStorySearch
{
    private readonly Func<CancellationToken, Task> flush;
    private readonly Func<JournalFiles> files;
    private readonly TimeProvider clock;

    private StorySearch(Func<CancellationToken, Task> flush, Func<JournalFiles> files, TimeProvider clock)
    {
        this.flush = flush;
        this.files = files;
        this.clock = clock;
    }

    /// <summary>In the journal this process writes: all recorded so far is found.</summary>
    public static StorySearch In(JournalStore journal, TimeProvider clock) => new(journal.FlushAsync, () => journal.Files, clock);

    /// <summary>In the journal of a server that may be running, for reading only.</summary>
    public static StorySearch ReadOnly(JournalOptions options, TimeProvider clock) =>
        new(_ => Task.CompletedTask, () => new JournalFiles(options.Files, _ => null), clock);

    public async ValueTask<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, SearchQuery.MaxLimit);
        await flush(cancel);
        query = query with { Words = [.. query.Words.Select(WithForms)] };
        return await Task.Run(
            () =>
            {
                using var searched = files();
                return new SearchRun(searched, query, new SearchBudget(clock)).Page(cancel);
            },
            cancel);
    }

    /// <summary>A queue id that was read out over the telephone may have other letters than the journal's.</summary>
    private static SearchWord WithForms(SearchWord word) => word with
    {
        Keys = [
            .. word.Keys.SelectMany(key => key.Kind == SearchKind.Id
                ? JournalKeys.FormsOf(key.Value).Select(form => key with { Value = form }) : [key])],
    };
}
