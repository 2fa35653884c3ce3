using System.Collections.Concurrent;
using Gatepost.Replies.Compiled;

namespace Gatepost.Replies.Catalogue;

/// <summary>Every entry there is; those of dialects are read when one of their wordings decides.</summary>
/// <param name="compiled">What comes with the program; null for our own entries and those of the standard alone.</param>
internal sealed class EntryTable(CompiledCatalogue? compiled)
{
    private readonly MappedTable<EntryRecord> records = compiled?.Table<EntryRecord>(Section.Entries) ?? default;
    private readonly ConcurrentDictionary<int, ReplyEntry> read = new();
    private readonly ConcurrentDictionary<string, ReplyEntry> generals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReplyEntry> added = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, ReplyEntry>> own =
        new(() => OurReplies.All.DistinctBy(entry => entry.Id).ToDictionary(entry => entry.Id, StringComparer.Ordinal));

    /// <summary>Every entry by its id.</summary>
    public IReadOnlyDictionary<string, ReplyEntry> ById => field ??= MakeById();

    /// <summary>One of our own, null if the id is no entry's of ours.</summary>
    public ReplyEntry? Own(string id) => own.Value.GetValueOrDefault(id);

    /// <summary>A compiled entry of a dialect.</summary>
    public ReplyEntry Dialect(int number) => read.TryGetValue(number, out var known) ? known : read.GetOrAdd(number, Read(number));

    /// <summary>The entry for words of a reason that many providers use; one for each reason.</summary>
    public ReplyEntry General(string reason) => generals.TryGetValue(reason, out var general) ? general
        : generals.GetOrAdd(reason, new ReplyEntry
        {
            Id = "general-" + reason,
            Kind = EntryKind.Dialect,
            Classic = new(0, null, ""),
            Reason = Reason.Find(reason),
            Also = Reason.Find(reason) is { } known ? OpenCauses.Beside(known) : [],
        });

    /// <summary>Takes an entry of a file; it has its id from here on.</summary>
    public void Add(ReplyEntry entry) => added[entry.Id] = entry;

    private Dictionary<string, ReplyEntry> MakeById()
    {
        var all = new Dictionary<string, ReplyEntry>(own.Value, StringComparer.Ordinal);
        foreach (var entry in BasicCodes.All.Concat(BasicCodes.Classes))
            all.TryAdd(entry.Id, entry);
        foreach (var row in StatusCodes.All.Concat(StatusCodes.Subjects))
            all.TryAdd(row.Id, row.Permanent);
        for (int number = 0; number < records.Length; number++)
            if (records[number].IsGeneral == 0)
                all[Dialect(number).Id] = Dialect(number);
        foreach (var entry in added.Values)
            all[entry.Id] = entry;
        foreach (var reason in Reason.All)
            all[General(reason.Word).Id] = General(reason.Word);
        return all;
    }

    private ReplyEntry Read(int number)
    {
        var record = records[number];
        var strings = compiled!.Strings;
        return new ReplyEntry
        {
            Id = strings.At(record.Id),
            Kind = EntryKind.Dialect,
            Classic = new(record.Code, Packed.Status(record.Status), ""),
            Reason = Reason.All[record.Reason],
            ActorsOverride = record.Actors < 0 ? null : (Actors)record.Actors,
            RetryOverride = record.Retry < 0 ? null : (Retry)record.Retry,
            Also = [.. compiled.List(record.Also).ToArray().Select(reason => Reason.All[reason])],
            Source = strings.Find(record.Source),
            Provider = strings.Find(record.Provider),
            HelpUrl = strings.Find(record.Help),
        };
    }
}
