using System.Collections.Concurrent;
using Gatepost.Replies.Catalogue;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Rendering;
using Gatepost.Web.Panel.Tenants;

namespace Gatepost.Web.Panel;

/// <summary>What the pages work with: the same operations as the control socket, and who is signed in.</summary>
public sealed class PanelSite
{
    /// <summary>Sentences that wait for the next page of a session.</summary>
    private const int MaxNotices = 1_000;

    private readonly ConcurrentDictionary<string, string> notices = new(StringComparer.Ordinal);

    /// <summary>From which each viewer gets what they may see and do.</summary>
    public required DeskOperations Operations { get; init; }

    /// <summary>The catalogue in force.</summary>
    public required Func<ReplyDatabase> Catalogue { get; init; }

    /// <summary>The options in force; the addresses of the first ones stay.</summary>
    public required Func<PanelOptions> Options { get; init; }

    public required PanelAccounts Accounts { get; init; }

    public required PanelSessions Sessions { get; init; }

    public required SignInLinks Links { get; init; }

    public required AuditTrail Audit { get; init; }

    public required TimeProvider Time { get; init; }

    internal PageRenderer Renderer { get; } = new();

    /// <summary>Keeps what a change answered for the page that follows it.</summary>
    internal void Notify(string session, string notice)
    {
        if (notices.Count >= MaxNotices)
            notices.Clear();
        notices[session] = notice;
    }

    /// <summary>Takes the sentence that waits for a session; null for none.</summary>
    internal string? TakeNotice(string session) => notices.TryRemove(session, out string? notice) ? notice : null;
}
