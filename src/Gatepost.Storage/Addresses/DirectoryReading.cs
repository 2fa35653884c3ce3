using Gatepost.Policy.Directory;
using Gatepost.Smtp;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Addresses;

/// <summary>Questions to <c>directory.db</c> by one connection, used by one thread at a time.</summary>
internal class DirectoryReading(Database database) : IDirectoryReader, IDisposable
{
    private const string DomainColumns = "name, kind, alias_of, deliver, catch_all, delimiter, recipients_per_hour, by, at";
    private const string AddressColumns =
        "domain, local, written, is_alias, keeps_copy, password, moved_to, quota, recipients_per_hour, received_per_hour, by, at";
    private const string BlockColumns = "id, side, pattern, scope, by, since, why, until";

    private readonly Statement domain = database.Prepare($"SELECT {DomainColumns} FROM domain WHERE name = ?");
    private readonly Statement domains = database.Prepare($"SELECT {DomainColumns} FROM domain WHERE name > ? ORDER BY name LIMIT ?");
    private readonly Statement address = database.Prepare($"SELECT {AddressColumns} FROM address WHERE domain = ? AND local = ?");
    private readonly Statement addresses = database.Prepare(
        $"SELECT {AddressColumns} FROM address WHERE (domain, local) > (?, ?) ORDER BY domain, local LIMIT ?");
    private readonly Statement addressesOfDomain = database.Prepare(
        $"SELECT {AddressColumns} FROM address WHERE domain = ? AND local > ? ORDER BY local LIMIT ?");
    private readonly Statement targets = database.Prepare("SELECT target FROM target WHERE domain = ? AND local = ? ORDER BY idx");
    private readonly Statement leaves = database.Prepare("SELECT pattern FROM leave WHERE domain = ? AND local = ? ORDER BY idx");
    private readonly Statement suspensions = database.Prepare(
        "SELECT what, by, since, why, until FROM suspension WHERE subject = ? ORDER BY what");
    private readonly Statement blocks = database.Prepare($"SELECT {BlockColumns} FROM block WHERE side = ? AND pattern = ?");
    private readonly Statement allBlocks = database.Prepare($"SELECT {BlockColumns} FROM block WHERE id > ? ORDER BY id LIMIT ?");
    private readonly Statement targetsIn = database.Prepare(
        "SELECT target FROM target WHERE target_domain = ?1 UNION SELECT catch_all FROM domain WHERE catch_all_domain = ?1 LIMIT ?2");
    private readonly Statement anyAddress = database.Prepare("SELECT EXISTS (SELECT 1 FROM address WHERE domain = ?)");
    private readonly Statement tally = database.Prepare("""
        SELECT (SELECT name FROM domain WHERE kind = 0 ORDER BY added LIMIT 1),
          EXISTS (SELECT 1 FROM domain), EXISTS (SELECT 1 FROM address), EXISTS (SELECT 1 FROM suspension), EXISTS (SELECT 1 FROM block)
        """);

    public DirectoryTally Tally
    {
        get
        {
            tally.Step();
            var found = new DirectoryTally(tally.TextOrNull(0), tally.Int(1) != 0, tally.Int(2) != 0, tally.Int(3) != 0, tally.Int(4) != 0);
            tally.Reset();
            return found;
        }
    }

    protected Database Database => database;

    public DomainEntry? FindDomain(string name)
    {
        domain.Add(DomainName.ToKey(name));
        return One(domain, DomainOf);
    }

    public AddressEntry? FindAddress(AddressKey key)
    {
        address.Add(DomainOf(key)).Add(LocalOf(key));
        return One(address, Whole) is { } found ? Filled(found) : null;
    }

    public IReadOnlyList<Suspension> FindSuspensions(string subject)
    {
        suspensions.Add(subject);
        return All(suspensions, row =>
            new Suspension((Suspended)row.Int(0), row.Text(1), Time(row.Long(2)), row.Text(3), TimeOrNull(row.LongOrNull(4))));
    }

    public IReadOnlyList<BlockEntry> FindBlocks(BlockSide side, string pattern)
    {
        blocks.Add((long)side).Add(pattern.ToLowerInvariant());
        return All(blocks, BlockOf);
    }

    public IReadOnlyList<DomainEntry> ListDomains(string after, int max)
    {
        domains.Add(after).Add(max);
        return All(domains, DomainOf);
    }

    public IReadOnlyList<AddressEntry> ListAddresses(string? domain, AddressKey after, int max)
    {
        string local = after.LocalPart is null ? "" : LocalOf(after);
        var statement = domain is null ? addresses.Add(after.Domain is null ? "" : DomainOf(after)).Add(local).Add(max)
            : addressesOfDomain.Add(domain).Add(local).Add(max);
        return [.. All(statement, Whole).Select(Filled)];
    }

    public IReadOnlyList<BlockEntry> ListBlocks(long after, int max)
    {
        allBlocks.Add(after).Add(max);
        return All(allBlocks, BlockOf);
    }

    public IReadOnlyList<string> ListTargetsIn(string domain, int max)
    {
        targetsIn.Add(domain.ToLowerInvariant()).Add(max);
        return All(targetsIn, row => row.Text(0));
    }

    public bool HasAddresses(string domain)
    {
        anyAddress.Add(domain.ToLowerInvariant());
        return One(anyAddress, row => row.Int(0) != 0 ? this : null) is not null;
    }

    public void Dispose() => database.Dispose();

    protected static string DomainOf(AddressKey key) => key.Domain.ToLowerInvariant();

    protected static string LocalOf(AddressKey key) => key.LocalPart.ToLowerInvariant();

    protected static long? Ticks(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static DateTimeOffset? TimeOrNull(long? milliseconds) => milliseconds is { } known ? Time(known) : null;

    private static DomainEntry DomainOf(Statement row) => new()
    {
        Name = row.Text(0),
        Kind = (DomainKind)row.Int(1),
        AliasOf = row.TextOrNull(2),
        Deliver = row.TextOrNull(3),
        CatchAll = row.TextOrNull(4),
        Delimiter = row.TextOrNull(5) is [var sign] ? sign : null,
        RecipientsPerHour = (int?)row.LongOrNull(6),
        By = row.Text(7),
        At = Time(row.Long(8)),
    };

    private static AddressEntryRow Whole(Statement row) => new(row.Text(0), row.Text(1), new AddressEntry
    {
        Address = row.Text(2),
        IsAlias = row.Int(3) != 0,
        KeepsCopy = row.Int(4) != 0,
        Password = row.TextOrNull(5),
        MovedTo = row.TextOrNull(6),
        Quota = row.LongOrNull(7),
        RecipientsPerHour = (int?)row.LongOrNull(8),
        ReceivedPerHour = (int?)row.LongOrNull(9),
        By = row.Text(10),
        At = Time(row.Long(11)),
    });

    private static BlockEntry BlockOf(Statement row) => new(row.Long(0), new Block(
        (BlockSide)row.Int(1),
        row.Text(2),
        row.Text(3) is { Length: > 0 } scope ? scope : null,
        row.Text(4),
        Time(row.Long(5)),
        row.Text(6),
        TimeOrNull(row.LongOrNull(7))));

    /// <summary>With what the other tables have of it.</summary>
    private AddressEntry Filled(AddressEntryRow row)
    {
        targets.Add(row.Domain).Add(row.Local);
        var leads = All(targets, target => target.Text(0));
        if (row.Entry.IsAlias)
            return row.Entry with { Targets = leads };
        leaves.Add(row.Domain).Add(row.Local);
        return row.Entry with { Targets = leads, SendsAs = All(leaves, leave => leave.Text(0)) };
    }

    private static T? One<T>(Statement statement, Func<Statement, T?> read)
        where T : class
    {
        if (!statement.Step())
            return null;
        var found = read(statement);
        statement.Reset();
        return found;
    }

    private static List<T> All<T>(Statement statement, Func<Statement, T> read)
    {
        var found = new List<T>();
        while (statement.Step())
            found.Add(read(statement));
        return found;
    }

    private sealed record AddressEntryRow(string Domain, string Local, AddressEntry Entry);
}
