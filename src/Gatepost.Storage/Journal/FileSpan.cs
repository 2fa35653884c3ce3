namespace Gatepost.Storage.Journal;

/// <summary>Which part of the journal a file has.</summary>
/// <param name="FirstPosition">Of its first event; 0 while there is none.</param>
/// <param name="LastPosition">Of its last event.</param>
/// <param name="FirstTime">Of its first block, in milliseconds since 1970.</param>
/// <param name="LastTime">Of its last block.</param>
/// <param name="IsEarlier">Whether an earlier version wrote it, with fewer kinds of keys.</param>
internal readonly record struct FileSpan(long FirstPosition, long LastPosition, long FirstTime, long LastTime, bool IsEarlier)
{
    /// <summary>With one more block at its end.</summary>
    public FileSpan With(in BlockHeader block) => new(
        LastPosition == 0 ? block.FirstPosition : FirstPosition,
        block.FirstPosition + block.Events - 1,
        LastPosition == 0 ? block.Time : FirstTime,
        block.Time,
        IsEarlier || block.IsEarlier);
}
