using System.Runtime.CompilerServices;
using Gatepost.Delivery.Queue;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quarantine;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;
using Gatepost.Web.Metrics;
using Gatepost.Web.Panel.Access;

namespace Gatepost.Web.Panel.Tenants;

/// <summary>What a viewer may see and do of the server's operations: the one place below all pages where tenants are kept apart.</summary>
/// <remarks>A page has no other way to mail, queue or directory. What a viewer may not see is not there for them: null, or not in the list.
/// </remarks>
public sealed class TenantDesk
{
    /// <summary>Messages of the queue that are read for a tenant, as sender and as recipient each.</summary>
    private const int MaxOfTenant = 5_000;

    private readonly DeskOperations operations;
    private readonly Viewer viewer;

    internal TenantDesk(DeskOperations operations, Viewer viewer) => (this.operations, this.viewer) = (operations, viewer);

    /// <summary>Alarms, failing checks, listeners; null for tenants.</summary>
    public async Task<ServerStatus?> StatusAsync(CancellationToken cancel) =>
        viewer.SeesAll ? await operations.Server.StatusAsync(cancel) : null;

    /// <summary>Outcomes by the hour; null for tenants.</summary>
    public HourlyCounts? Activity => viewer.SeesAll ? operations.Server.Activity : null;

    /// <summary>Stories of this viewer's mail, newest first.</summary>
    /// <exception cref="FormatException">The cursor is none of this query.</exception>
    public async Task<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancel)
    {
        if (viewer.SeesAll)
            return await operations.Server.Search.SearchAsync(query, cancel);
        if (OwnWord() is not { } own)
            return new SearchPage([], null, null);
        var page = await operations.Server.Search.SearchAsync(query with { Words = [.. query.Words, own] }, cancel);
        // Asked again of what is left: a word that is only in a hidden part would otherwise tell that it is there.
        var matches = query.Words.Select(word => new WordMatch(word)).ToList();
        return page with
        {
            Stories = [.. page.Stories.Select(story => TenantStory.Of(story, viewer)).OfType<Story>()
                .Where(story => matches.TrueForAll(match => IsItsId(match.Word, story) || match.IsIn(story, story.Events)))],
        };
    }

    /// <summary>A story keeps its id, even if no event is left that has it.</summary>
    private static bool IsItsId(SearchWord word, Story story) =>
        word.Keys.Any(key => key.Kind == SearchKind.Id && key.Value.Equals(story.Id, StringComparison.OrdinalIgnoreCase));

    /// <summary>One story by its queue id, session or <c>G-...</c>; null where there is none for this viewer.</summary>
    public async Task<Story?> StoryAsync(string id, CancellationToken cancel)
    {
        var word = new SearchWord(id, [new SearchKey(SearchKind.Id, id)]);
        var page = await SearchAsync(new SearchQuery { Words = [word] }, cancel);
        return page.Stories.FirstOrDefault(story => story.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
            ?? (page.Stories is [var first, ..] ? first : null);
    }

    /// <summary>What everybody who has the id of a refusal may know of it; null where there is none.</summary>
    public async Task<RefusedMail?> VerdictAsync(string id, CancellationToken cancel)
    {
        if (!id.StartsWith("G-", StringComparison.Ordinal))
            return null;
        var word = new SearchWord(id, [new SearchKey(SearchKind.Id, id)]);
        var page = await operations.Server.Search.SearchAsync(new SearchQuery { Words = [word], Limit = 1 }, cancel);
        var refused = page.Stories.SelectMany(story => story.Events).FirstOrDefault(one => one.VerdictId == id && one.Code is not null);
        return refused is { Code: { } code } ? new RefusedMail(id, refused.At, refused.Sender, refused.Entry, code, refused.Status) : null;
    }

    /// <summary>Entries of the directory: all, or those of the viewer's own domain.</summary>
    public IAsyncEnumerable<DirectoryRow> DirectoryAsync(DirectoryQuestion question, CancellationToken cancel)
    {
        if (viewer.SeesAll)
            return operations.Server.ListAsync(question, cancel);
        if (viewer.Domain is not { } domain)
            return AsyncEnumerable.Empty<DirectoryRow>();
        question = question.What == DirectoryKind.Domain
            ? question with { Name = domain, Domain = null } : question with { Domain = domain };
        return operations.Server.ListAsync(question, cancel).Where(row => IsOwn(question.What, row));
    }

    /// <summary>Changes the directory: an operator everything, an administrator addresses and blocks of their own domain.</summary>
    /// <returns>Null where that is not this viewer's to change.</returns>
    public async Task<DirectoryAnswer?> ChangeDirectoryAsync(DirectoryChange change, CancellationToken cancel)
    {
        bool may = viewer.Role == Role.Operator || (viewer.Role == Role.Administrator && change switch
        {
            SetAlias alias => viewer.Owns(alias.Address),
            SetForward forward => viewer.Owns(forward.Address),
            RemoveAddress { IsAlias: true } remove => viewer.Owns(remove.Address),
            Suspend suspend => suspend.Subject.IndexOf('@', StringComparison.Ordinal) > 0 && viewer.Owns(suspend.Subject),
            Resume resume => resume.Subject.IndexOf('@', StringComparison.Ordinal) > 0 && viewer.Owns(resume.Subject),
            AddBlock { Side: BlockSide.Sender, For: { } whose } => viewer.Owns(whose),
            RemoveBlock remove => await OwnsBlockAsync(remove.Which, cancel),
            _ => false,
        });
        return may ? await operations.Server.ChangeAsync(change with { By = viewer.Name }, cancel) : null;
    }

    private async Task<bool> OwnsBlockAsync(string which, CancellationToken cancel) =>
        await DirectoryAsync(new DirectoryQuestion(DirectoryKind.Block), cancel).AnyAsync(
            row => row.Id?.ToString(System.Globalization.CultureInfo.InvariantCulture) == which, cancel);

    /// <summary>A block for a domain is its administrator's to see; one for everybody is an operator's.</summary>
    private bool IsOwn(DirectoryKind what, DirectoryRow row) => what switch
    {
        DirectoryKind.Domain => row.Name.Equals(viewer.Domain, StringComparison.OrdinalIgnoreCase),
        DirectoryKind.Block => viewer.Owns(row.For),
        _ => viewer.Owns(row.Name),
    };

    /// <summary>What waits, oldest first, with those recipients that are this viewer's; of a tenant's at most 10,000 messages.</summary>
    public async IAsyncEnumerable<QueueItem> QueueAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in Parts(filter))
        {
            var messages = operations.Queue.ListAsync(part, cancel);
            await foreach (var message in viewer.SeesAll ? messages : messages.Take(MaxOfTenant))
            {
                if (TenantStory.Of(QueueItem.Of(message), viewer) is { } item && (viewer.SeesAll || seen.Add(item.QueueId)))
                    yield return item;
            }
        }
    }

    /// <summary>Changes what waits; only for an operator.</summary>
    /// <returns>How many recipients were touched; null for others.</returns>
    public async Task<int?> ChangeQueueAsync(QueueChange change, QueueFilter filter, CancellationToken cancel) =>
        viewer.Role == Role.Operator
            ? await QueueChanges.ApplyAsync(operations.Server, operations.Queue, operations.Time, change, filter, cancel) : null;

    /// <summary>Messages in quarantine that are this viewer's, newest first.</summary>
    public IAsyncEnumerable<QuarantinedMessage> QuarantineAsync(CancellationToken cancel) =>
        operations.Server.Quarantine.ListAsync(new QuarantineFilter(), cancel).Select(Narrow)
            .Where(message => message is not null).Select(message => message!);

    /// <summary>One message in quarantine; its content is empty for those who may not see contents. Null where there is none for this
    /// viewer.</summary>
    public async Task<QuarantineContent?> QuarantinedAsync(string id, CancellationToken cancel) =>
        await operations.Server.Quarantine.ShowAsync(id, cancel) is { } found && Narrow(found.Message) is { } message
            ? viewer.SeesContent ? found : new QuarantineContent(message, "", IsWhole: true) : null;

    /// <summary>Releases a message from quarantine, or drops it; only for an operator.</summary>
    /// <returns>Null for others.</returns>
    public async Task<QuarantineChanged?> SettleQuarantinedAsync(string id, bool release, CancellationToken cancel)
    {
        if (viewer.Role != Role.Operator)
            return null;
        var quarantine = operations.Server.Quarantine;
        return await (release ? quarantine.ReleaseAsync(id, cancel) : quarantine.DropAsync(id, cancel));
    }

    private QuarantinedMessage? Narrow(QuarantinedMessage message)
    {
        if (viewer.SeesAll)
            return message;
        var own = message.Recipients.Where(recipient => viewer.Owns(recipient.Address)).ToList();
        return own.Count == 0 ? null : message with { Recipients = own };
    }

    /// <summary>The word that every story of this viewer has; null for visitors.</summary>
    private SearchWord? OwnWord() => (viewer.Domain, viewer.Mailbox) switch
    {
        ({ } domain, _) => new SearchWord("@" + domain, [new SearchKey(SearchKind.Domain, domain)]),
        (_, { } mailbox) => new SearchWord(mailbox, [new SearchKey(SearchKind.Address, mailbox)]),
        _ => null,
    };

    /// <summary>The parts of the queue that can hold mail of this viewer: a tenant does not read through everybody's.</summary>
    private IEnumerable<QueueFilter> Parts(QueueFilter filter)
    {
        if (viewer.SeesAll || (filter.Sender is not null && filter.Recipient is not null))
            return [filter];
        string? own = viewer.Domain is { } domain ? "@" + domain : viewer.Mailbox;
        if (own is null)
            return [];
        return new[] { filter.Sender is null ? filter with { Sender = own } : null, filter.Recipient is null
            ? filter with { Recipient = own } : null }
            .OfType<QueueFilter>();
    }
}
