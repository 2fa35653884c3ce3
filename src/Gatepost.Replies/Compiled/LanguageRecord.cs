namespace Gatepost.Replies.Compiled;

// Numbers only, so that they can be read from the mapped file as they are. A text is a number of MappedStrings, a list the place of its
// length in CompiledCatalogue.Lists; -1 means null.

internal readonly record struct LanguageRecord(int Code, int FirstWords, int WordsCount, int FirstText, int TextCount);

/// <summary>A text by its key; sorted by key, ordinal.</summary>
internal readonly record struct TextRecord(int Key, int Text);

/// <summary>The words of an entry by its key; sorted by key, ordinal.</summary>
internal readonly record struct WordsRecord(
    int Key, int Meaning, int MeaningQueued, int MeaningElsewhere, int Facts, int Tell,
    int ForSender, int ForSenderQueued, int ForSenderAdmin, int ForRecipient, int ForRecipientAdmin, int ForAddressOwner);
