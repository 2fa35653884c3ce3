using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;

namespace Gatepost.Storage.State;

/// <summary>Reads <c>state.db</c>, beside a server that runs or without one. Keeps nothing.</summary>
/// <param name="folder">The data folder; need not have the file.</param>
public sealed class StateReading(string folder) : ICounterLog, IStateLog
{
    private string FilePath => Path.Combine(folder, StateFile.Name);

    /// <summary>Does nothing: this only reads.</summary>
    public Task KeepAsync(IReadOnlyList<CounterEntry> taken) => Task.CompletedTask;

    /// <summary>Does nothing: this only reads.</summary>
    public Task KeepAsync(StateRecord what) => Task.CompletedTask;

    /// <exception cref="IOException">The file is damaged or cannot be read.</exception>
    public IEnumerable<CounterEntry> Load(DateTimeOffset now)
    {
        if (!File.Exists(FilePath))
            return [];
        long limit = now.ToUnixTimeMilliseconds();
        using var database = StateSchema.Migrations.OpenReadOnly(FilePath);
        using var rows = database.PrepareApart("SELECT what, whose, at, until, amount FROM counted WHERE until>?");
        rows.Add(limit);
        var found = new List<CounterEntry>();
        while (rows.Step())
        {
            // One that a newer version counts and this one does not know.
            if (!Enum.TryParse(rows.Text(0), out Counted what))
                continue;
            var (at, until) = (rows.Long(2), rows.Long(3));
            // A count from the future is one of a clock that was set back since: it counts as if it were counted now.
            found.Add(new CounterEntry(
                new CounterKey(what, rows.Text(1)), Moment(Math.Min(at, limit)), rows.Int(4), TimeSpan.FromMilliseconds(until - at)));
        }

        return found;
    }

    /// <exception cref="IOException">The file is damaged or cannot be read.</exception>
    public IEnumerable<StateRecord> Load(string kind, DateTimeOffset now)
    {
        if (!File.Exists(FilePath))
            return [];
        using var database = StateSchema.Migrations.OpenReadOnly(FilePath);
        using var rows = database.PrepareApart("SELECT key, at, until, text FROM remembered WHERE kind=? AND until>? ORDER BY at");
        rows.Add(kind).Add(now.ToUnixTimeMilliseconds());
        var found = new List<StateRecord>();
        while (rows.Step())
            found.Add(new StateRecord(kind, rows.Text(0), Moment(rows.Long(1)), Moment(rows.Long(2)), rows.Text(3)));
        return found;
    }

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
