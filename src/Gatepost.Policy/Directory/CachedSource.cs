using System.Collections.Concurrent;

namespace Gatepost.Policy.Directory;

/// <summary>The directory's tables with what was asked lately in memory: bounded, and empty again after each change.</summary>
/// <remarks>"Not there" is kept as well, so that a dictionary attack costs one reading a name at most.</remarks>
public sealed class CachedSource(IDirectoryTables tables) : IDirectorySource
{
    /// <summary>Answers of each kind. An address takes about 300 octets, so all of it stays below some 30 MB.</summary>
    private const int MaxKept = 50_000;

    private Shelf shelf = new(long.MinValue);

    public DirectoryTally Tally => Current().Tally ??= tables.Read(reader => reader.Tally);

    public DomainEntry? FindDomain(string name) =>
        Find(Current().Domains, name.ToLowerInvariant(), name, static (reader, name) => reader.FindDomain(name));

    public AddressEntry? FindAddress(AddressKey address) =>
        Find(Current().Addresses, address, address, static (reader, address) => reader.FindAddress(address));

    public IReadOnlyList<Suspension> FindSuspensions(string subject) =>
        Find(Current().Suspensions, subject, subject, static (reader, subject) => reader.FindSuspensions(subject));

    public IReadOnlyList<BlockEntry> FindBlocks(BlockSide side, string pattern) =>
        Find(Current().Blocks, (side, pattern.ToLowerInvariant()), (side, pattern), static (reader, key) => reader.FindBlocks(key.side, key.pattern));

    /// <summary>The shelf of the tables' present state. Read before the tables are: an answer that is newer than its shelf is only forgotten early.</summary>
    private Shelf Current()
    {
        long generation = tables.Generation;
        var known = Volatile.Read(ref shelf);
        if (known.Generation == generation)
            return known;
        var empty = new Shelf(generation);
        Volatile.Write(ref shelf, empty);
        return empty;
    }

    private TValue Find<TKey, TQuestion, TValue>(ConcurrentDictionary<TKey, TValue> kept, TKey key, TQuestion question, Func<IDirectoryReader, TQuestion, TValue> ask)
        where TKey : notnull
    {
        if (kept.TryGetValue(key, out var known))
            return known;
        var answer = tables.Read(reader => ask(reader, question));
        if (kept.Count >= MaxKept)
            kept.Clear();
        kept[key] = answer;
        return answer;
    }

    private sealed class Shelf(long generation)
    {
        public long Generation { get; } = generation;

        public DirectoryTally? Tally { get; set; }

        public ConcurrentDictionary<string, DomainEntry?> Domains { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<AddressKey, AddressEntry?> Addresses { get; } = new();

        public ConcurrentDictionary<string, IReadOnlyList<Suspension>> Suspensions { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<(BlockSide, string), IReadOnlyList<BlockEntry>> Blocks { get; } = new();
    }
}
