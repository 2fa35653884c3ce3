using Gatepost.Replies.Compiled;

namespace Gatepost.Replies;

/// <summary>The words of one language, found by their key when they are asked for.</summary>
internal sealed class CompiledWords(CompiledCatalogue catalogue, LanguageRecord language)
{
    private readonly MappedTable<TextRecord> texts = catalogue.Table<TextRecord>(Section.Texts);
    private readonly MappedTable<WordsRecord> words = catalogue.Table<WordsRecord>(Section.Words);

    public string Code => catalogue.Strings.At(language.Code);

    /// <summary>Of every language that comes with the program, in the order of their codes.</summary>
    public static IReadOnlyList<CompiledWords> BuiltIn { get; } = CompiledCatalogue.BuiltIn is { } compiled
        ? [.. compiled.Table<LanguageRecord>(Section.Languages).All.ToArray().Select(language => new CompiledWords(compiled, language))]
        : [];

    public string? Text(string key) =>
        Find(key, language.FirstText, language.TextCount, number => texts[number].Key) is { } place
            ? catalogue.Strings.At(texts[place].Text) : null;

    public Words? Words(string key) =>
        Find(key, language.FirstWords, language.WordsCount, number => words[number].Key) is { } place ? Read(words[place]) : null;

    /// <summary>The place of a key among records that are sorted by it.</summary>
    /// <param name="keyAt">The key of a record, as a number of the catalogue's strings.</param>
    private int? Find(string key, int first, int count, Func<int, int> keyAt)
    {
        int low = first, high = first + count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = key.AsSpan().SequenceCompareTo(catalogue.Strings.Span(keyAt(middle)));
            if (order == 0)
                return middle;
            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return null;
    }

    private Words Read(WordsRecord record) => new()
    {
        Meaning = catalogue.Strings.Find(record.Meaning),
        MeaningQueued = catalogue.Strings.Find(record.MeaningQueued),
        MeaningElsewhere = catalogue.Strings.Find(record.MeaningElsewhere),
        Facts = catalogue.Strings.Find(record.Facts),
        Tell = catalogue.Strings.Find(record.Tell),
        ForSender = catalogue.Texts(record.ForSender),
        ForSenderQueued = catalogue.Texts(record.ForSenderQueued),
        ForSenderAdmin = catalogue.Texts(record.ForSenderAdmin),
        ForRecipient = catalogue.Texts(record.ForRecipient),
        ForRecipientAdmin = catalogue.Texts(record.ForRecipientAdmin),
        ForAddressOwner = catalogue.Texts(record.ForAddressOwner),
    };
}
