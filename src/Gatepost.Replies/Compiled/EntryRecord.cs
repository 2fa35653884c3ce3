namespace Gatepost.Replies.Compiled;

internal readonly record struct DialectRecord(int Provider, int File, int Help, int FirstEntry, int EntryCount);

/// <summary>An entry of a dialect; a general one has only its reason and examples.</summary>
internal readonly record struct EntryRecord(
    int Id, int Code, int Status, int Reason, int Actors, int Retry, int Also, int Source, int Provider, int Help, int IsGeneral,
    int Examples);

internal readonly record struct DomainRecord(int Name, int Provider);
