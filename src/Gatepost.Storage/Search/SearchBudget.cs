namespace Gatepost.Storage.Search;

/// <summary>How much work one page may be: the time, and blocks of the journal read from the disk.</summary>
internal sealed class SearchBudget(TimeProvider clock)
{
    private const int MaxBlocks = 4000;

    private static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(500);

    private readonly long begun = clock.GetTimestamp();

    public bool IsUsedUp(int blocks) => blocks >= MaxBlocks || clock.GetElapsedTime(begun) >= MaxTime;
}
