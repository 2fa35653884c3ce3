namespace Gatepost.Smtp;

/// <summary>Takes every reply that crosses a wire and everything that explains it.</summary>
public interface IJournal
{
    /// <summary>Never blocks and never throws; what does not fit the bounded buffer is dropped and counted.</summary>
    void Record(JournalEvent happened);

    /// <summary>
    /// Whether so much waits to be written that events will be dropped if it goes on so. A client that causes it by being refused must wait
    /// a little.
    /// </summary>
    bool IsHalfFull => false;
}
