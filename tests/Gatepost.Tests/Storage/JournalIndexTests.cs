using Gatepost.Storage.Journal;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class JournalIndexTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-index-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Evenly spread hashes are found at the first guess; crowded and repeated ones need the search, at every place of a window.</summary>
    [Theory]
    [InlineData(1, 4_000, 1)]
    [InlineData(2, 4_000, 700)]
    [InlineData(3, 20_000, 3)]
    public void Every_key_is_found_with_all_its_blocks(int seed, int keys, int blocksOfEach)
    {
        var random = new Random(seed);
        var entries = new List<IndexEntry>();
        for (int i = 0; i < keys / blocksOfEach; i++)
        {
            // The lower half of the numbers is crowded.
            ulong key = (ulong)random.NextInt64() >> (i % 2 * 40);
            for (uint block = 0; block < blocksOfEach; block++)
                entries.Add(new IndexEntry(key, block));
        }

        string path = Path.Combine(folder, "00000001.index");
        JournalIndex.Write(path, [.. entries], new FileSpan(1, keys, 1, 2, IsEarlier: false));
        var index = JournalIndex.Read(path)!;

        Assert.All(
            entries.GroupBy(entry => entry.Key),
            ofKey => Assert.Equal(ofKey.Select(entry => entry.Block).Order(), index.Find(path, ofKey.Key)));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xC000000000000000)]
    [InlineData(ulong.MaxValue)]
    public void A_key_that_is_not_there_has_no_blocks(ulong key)
    {
        string path = Path.Combine(folder, "00000001.index");
        JournalIndex.Write(path, [.. Enumerable.Range(1, 3_000).Select(i => new IndexEntry((ulong)i, 1))], new FileSpan(1, 2, 1, 2, false));

        Assert.Empty(JournalIndex.Read(path)!.Find(path, key));
    }
}
