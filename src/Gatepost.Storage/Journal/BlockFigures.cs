using Gatepost.Smtp.Search;

namespace Gatepost.Storage.Journal;

/// <summary>Which reply codes and outcomes a block has: keys too, but few, so that each is looked up once a block.</summary>
internal sealed class BlockFigures
{
    private const int Codes = 1000;

    private static readonly ulong[] CodeKeys = [.. Enumerable.Range(0, Codes).Select(JournalKeys.OfCode)];
    private static readonly ulong[] OutcomeKeys = [.. Enum.GetValues<StoryOutcome>().Select(JournalKeys.OfOutcome)];

    private readonly ulong[] codes = new ulong[(Codes + 63) / 64];
    private uint outcomes;

    public void Note(int code)
    {
        if ((uint)code < Codes)
            codes[code / 64] |= 1UL << (code % 64);
    }

    public void Note(StoryOutcome outcome) => outcomes |= 1U << (int)outcome;

    public void AddKeys(HashSet<ulong> keys)
    {
        for (int code = 0; code < Codes; code++)
        {
            if ((codes[code / 64] & (1UL << (code % 64))) != 0)
                keys.Add(CodeKeys[code]);
        }

        for (int outcome = 1; outcome < OutcomeKeys.Length; outcome++)
        {
            if ((outcomes & (1U << outcome)) != 0)
                keys.Add(OutcomeKeys[outcome]);
        }
    }

    public void Clear()
    {
        Array.Clear(codes);
        outcomes = 0;
    }
}
