using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;

namespace Gatepost.Control;

/// <summary>
/// Queue and journal as an administrator's command sees them: of the running server, or straight from the store where none runs.
/// </summary>
internal interface IQueueControl : IAsyncDisposable
{
    /// <summary>Messages with the recipients that match, oldest first.</summary>
    IAsyncEnumerable<QueueItem> ListAsync(QueueFilter filter, CancellationToken cancel);

    /// <returns>How many recipients were touched.</returns>
    Task<int> ChangeAsync(QueueChange change, QueueFilter filter, CancellationToken cancel);

    IQuarantineControl Quarantine { get; }

    /// <summary>Events of the key behind a position, in order of time.</summary>
    IAsyncEnumerable<JournalEvent> FindAsync(string key, long after, int max, CancellationToken cancel);

    /// <summary>A page of stories; see <see cref="IStorySearch"/>.</summary>
    ValueTask<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancel);

    /// <summary>Events of a span of time behind a position, in order of time.</summary>
    IAsyncEnumerable<JournalEvent> FindBetweenAsync(
        DateTimeOffset since, DateTimeOffset until, long after, int max, CancellationToken cancel);
}

/// <summary>Something an administrator must know to go on; the message says what to do.</summary>
internal sealed class ControlException(int exitCode, Finding why, Exception? cause = null) : Exception(why.ToString(), cause)
{
    public Finding Why { get; } = why;

    /// <summary>One of <see cref="Gatepost.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
