using System.Runtime.CompilerServices;
using Gatepost.Composition;
using Gatepost.Delivery.Queue;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Storage;
using Gatepost.Storage.Journal;
using Gatepost.Storage.Quarantine;
using Gatepost.Storage.Search;
using Gatepost.Storage.Settings;
using Gatepost.Web.Control;

namespace Gatepost.Control;

/// <summary>
/// Queue and journal of a server that does not run, straight from its files. Holds the data folder while it is open, so that no server can
/// start.
/// </summary>
internal sealed class StoreQueueControl(string data) : IQueueControl
{
    private readonly Lazy<MailStore> store = new(() => Open(data));
    private QuarantineStore? quarantine;
    private JournalStore? quarantineEvents;
    private QuarantineControl? quarantineControl;

    public async IAsyncEnumerable<QueueItem> ListAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var message in store.Value.ListAsync(filter, cancel))
            yield return QueueItem.Of(message);
    }

    public async Task<int> ChangeAsync(QueueChange change, QueueFilter filter, CancellationToken cancel)
    {
        if (change == QueueChange.Bounce)
            throw new ControlException(ExitCode.Unavailable, OurEvidence.BounceNeedsServer.Say());
        await using var journal = JournalStore.Open(new JournalOptions { Folder = data }, TimeProvider.System);
        return await QueueChanges.ApplyAsync(store.Value, journal, TimeProvider.System, change, filter, bounce: () =>
            Task.FromResult(0), drop: () => store.Value.DropAsync(filter, cancel).AsTask(), forget: null, cancel);
    }

    public async IAsyncEnumerable<JournalEvent> FindAsync(
        string key, long after, int max, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var record in await JournalStore.OpenReadOnly(new JournalOptions { Folder = data }).FindAsync(key, after, max, cancel))
            yield return record;
    }

    public async IAsyncEnumerable<JournalEvent> FindBetweenAsync(
        DateTimeOffset since, DateTimeOffset until, long after, int max, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var record in await JournalStore.OpenReadOnly(new JournalOptions { Folder = data })
            .FindBetweenAsync(since, until, after, max, cancel))
            yield return record;
    }

    public ValueTask<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancel) =>
        StorySearch.ReadOnly(new JournalOptions { Folder = data }, TimeProvider.System).SearchAsync(query, cancel);

    public IQuarantineControl Quarantine => quarantineControl ??= OpenQuarantine();

    public async ValueTask DisposeAsync()
    {
        quarantine?.Dispose();
        if (quarantineEvents is not null)
            await quarantineEvents.DisposeAsync();
        if (store.IsValueCreated)
            await store.Value.DisposeAsync();
    }

    /// <summary>The queue is opened with it: that holds the folder, so that no server can change the quarantine.</summary>
    private QuarantineControl OpenQuarantine()
    {
        _ = store.Value;
        quarantine = QuarantineStore.Open(data, TimeProvider.System, _ => false, serving: false);
        quarantineEvents = JournalStore.Open(new JournalOptions { Folder = data }, TimeProvider.System);
        return new QuarantineControl(quarantine, new QuarantineJournal(quarantineEvents, TimeProvider.System), release: null);
    }

    private static MailStore Open(string data)
    {
        try
        {
            return MailStore.Open(new StoreOptions { Folder = data }, TimeProvider.System);
        }
        catch (Exception cannot) when (Disk.IsFailure(cannot))
        {
            throw new ControlException(ExitCode.InputOutput, OurEvidence.QueueUnusable.Say(data, cannot.Message), cannot);
        }
    }
}
