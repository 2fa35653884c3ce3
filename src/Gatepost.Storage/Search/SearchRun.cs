using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Storage.Journal;

namespace Gatepost.Storage.Search;

/// <summary>Finds one page.</summary>
/// <remarks>
/// The rarest word chooses the blocks, newest first; each of its events leads to a story, which is read as a whole, and every other word
/// must be found in it. A story is on the page at its newest event with that word, so it is there once, and pages need no memory of each
/// other.
/// </remarks>
internal sealed class SearchRun(JournalFiles files, SearchQuery query, SearchBudget budget)
{
    /// <summary>A block is known by its first event's time; its others, and those written a little late, may be this far off.</summary>
    private const long Slack = 60_000;

    /// <summary>Stories remembered, so that the next event of the same does not read it again.</summary>
    private const int MaxJudged = 20_000;

    private readonly WordBlocks[] words = [.. query.Words.Select(word => new WordBlocks(files, word))];
    private readonly WordMatch[] matches = [.. query.Words.Select(word => new WordMatch(word))];
    private readonly StoryReader reader = new(new JournalSearch(files));
    private readonly Dictionary<StoryKey, Judged> judged = [];
    private readonly List<Story> found = [];
    private readonly long since = query.Since?.ToUnixTimeMilliseconds() ?? long.MinValue + Slack;
    private readonly long until = query.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue - Slack;
    private SearchCursor at = new(long.MaxValue, 0, long.MaxValue, -1);

    /// <summary>The oldest event looked at; null before the first.</summary>
    private DateTimeOffset? lookedBackTo;

    public SearchPage Page(CancellationToken cancel)
    {
        at = query.Cursor is { } cursor ? SearchCursor.Read(cursor, query) : at with { Driver = Rarest() };
        for (int file = files.Count - 1; file >= 0; file--)
        {
            if (!Concerns(files.SpanOf(file)))
                continue;
            foreach (uint block in BlocksOf(file))
            {
                cancel.ThrowIfCancellationRequested();
                if (IsEnough() || !TryBlock(file, block))
                    return new SearchPage(found, at.Write(query), lookedBackTo ?? query.Until ?? DateTimeOffset.MaxValue);
            }
        }

        return new SearchPage(found, null, null);
    }

    /// <summary>The word with the fewest blocks; -1 for a query without words. One without any block ends the search.</summary>
    private int Rarest()
    {
        if (words.Length <= 1)
            return words.Length - 1;
        int rarest = -1;
        long fewest = long.MaxValue;
        for (int word = 0; word < words.Length; word++)
        {
            long blocks = 0;
            for (int file = 0; file < files.Count && blocks < fewest; file++)
            {
                if (Concerns(files.SpanOf(file)))
                    blocks += words[word].In(file)?.Count ?? files.All(file).Count;
            }

            if (blocks < fewest)
                (rarest, fewest) = (word, blocks);
        }

        return rarest;
    }

    private bool Concerns(in FileSpan span) =>
        span.LastPosition > 0 && span.FirstPosition < at.Before && span.LastTime >= since - Slack && span.FirstTime <= until + Slack;

    /// <summary>Blocks of the chosen word in that file, newest first.</summary>
    private IEnumerable<uint> BlocksOf(int file)
    {
        var chosen = at.Driver < 0 ? null : words[at.Driver].In(file);
        if (chosen is null)
        {
            var all = files.All(file);
            for (int i = all.Count - 1; i >= 0; i--)
            {
                if (MayHold(all[i].Header))
                    yield return all[i].Block;
            }

            yield break;
        }

        for (int i = chosen.Count - 1; i >= 0; i--)
        {
            if (files.HeaderOf(file, chosen[i]) is { } header && MayHold(header))
                yield return chosen[i];
        }
    }

    private bool MayHold(in BlockHeader header) =>
        header.FirstPosition < at.Before && header.Time <= until && header.Time >= since - Slack;

    /// <returns>False if the page is full.</returns>
    private bool TryBlock(int file, uint block)
    {
        var events = files.Read(file, block);
        for (int i = events.Count - 1; i >= 0; i--)
        {
            var happened = events[i];
            if (happened.Position >= at.Before || !IsOfChosen(happened))
                continue;
            if (!TryEvent(happened))
                return false;
        }

        if (events.Count > 0)
            Pass(events[0]);

        return true;
    }

    /// <summary>Every page goes on by one event at least, however slow the disk.</summary>
    private bool IsEnough() => lookedBackTo is not null && budget.IsUsedUp(files.BlocksRead);

    private void Pass(JournalEvent happened)
    {
        at = at with { Before = happened.Position, Skip = 0 };
        var before = lookedBackTo ?? query.Until ?? DateTimeOffset.MaxValue;
        lookedBackTo = happened.At < before ? happened.At : before;
    }

    private bool TryEvent(JournalEvent happened)
    {
        if (at.Top == long.MaxValue)
            at = at with { Top = happened.Position };
        var stories = reader.StoriesOf(happened);
        for (int i = at.Before == happened.Position + 1 ? at.Skip : 0; i < stories.Count; i++)
        {
            if (found.Count == query.Limit || IsEnough())
            {
                at = at with { Before = happened.Position + 1, Skip = i };
                return false;
            }

            var story = JudgedOf(stories[i]);
            if (story.Matches && story.Newest == happened.Position)
                found.Add(story.Story!);
        }

        Pass(happened);
        return true;
    }

    private bool IsOfChosen(JournalEvent happened) =>
        happened.Position <= at.Top && IsInTime(happened) && (at.Driver < 0 || matches[at.Driver].Has(happened));

    private bool IsInTime(JournalEvent happened) =>
        (query.Since is not { } from || happened.At >= from) && (query.Until is not { } to || happened.At < to);

    private Judged JudgedOf(StoryKey key)
    {
        if (judged.TryGetValue(key, out var known))
            return known;
        if (judged.Count == MaxJudged)
            judged.Clear();
        var story = reader.Read(key);
        var seen = story.Events.Where(one => one.Position <= at.Top && IsInTime(one)).ToList();
        bool isFound = seen.Count > 0 && matches.All(match => match.IsIn(story, seen));
        long newest = seen.LastOrDefault(IsOfChosen)?.Position ?? 0;
        return judged[key] = new Judged(isFound, newest, isFound ? story : null);
    }

    /// <param name="Matches">Whether every word is in it.</param>
    /// <param name="Newest">Position of its newest event with the chosen word.</param>
    /// <param name="Story">Null if it does not match.</param>
    private sealed record Judged(bool Matches, long Newest, Story? Story);
}
