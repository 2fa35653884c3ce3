using Gatepost.Policy.Basics;

namespace Gatepost.Policy.Directory;

/// <summary>The directory's tables with what was asked lately in memory: bounded, and empty again after each change.</summary>
/// <remarks>
/// "Not there" is kept as well, so that a dictionary attack costs one reading a name at most; but apart, so that guessed names do not push
/// out those that exist.
/// </remarks>
public sealed class CachedSource(IDirectoryTables tables) : IDirectorySource
{
    /// <summary>Answers of each kind. An address takes about 300 octets, so all of it stays below some 30 MB.</summary>
    private const int MaxKept = 50_000;

    /// <summary>Addresses known not to be there. Few: guesses are rarely repeated, and the collector copies what lives long.</summary>
    private const int MaxAbsent = 4_000;

    /// <summary>No answer expires: all of a generation are left together, so the time does not matter.</summary>
    private static readonly DateTimeOffset AnyTime = DateTimeOffset.MinValue, Never = DateTimeOffset.MaxValue;

    private CacheGeneration current = new(long.MinValue);

    public DirectoryTally Tally => Current().Tally ??= tables.Read(reader => reader.Tally);

    public DomainEntry? FindDomain(string name) =>
        Find(Current().Domains, name.ToLowerInvariant(), name, static (reader, name) => reader.FindDomain(name));

    public AddressEntry? FindAddress(AddressKey address)
    {
        var generation = Current();
        if (generation.Addresses.TryGet(address, AnyTime, out var known))
            return known;
        if (generation.Absent.TryGet(address, AnyTime, out _))
            return null;
        var answer = tables.Read(reader => reader.FindAddress(address));
        if (answer is null)
            generation.Absent.Set(address, true, AnyTime, Never);
        else
            generation.Addresses.Set(address, answer, AnyTime, Never);
        return answer;
    }

    public IReadOnlyList<Suspension> FindSuspensions(string subject) =>
        Find(Current().Suspensions, subject, subject, static (reader, subject) => reader.FindSuspensions(subject));

    public IReadOnlyList<BlockEntry> FindBlocks(BlockSide side, string pattern) =>
        Find(Current().Blocks, (side, pattern.ToLowerInvariant()), (side, pattern), static (reader, key) =>
            reader.FindBlocks(key.side, key.pattern));

    /// <summary>
    /// The generation of the tables' present state. Read before the tables are: an answer that is newer than its generation is only
    /// forgotten early.
    /// </summary>
    private CacheGeneration Current()
    {
        long generation = tables.Generation;
        var known = Volatile.Read(ref current);
        if (known.Generation == generation)
            return known;
        var empty = new CacheGeneration(generation);
        Volatile.Write(ref current, empty);
        return empty;
    }

    private TValue Find<TKey, TQuestion, TValue>(
        ExpiringMap<TKey, TValue> kept, TKey key, TQuestion question, Func<IDirectoryReader, TQuestion, TValue> ask)
        where TKey : notnull
    {
        if (kept.TryGet(key, AnyTime, out var known))
            return known;
        var answer = tables.Read(reader => ask(reader, question));
        kept.Set(key, answer, AnyTime, Never);
        return answer;
    }

    private sealed class CacheGeneration(long generation)
    {
        public long Generation { get; } = generation;

        public DirectoryTally? Tally { get; set; }

        public ExpiringMap<string, DomainEntry?> Domains { get; } = new(MaxKept);

        public ExpiringMap<AddressKey, AddressEntry> Addresses { get; } = new(MaxKept);

        public ExpiringMap<AddressKey, bool> Absent { get; } = new(MaxAbsent);

        public ExpiringMap<string, IReadOnlyList<Suspension>> Suspensions { get; } = new(MaxKept);

        public ExpiringMap<(BlockSide, string), IReadOnlyList<BlockEntry>> Blocks { get; } = new(MaxKept);
    }
}
