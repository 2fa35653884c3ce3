using Gatepost.Delivery.Queue;
using Gatepost.Web.Control;

namespace Gatepost.Web.Panel.Pages;

/// <summary>The queue in groups.</summary>
/// <param name="By">destination or reason.</param>
/// <param name="Groups">The largest first.</param>
public sealed record QueueModel(string By, IReadOnlyList<QueueGroup> Groups);

/// <summary>Part of the queue, and what is to be done with it.</summary>
/// <param name="Filter">Which part.</param>
/// <param name="Change">What a click would do; null only shows.</param>
/// <param name="Shown">The oldest messages of it.</param>
/// <param name="Messages">All of them.</param>
/// <param name="Recipients">Theirs that match.</param>
public sealed record QueueListModel(
    QueueFilter Filter, QueueChange? Change, IReadOnlyList<QueueItem> Shown, int Messages, int Recipients)
{
    /// <summary>The filter as fields of a form or a query.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields =>
        [.. new (string Name, string? Value)[]
        {
            ("id", Filter.QueueId), ("sender", Filter.Sender), ("recipient", Filter.Recipient), ("destination", Filter.Destination),
            ("reason", Filter.Reason), ("held", Filter.State == RecipientState.Held ? "1" : null),
        }.Where(one => one.Value is not null).Select(one => (one.Name, one.Value!))];

    /// <summary>The filter in the words of a query; empty for the whole queue.</summary>
    public string Query => string.Join('&', Fields.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"));
}
