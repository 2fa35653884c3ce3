using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>
/// Destinations by number, and a lower bound of when each has something due. A bounded memory of the busy ones saves the look-up.
/// </summary>
internal sealed class DestinationTable(Database database)
{
    private const int MaxKnown = 20_000;

    private readonly Statement find = database.Prepare("SELECT id, earliest FROM destination WHERE name=?");
    private readonly Statement insert = database.Prepare("INSERT INTO destination (name, earliest) VALUES (?,?) RETURNING id");
    private readonly Statement sooner = database.Prepare(
        "UPDATE destination SET earliest=? WHERE id=? AND (earliest IS NULL OR earliest>?)");
    private readonly Statement correct = database.Prepare(
        "UPDATE destination SET earliest=(SELECT min(next) FROM recipient WHERE destination=?1 AND state=0) WHERE id=?1");
    private readonly Statement anyRecipient = database.Prepare("SELECT 1 FROM recipient WHERE destination=? LIMIT 1");
    private readonly Statement delete = database.Prepare("DELETE FROM destination WHERE id=?");
    private readonly Dictionary<string, (long Id, long Earliest)> known = new(StringComparer.Ordinal);

    /// <summary>Notes that a recipient for it falls due then.</summary>
    /// <returns>Its number.</returns>
    public long Expect(string name, long due)
    {
        if (known.TryGetValue(name, out var entry) || Find(name, out entry))
        {
            if (entry.Earliest <= due)
                return entry.Id;
            sooner.Add(due).Add(entry.Id).Add(due).Run();
        }
        else
        {
            insert.Add(name).Add(due).Step();
            entry.Id = insert.Long(0);
            insert.Reset();
        }

        Remember(name, entry.Id, due);
        return entry.Id;
    }

    /// <remarks>What is remembered may now be later than the row; that costs an update at most. Earlier it must never be.</remarks>
    public void Expect(long destination, long due) => sooner.Add(due).Add(destination).Add(due).Run();

    public void Correct(long destination)
    {
        if (anyRecipient.Add(destination).Step())
        {
            anyRecipient.Reset();
            correct.Add(destination).Run();
        }
        else
        {
            delete.Add(destination).Run();
        }

        known.Clear();
    }

    public void Forget() => known.Clear();

    private bool Find(string name, out (long Id, long Earliest) entry)
    {
        entry = default;
        if (!find.Add(name).Step())
            return false;
        entry = (find.Long(0), find.LongOrNull(1) ?? long.MaxValue);
        find.Reset();
        Remember(name, entry.Id, entry.Earliest);
        return true;
    }

    private void Remember(string name, long id, long earliest)
    {
        if (known.Count >= MaxKnown)
            known.Clear();
        known[name] = (id, earliest);
    }
}
