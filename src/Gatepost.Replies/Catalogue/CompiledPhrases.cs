using Gatepost.Replies.Compiled;
using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>Reads phrases, families, providers and dialects of the compiled tables.</summary>
internal sealed class CompiledPhrases(CompiledCatalogue compiled, EntryTable entries)
{
    private readonly MappedTable<PhraseRecord> phrases = compiled.Table<PhraseRecord>(Section.Phrases);
    private readonly MappedTable<PartRecord> parts = compiled.Table<PartRecord>(Section.Parts);

    public int Count => phrases.Length;

    public Phrase Phrase(int number)
    {
        var record = phrases[number];
        var written = new Pattern.Part[record.PartCount];
        for (int i = 0; i < written.Length; i++)
            written[i] = new Pattern.Part(
                (Pattern.Gap)parts[record.FirstPart + i].Gap, compiled.Strings.At(parts[record.FirstPart + i].Literal));
        var flags = (PhraseFlags)record.Flags;
        return new Phrase
        {
            Pattern = new Pattern(
                written, flags.HasFlag(PhraseFlags.AtStart), flags.HasFlag(PhraseFlags.AtEnd), flags.HasFlag(PhraseFlags.FreeStart),
                flags.HasFlag(PhraseFlags.FreeEnd), record.AnyGap),
            EntryOf = () => Entry(record.Form, record.Entry),
            Basis = (Basis)record.Basis,
            Weight = record.Weight,
            ReasonIndex = record.Reason,
            Code = Packed.Code(record.Code),
            Status = Packed.Status(record.Status),
            Class = record.Class,
            Provider = record.Provider,
            NeedsProvider = flags.HasFlag(PhraseFlags.NeedsProvider),
            IsMark = flags.HasFlag(PhraseFlags.IsMark),
            IsCondition = flags.HasFlag(PhraseFlags.IsCondition),
        };
    }

    public IEnumerable<Family> Families()
    {
        foreach (var record in compiled.Table<FamilyRecord>(Section.Families).All.ToArray())
        {
            yield return new Family
            {
                EntryOf = () => Entry(EntryForm.General, record.Entry),
                Basis = Basis.Words,
                Weight = record.Weight,
                ReasonIndex = record.Reason,
                What = compiled.List(record.What).ToArray(),
                Objects = compiled.List(record.Objects).ToArray(),
                With = compiled.List(record.With).ToArray(),
                Without = compiled.List(record.Without).ToArray(),
                Class = record.Class,
                Order = (FamilyOrder)record.Order,
                Near = record.Near,
                Decides = record.Decides != 0,
            };
        }
    }

    /// <summary>In the order of their numbers.</summary>
    public Providers Providers()
    {
        var providers = new Providers();
        foreach (string name in compiled.Texts(compiled.Table<int>(Section.Providers)[0]))
            providers.Number(name);
        foreach (var domain in compiled.Table<DomainRecord>(Section.Domains).All)
            providers.AddDomain(compiled.Strings.At(domain.Name), domain.Provider);
        return providers;
    }

    public IEnumerable<Dialect> Dialects()
    {
        var strings = compiled.Strings;
        foreach (var dialect in compiled.Table<DialectRecord>(Section.Dialects).All.ToArray())
            yield return new Dialect(
                strings.At(dialect.Provider), strings.At(dialect.File), strings.Find(dialect.Help),
                [.. Enumerable.Range(dialect.FirstEntry, dialect.EntryCount).Select(DialectEntry)]);
    }

    private DialectEntry DialectEntry(int number)
    {
        var record = compiled.Table<EntryRecord>(Section.Entries)[number];
        return record.IsGeneral != 0
            ? new DialectEntry(entries.General(Reason.All[record.Reason].Word), compiled.Texts(record.Examples), IsGeneral: true)
            : new DialectEntry(entries.Dialect(number), compiled.Texts(record.Examples), IsGeneral: false);
    }

    private ReplyEntry Entry(EntryForm form, int entry) => form switch
    {
        EntryForm.Own => entries.Own(compiled.Strings.At(entry))!,
        EntryForm.Dialect => entries.Dialect(entry),
        EntryForm.General => entries.General(Reason.All[entry].Word),
        _ => ReplyEntry.Unrecognised,
    };
}

/// <summary>What else a compiled phrase says.</summary>
[Flags]
internal enum PhraseFlags
{
    None,
    AtStart = 1,
    AtEnd = 2,
    FreeStart = 4,
    FreeEnd = 8,
    NeedsProvider = 16,
    IsMark = 32,
    IsCondition = 64,
}
