using Gatepost.Smtp.Search;
using Gatepost.Storage.Journal;

namespace Gatepost.Storage.Search;

/// <summary>In which blocks a word may be, by the index of each file.</summary>
internal sealed class WordBlocks
{
    private readonly JournalFiles files;
    private readonly IReadOnlyList<ulong>? hashes, earlierHashes;
    private readonly Dictionary<int, List<uint>?> known = [];

    public WordBlocks(JournalFiles files, SearchWord word)
    {
        this.files = files;
        hashes = HashesOf(word, earlier: false);
        earlierHashes = HashesOf(word, earlier: true);
    }

    /// <summary>Blocks in the order of the file; null if the index cannot say, so that all have to be read.</summary>
    public List<uint>? In(int file)
    {
        if (known.TryGetValue(file, out var blocks))
            return blocks;
        var wanted = files.SpanOf(file).IsEarlier ? earlierHashes : hashes;
        if (wanted is null)
            blocks = null;
        else if (wanted.Count == 1)
            blocks = files.BlocksOf(file, wanted[0]);
        else
            blocks = [.. wanted.SelectMany(hash => files.BlocksOf(file, hash)).Distinct().Order()];
        return known[file] = blocks;
    }

    private static List<ulong>? HashesOf(SearchWord word, bool earlier)
    {
        var all = new List<ulong>();
        foreach (var key in word.Keys)
        {
            if (JournalKeys.HashesOf(key, earlier) is not { } some)
                return null;
            all.AddRange(some);
        }

        return all;
    }
}
