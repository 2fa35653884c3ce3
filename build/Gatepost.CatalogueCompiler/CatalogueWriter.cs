using System.Runtime.InteropServices;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Replies.Compiled;
using Gatepost.Replies.Matching;

namespace Gatepost.CatalogueCompiler;

/// <summary>Writes a loaded catalogue as tables: a header of place and length for each <see cref="Section"/>, then the tables.</summary>
internal sealed class CatalogueWriter(CatalogueLoader loader)
{
    private readonly Dictionary<string, int> strings = new(StringComparer.Ordinal);
    private readonly List<int> starts = [0];
    private readonly List<char> letters = [];
    private readonly List<int> lists = [];
    private readonly Dictionary<string, int> listPlaces = new(StringComparer.Ordinal);
    private readonly byte[]?[] sections = new byte[(int)Section.Count][];
    private readonly Dictionary<ReplyEntry, int> dialectEntries = [];

    public byte[] Write()
    {
        WriteWords();
        WriteDialects();
        WritePhrases();
        WriteFamilies();
        WriteNotices();
        Put<int>(Section.StringStarts, [.. starts]);
        Put<char>(Section.StringLetters, [.. letters]);
        Put<int>(Section.Lists, [.. lists]);
        return Joined();
    }

    private void WriteWords()
    {
        List<LanguageRecord> languages = [];
        List<TextRecord> texts = [];
        List<WordsRecord> words = [];
        foreach (var (language, book) in loader.Books.OrderBy(pair => pair.Key.Code, StringComparer.Ordinal))
        {
            var (firstText, firstWords) = (texts.Count, words.Count);
            texts.AddRange(book.KnownTexts.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new TextRecord(String(pair.Key), String(pair.Value))));
            words.AddRange(book.KnownWords.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Record(pair.Key, pair.Value)));
            languages.Add(new LanguageRecord(
                String(language.Code), firstWords, words.Count - firstWords, firstText, texts.Count - firstText));
        }

        Put<LanguageRecord>(Section.Languages, [.. languages]);
        Put<TextRecord>(Section.Texts, [.. texts]);
        Put<WordsRecord>(Section.Words, [.. words]);
    }

    private WordsRecord Record(string key, Words told) => new(
        String(key), Optional(told.Meaning), Optional(told.MeaningQueued), Optional(told.MeaningElsewhere), Optional(told.Facts),
        Optional(told.Tell),
        Texts(told.ForSender), Texts(told.ForSenderQueued), Texts(told.ForSenderAdmin), Texts(told.ForRecipient),
        Texts(told.ForRecipientAdmin), Texts(told.ForAddressOwner));

    private void WriteDialects()
    {
        List<DialectRecord> dialects = [];
        List<EntryRecord> entries = [];
        foreach (var dialect in loader.Dialects)
        {
            dialects.Add(new DialectRecord(
                String(dialect.Provider), String(dialect.File), Optional(dialect.HelpUrl), entries.Count, dialect.Entries.Count));
            foreach (var entry in dialect.Entries)
            {
                if (!entry.IsGeneral)
                    dialectEntries.Add(entry.Entry, entries.Count);
                entries.Add(Record(entry));
            }
        }

        Put<DialectRecord>(Section.Dialects, [.. dialects]);
        Put<EntryRecord>(Section.Entries, [.. entries]);
    }

    private EntryRecord Record(DialectEntry told)
    {
        var entry = told.Entry;
        return new EntryRecord(
            String(entry.Id), entry.Classic.Code, Number(entry.Classic.Status), NumberOf(entry.Reason!),
            (int?)entry.ActorsOverride ?? -1, (int?)entry.RetryOverride ?? -1,
            List([.. entry.Also.Select(NumberOf)]), Optional(entry.Source), Optional(entry.Provider), Optional(entry.HelpUrl),
            told.IsGeneral ? 1 : 0, Texts(told.Examples));
    }

    private void WritePhrases()
    {
        Put<int>(Section.Providers, [Texts(loader.Providers.Names)]);
        Put<DomainRecord>(
            Section.Domains, [.. loader.Providers.Domains.Select(pair => new DomainRecord(String(pair.Domain), pair.Provider))]);
        List<PhraseRecord> phrases = [];
        List<PartRecord> parts = [];
        foreach (var phrase in loader.Phrases)
        {
            var (form, entry) = EntryOf(phrase);
            phrases.Add(new PhraseRecord(
                form, entry, (int)phrase.Basis, phrase.Weight, phrase.ReasonIndex, phrase.Code ?? -1,
                Number(phrase.Status), phrase.Class, phrase.Provider, (int)FlagsOf(phrase), parts.Count, phrase.Pattern.Parts.Length,
                phrase.Pattern.AnyGap));
            parts.AddRange(phrase.Pattern.Parts.Select(part => new PartRecord((int)part.Before, String(part.Literal))));
        }

        Put<PhraseRecord>(Section.Phrases, [.. phrases]);
        Put<PartRecord>(Section.Parts, [.. parts]);
        Put(Section.PhraseIndex, new LiteralIndex(loader.Phrases.Select(phrase => phrase.Pattern.KeyLiteral), 0));
    }

    private static PhraseFlags FlagsOf(Phrase phrase) =>
        (phrase.Pattern.AtStart ? PhraseFlags.AtStart : 0) | (phrase.Pattern.AtEnd ? PhraseFlags.AtEnd : 0)
        | (phrase.Pattern.FreeStart ? PhraseFlags.FreeStart : 0) | (phrase.Pattern.FreeEnd ? PhraseFlags.FreeEnd : 0)
        | (phrase.NeedsProvider ? PhraseFlags.NeedsProvider : 0) | (phrase.IsMark ? PhraseFlags.IsMark : 0)
        | (phrase.IsCondition ? PhraseFlags.IsCondition : 0);

    private (EntryForm Form, int Entry) EntryOf(Wording wording)
    {
        var entry = wording.Entry;
        if (entry == ReplyEntry.Unrecognised)
            return (EntryForm.Unrecognised, 0);
        if (wording.Basis == Basis.Own)
            return (EntryForm.Own, String(entry.Id));
        return dialectEntries.TryGetValue(entry, out int number)
            ? (EntryForm.Dialect, number) : (EntryForm.General, NumberOf(entry.Reason!));
    }

    private void WriteFamilies()
    {
        // It asks for the classes of its own, and compiles the words.
        _ = new FamilyMatcher(loader.Lexicon, loader.Families);
        Put(Section.WordIndex, loader.Lexicon.AddedIndex!);
        Put<int>(Section.WordClasses, [Texts(loader.Lexicon.Classes)]);
        Put<Lexicon.Meaning>(Section.WordMeanings, [.. loader.Lexicon.Added.Select(pair => pair.Meaning)]);
        Put<int>(Section.MailClasses, [List([.. loader.Lexicon.MailClasses])]);
        Put<FamilyRecord>(Section.Families, [.. loader.Families.Select(family => new FamilyRecord(
            NumberOf(family.Entry.Reason!), family.Weight, family.ReasonIndex, List(family.What), List(family.Objects), List(family.With),
            List(family.Without), family.Class, (int)family.Order, family.Near, family.Decides ? 1 : 0))]);
    }

    private void WriteNotices()
    {
        List<PhraseListRecord> named = [];
        List<ListedPhraseRecord> phrases = [];
        foreach (var (name, list) in loader.Notices.Lists.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            named.Add(new PhraseListRecord(String(name), phrases.Count, list.Phrases.Count));
            phrases.AddRange(list.Phrases.Select(phrase => new ListedPhraseRecord(
                Texts(phrase.Pieces), (phrase.FreeStart ? 1 : 0) | (phrase.FreeEnd ? 2 : 0))));
        }

        Put<PhraseListRecord>(Section.PhraseLists, [.. named]);
        Put<ListedPhraseRecord>(Section.ListedPhrases, [.. phrases]);
    }

    private void Put(Section first, LiteralIndex index)
    {
        var automaton = index.Automaton;
        Put(first, automaton.EdgeStart.All);
        Put(first + 1, automaton.EdgeLetter.All);
        Put(first + 2, automaton.EdgeTarget.All);
        Put(first + 3, automaton.Fallback.All);
        Put(first + 4, automaton.RootTarget.All);
        Put(first + 5, automaton.LiteralAt.All);
        Put(first + 6, automaton.NextWithLiteral.All);
        Put(first + 7, index.Starts.All);
        Put(first + 8, index.Numbers.All);
    }

    private void Put<T>(Section section, ReadOnlySpan<T> records)
        where T : unmanaged =>
        sections[(int)section] = MemoryMarshal.AsBytes(records).ToArray();

    private byte[] Joined()
    {
        var whole = new MemoryStream();
        int place = sections.Length * 2 * sizeof(int);
        foreach (byte[]? section in sections)
        {
            whole.Write(BitConverter.GetBytes(place));
            whole.Write(BitConverter.GetBytes(section!.Length));
            place += Padded(section.Length);
        }

        foreach (byte[]? section in sections)
        {
            whole.Write(section);
            whole.Write(new byte[Padded(section!.Length) - section.Length]);
        }

        return whole.ToArray();
    }

    /// <summary>Every table begins where a number may.</summary>
    private static int Padded(int length) => (length + sizeof(int) - 1) / sizeof(int) * sizeof(int);

    private int String(string text)
    {
        if (!strings.TryGetValue(text, out int number))
        {
            strings.Add(text, number = strings.Count);
            letters.AddRange(text);
            starts.Add(letters.Count);
        }

        return number;
    }

    private int Optional(string? text) => text is null ? -1 : String(text);

    private int Texts(IEnumerable<string> texts) => List([.. texts.Select(String)]);

    private int List(int[] numbers)
    {
        if (numbers.Length == 0)
            return -1;
        string key = string.Join(',', numbers);
        if (!listPlaces.TryGetValue(key, out int place))
        {
            listPlaces.Add(key, place = lists.Count);
            lists.Add(numbers.Length);
            lists.AddRange(numbers);
        }

        return place;
    }

    private static int Number(EnhancedStatus? status) =>
        status is { } known ? (known.Class * 1_000_000) + (known.Subject * 1000) + known.Detail : -1;

    private static int NumberOf(Reason reason) => ReasonIndex.Of(reason);
}
