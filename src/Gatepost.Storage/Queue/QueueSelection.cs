using System.Globalization;
using System.Text;
using Gatepost.Delivery.Queue;
using Gatepost.Replies.Catalogue;
using Gatepost.Storage.Ids;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>An administrator's filter as SQL, read in pages by message so that no long reading keeps the log from being cut.</summary>
internal sealed class QueueSelection
{
    private readonly List<string> conditions = [];
    private readonly List<object> values = [];

    /// <param name="filter">What is meant.</param>
    public QueueSelection(QueueFilter filter)
    {
        if (filter.QueueId is { } id)
            Demand("m.id=?", QueueIds.Read(id) ?? -1L);
        if (filter.Sender is { } sender)
            DemandSender(sender);
        if (filter.Recipient is { } recipient)
            DemandRecipient(recipient);
        if (filter.Destination is { } destination)
            DemandDestination(destination);
        if (filter.Reason is { } reason)
            DemandReason(reason);
        if (filter.State is { } state)
            Demand("r.state=?", (long)state);
    }

    /// <summary>The next matching recipients behind a position, in order of message and index.</summary>
    public List<(long Message, int Index)> Page(Database database, long afterMessage, int afterIndex, int max)
    {
        string where = string.Concat(conditions.Select(condition => " AND " + condition));
        using var statement = database.PrepareApart(
            $"""
            SELECT m.id, r.idx FROM message m CROSS JOIN recipient r ON r.message=m.id
            WHERE m.id>=? AND (m.id>? OR r.idx>?){where} ORDER BY m.id, r.idx LIMIT {max.ToString(CultureInfo.InvariantCulture)}
            """);
        statement.Add(afterMessage).Add(afterMessage).Add(afterIndex);
        foreach (object value in values)
        {
            if (value is string text)
                statement.Add(text);
            else
                statement.Add((long)value);
        }

        var found = new List<(long, int)>();
        while (statement.Step())
            found.Add((statement.Long(0), statement.Int(1)));
        return found;
    }

    private void Demand(string condition, params ReadOnlySpan<object> bound)
    {
        conditions.Add(condition);
        values.AddRange(bound);
    }

    private void DemandSender(string sender)
    {
        if (sender.Length == 0)
            Demand("m.sender IS NULL");
        else if (sender[0] == '@')
            Demand("m.sender LIKE ? ESCAPE '\\'", "%" + Escape(sender));
        else
            Demand("m.sender=? COLLATE NOCASE", sender);
    }

    private void DemandRecipient(string recipient)
    {
        if (recipient.StartsWith('@'))
            Demand("(r.address LIKE ? ESCAPE '\\' OR r.accepted LIKE ? ESCAPE '\\')", "%" + Escape(recipient), "%" + Escape(recipient));
        else
            Demand("(r.address=? COLLATE NOCASE OR r.accepted=? COLLATE NOCASE)", recipient, recipient);
    }

    private void DemandDestination(string name) => Demand(
        "+r.destination IN (SELECT id FROM destination WHERE name=? COLLATE NOCASE OR name LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\')",
        name,
        "%:" + Escape(name),
        "%:" + Escape(name) + ":%");

    /// <summary>An entry's id, or a reason word: then all entries with that reason, ours or a remote server's.</summary>
    private void DemandReason(string reason)
    {
        var entries = ReplyDatabase.BuiltIn.Entries.Values
            .Where(entry => entry.Id == reason || entry.Reason?.Word == reason).Select(entry => entry.Id)
            .Append(reason).Distinct().ToArray();
        Demand($"r.last_entry IN ({string.Join(',', entries.Select(_ => "?"))})", entries);
    }

    private static string Escape(string text) =>
        new StringBuilder(text).Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_").ToString();
}
