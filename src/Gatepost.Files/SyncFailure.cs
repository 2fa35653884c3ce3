namespace Gatepost.Files;

/// <summary>What was written may not be on the disk, for whatever reason: also one of room is found out too late here, so the file is given
/// up.</summary>
/// <remarks>The kernel marks pages it could not write as clean and reports it once: a second sync that succeeds proves nothing.</remarks>
public sealed class SyncFailure : IOException
{
    public SyncFailure(string message, int error)
        : base(message, error)
    {
    }

    public SyncFailure(IOException cause)
        : base(cause.Message, cause)
    {
    }
}
