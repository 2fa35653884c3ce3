namespace Gatepost.Replies.Compiled;

internal readonly record struct PhraseRecord(
    EntryForm Form, int Entry, int Basis, int Weight, int Reason, int Code, int Status, int Class, int Provider, int Flags,
    int FirstPart, int PartCount, int AnyGap);

internal readonly record struct PartRecord(int Gap, int Literal);

internal readonly record struct FamilyRecord(
    int Entry, int Weight, int Reason, int What, int Objects, int With, int Without, int Class, int Order, int Near, int Decides);

internal readonly record struct PhraseListRecord(int Name, int FirstPhrase, int PhraseCount);

internal readonly record struct ListedPhraseRecord(int Pieces, int Flags);
