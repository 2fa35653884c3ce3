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

    public string? Text(string key)
    {
        int low = language.FirstText, high = low + language.TextCount - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = key.AsSpan().SequenceCompareTo(catalogue.Strings.Span(texts[middle].Key));
            if (order == 0)
                return catalogue.Strings.At(texts[middle].Text);
            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return null;
    }

    public Words? Words(string key)
    {
        int low = language.FirstWords, high = low + language.WordsCount - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = key.AsSpan().SequenceCompareTo(catalogue.Strings.Span(words[middle].Key));
            if (order == 0)
                return Read(words[middle]);
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
