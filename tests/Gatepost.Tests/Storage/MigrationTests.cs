using System.Text;
using Gatepost.Delivery.Queue;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Storage;
using Gatepost.Storage.Addresses;
using Gatepost.Storage.Queue;
using Gatepost.Storage.Settings;
using Gatepost.Storage.Sqlite;
using Gatepost.Storage.State;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

/// <summary>Files of earlier versions are brought up to date step by step and keep their rows.</summary>
public sealed class MigrationTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(Noon);

    public void Dispose() => folder.Dispose();

    private string Of(string name) => Path.Combine(folder.Path, name);

    private static long VersionOf(string path)
    {
        using var database = Database.Open(path, readOnly: true);
        return database.Number("PRAGMA user_version") ?? -1;
    }

    private static void Make(string path, string tables, long version, string rows)
    {
        using var database = Database.Open(path);
        database.Run("PRAGMA journal_mode=WAL");
        database.Run(tables);
        database.Run($"PRAGMA user_version={version}");
        database.Run(rows);
    }

    private MailStore OpenStore() =>
        MailStore.Open(new StoreOptions { Folder = folder.Path, InlineLimit = 1000, SegmentSize = 1024 * 1024, MinimumFree = 0 }, clock);

    private const string QueueRows = """
        INSERT INTO message (id, arrived, size, sender, body, smtputf8, ret, envid, session, login, client, segment, offset, octets)
        VALUES (101964112845312000, 1772362800000, 20, 'ann@host.example', 0, 0, 0, NULL, 'S-1', NULL, '192.0.2.7', 0, 0,
          CAST('Subject: x' || char(13, 10, 13, 10) || 'body' || char(13, 10) AS BLOB));
        INSERT INTO destination (id, name, earliest) VALUES (1, 'mx:partner.example', 1772362800000);
        INSERT INTO recipient (message, idx, destination, state, next, address, notify, attempts, last_entry, last_code, last_text)
        VALUES (101964112845312000, 0, 1, 0, 1772362800000, 'bob@partner.example', 0, 3, 'mailbox-full', 452, 'full'),
          (101964112845312000, 1, 1, 1, 1772362800000, 'eve@partner.example', 0, 0, NULL, NULL, NULL);
        UPDATE tally SET messages=1, recipients=2, held=1, generation=7;
        """;

    [Theory]
    [InlineData("")]
    [InlineData("CREATE TABLE released (source TEXT NOT NULL, recipient TEXT NOT NULL, message INTEGER NOT NULL, "
        + "PRIMARY KEY (source, recipient)) WITHOUT ROWID; INSERT INTO released VALUES ('Q', 'bob@partner.example', 1);")]
    public async Task A_queue_of_version_1_is_brought_up_to_date_and_keeps_its_mail(string madeBesideTheOthers)
    {
        Make(Of("queue.db"), EarlierSchemas.QueueOne + madeBesideTheOthers, 1, QueueRows);
        for (int start = 0; start < 2; start++)
        {
            await using var store = OpenStore();
            var message = Assert.Single(await Mail.ListAsync(store));
            Assert.Equal(["bob@partner.example", "eve@partner.example"], message.Recipients.Select(one => one.Address.ToString()));
            Assert.Equal((3, 452, RecipientState.Held),
                (message.Recipients[0].Attempts, message.Recipients[0].Last!.Code, message.Recipients[1].State));
            Assert.Equal(Gatepost.Smtp.TlsRequest.None, message.Tls);
            Assert.Equal("Subject: x\r\n\r\nbody\r\n", Encoding.ASCII.GetString(await Mail.BodyAsync(store, message.QueueId)));
        }

        Assert.Equal(3, VersionOf(Of("queue.db")));
        using var database = Database.Open(Of("queue.db"), readOnly: true);
        Assert.Equal(madeBesideTheOthers.Length > 0 ? 1 : 0, database.Number("SELECT count(*) FROM released"));
    }

    [Fact]
    public async Task A_directory_and_a_state_file_of_version_1_keep_their_rows()
    {
        Make(Of("directory.db"), EarlierSchemas.DirectoryOne, 1,
            "INSERT INTO domain (name, kind, by, at, added) VALUES ('host.example', 0, 'root', 1772362800000, 1)");
        Make(Of("state.db"), EarlierSchemas.StateOne, 1,
            "INSERT INTO counted (until, id, at, amount, what, whose) "
            + $"VALUES (1772370000000, 1, 1772362800000, 5, '{Counted.UserRecipients}', 'ann@host.example')");

        using (var tables = DirectoryTables.Open(folder.Path))
            Assert.Equal(DomainKind.Hosted, tables.Read(reader => reader.FindDomain("host.example"))!.Kind);
        await using var state = StateStore.Open(folder.Path, clock);
        Assert.Equal(5, Assert.Single(state.Load(Noon)).Amount);
    }

    [Fact]
    public void The_first_step_of_every_file_makes_what_version_1_had()
    {
        foreach (var (migrations, tables) in ((Migrations, string)[])
            [(Schema.Migrations, EarlierSchemas.QueueOne), (DirectorySchema.Migrations, EarlierSchemas.DirectoryOne),
                (StateSchema.Migrations, EarlierSchemas.StateOne)])
        {
            string path = Of(Guid.NewGuid().ToString("N"));
            Make(path + ".one", tables, 1, "");
            using (var first = Database.Open(path + ".one"))
                migrations.Upgrade(first);
            using (var empty = Database.Open(path))
                migrations.Upgrade(empty);
            Assert.Equal(TablesOf(path), TablesOf(path + ".one"));
            Assert.Equal(VersionOf(path), migrations.Version);
        }
    }

    [Fact]
    public void Steps_run_in_order_and_only_those_that_are_missing()
    {
        const string One = "CREATE TABLE a (x INTEGER)", Two = "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 4",
            Three = "UPDATE a SET y = y + x";
        using var database = Database.Open(Of("a.db"));
        new Migrations(One).Upgrade(database);
        database.Run("INSERT INTO a VALUES (2)");
        new Migrations(One, Two, Three).Upgrade(database);
        new Migrations(One, Two, Three).Upgrade(database);
        Assert.Equal((6, 3), (database.Number("SELECT y FROM a"), database.Number("PRAGMA user_version")));
    }

    [Fact]
    public void A_step_that_fails_leaves_the_version_before_it_with_all_rows()
    {
        const string One = "CREATE TABLE a (x INTEGER)", Two = "CREATE TABLE b (x INTEGER); INSERT INTO b SELECT x FROM a";
        using var database = Database.Open(Of("a.db"));
        new Migrations(One).Upgrade(database);
        database.Run("INSERT INTO a VALUES (2)");

        var failure = Assert.Throws<SqliteFailure>(
            () => new Migrations(One, Two, "DELETE FROM b; DROP TABLE a; INSERT INTO missing VALUES (1)").Upgrade(database));
        Assert.Contains("missing", failure.Message, StringComparison.Ordinal);
        Assert.False(database.InTransaction);
        Assert.Equal((2, 2, 2), (database.Number("PRAGMA user_version"), database.Number("SELECT x FROM a"),
            database.Number("SELECT x FROM b")));
        new Migrations(One, Two, "DROP TABLE a").Upgrade(database);
        Assert.Equal(3, database.Number("PRAGMA user_version"));
    }

    /// <summary>The files as a power cut leaves them in the middle of the second step.</summary>
    [Fact]
    public async Task A_crash_in_the_middle_of_a_step_costs_nothing()
    {
        Make(Of("queue.db"), EarlierSchemas.QueueOne, 1, QueueRows);
        string crashed = Directory.CreateDirectory(Of("crashed")).FullName;
        using (var database = Database.Open(Of("queue.db")))
        {
            database.Run("PRAGMA cache_spill=1; PRAGMA cache_size=1; BEGIN IMMEDIATE");
            database.Run("CREATE TABLE released (source TEXT NOT NULL); CREATE TABLE filler (x BLOB)");
            database.Run("INSERT INTO filler SELECT zeroblob(4000) FROM (VALUES (1),(2),(3),(4),(5),(6),(7),(8))");
            database.Run("PRAGMA user_version=2");
            foreach (string file in (string[])["queue.db", "queue.db-wal"])
                File.Copy(Of(file), Path.Combine(crashed, file));
            Assert.True(new FileInfo(Path.Combine(crashed, "queue.db-wal")).Length > 0);
            database.Run("ROLLBACK");
        }

        Assert.Equal(1, VersionOf(Path.Combine(crashed, "queue.db")));
        await using var store = MailStore.Open(new StoreOptions { Folder = crashed, MinimumFree = 0 }, clock);
        Assert.Equal(2, Assert.Single(await Mail.ListAsync(store)).Recipients.Count);
        Assert.Equal(3, VersionOf(Path.Combine(crashed, "queue.db")));
    }

    [Fact]
    public void A_newer_file_is_refused_with_its_name_and_left_as_it_is()
    {
        Make(Of("queue.db"), EarlierSchemas.QueueOne, 99, QueueRows);
        Make(Of("directory.db"), EarlierSchemas.DirectoryOne, 99, "");

        var queue = Assert.Throws<NewerSchemaException>(OpenStore);
        Assert.StartsWith(Of("queue.db") + " was written by a newer Gatepost (schema 99", queue.Message, StringComparison.Ordinal);
        Assert.Throws<NewerSchemaException>(() => DirectoryTables.Open(folder.Path));
        using (var looking = DirectoryTables.OpenReadOnly(folder.Path)!)
        {
            var refused = Assert.Throws<DirectoryUnavailableException>(() => looking.Read(reader => reader.FindDomain("host.example")));
            Assert.Contains("newer Gatepost", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(99, VersionOf(Of("queue.db")));
        using var database = Database.Open(Of("queue.db"), readOnly: true);
        Assert.Equal(2, database.Number("SELECT count(*) FROM recipient"));
    }

    [Fact]
    public void Who_only_looks_at_an_older_file_is_told_what_brings_it_up_to_date()
    {
        Make(Of("queue.db"), EarlierSchemas.QueueOne, 1, "");
        var refused = Assert.Throws<IOException>(() => Schema.OpenForReading(Of("queue.db")));
        Assert.Contains("start gatepost serve once", refused.Message, StringComparison.Ordinal);
    }

    private static List<string> TablesOf(string path)
    {
        using var database = Database.Open(path, readOnly: true);
        using var rows = database.PrepareApart("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name");
        var found = new List<string>();
        while (rows.Step())
            found.Add($"{rows.Text(0)} {rows.Text(1)} {Plain(rows.Text(2))}");
        return found;
    }

    /// <summary>Without comments and blanks, which are not part of a table.</summary>
    private static string Plain(string sql) =>
        string.Concat(sql.Split('\n').Select(line => line.Split("--")[0])).Replace(" ", "", StringComparison.Ordinal);
}
