using System.Text;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Gatepost.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

/// <summary>Nothing that was acknowledged is lost in silence when a file is damaged.</summary>
public sealed class DamageTests
{
    [Theory]
    [InlineData(300)]
    [InlineData(300_000)]
    public async Task A_flipped_bit_in_a_body_is_found_when_it_is_read(int size)
    {
        using var folder = new Folder();
        string id;
        await using (var store = Open(folder))
            id = await KeepAsync(store, size);
        if (size > 256 * 1024)
            FlipIn(Directory.EnumerateFiles(In(folder, "files"), "*.eml", SearchOption.AllDirectories).Single(), size / 2);
        else
            FlipText(In(folder, "queue.db"), Filler);

        await using var again = Open(folder);
        var failure = await Assert.ThrowsAsync<IOException>(async () =>
        {
            await using var body = again.OpenBody(id);
            await body.CopyToAsync(Stream.Null);
        });
        Assert.Contains("damaged", failure.Message);
        Assert.Contains(size > 256 * 1024 ? ".eml" : "queue.db", failure.Message);
    }

    [Fact]
    public async Task A_body_that_is_too_short_names_its_file()
    {
        using var folder = new Folder();
        string id;
        await using (var store = Open(folder))
            id = await KeepAsync(store, 300_000);
        string file = Directory.EnumerateFiles(In(folder, "files"), "*.eml", SearchOption.AllDirectories).Single();
        using (var body = File.OpenWrite(file))
            body.SetLength(1000);

        await using var again = Open(folder);
        var failure = Assert.Throws<IOException>(() => again.OpenBody(id));
        Assert.Contains(file, failure.Message);
        Assert.Contains("1000 octets", failure.Message);
    }

    [Fact]
    public async Task After_a_stop_in_order_the_queue_is_whole_without_its_log()
    {
        using var folder = new Folder();
        await using (var store = Open(folder))
        {
            for (int i = 0; i < 20; i++)
                await KeepAsync(store, 300);
        }

        Assert.True(!File.Exists(In(folder, "queue.db-wal")) || new FileInfo(In(folder, "queue.db-wal")).Length == 0);
        await using var again = Open(folder);
        Assert.Empty(again.Damage);
        Assert.True(again.WasStopped);
        Assert.Equal(20, (await Mail.ListAsync(again)).Count);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_log_is_found_at_the_start_and_nothing_is_removed()
    {
        using var folder = new Folder();
        using var copy = new Folder();
        await using (var store = Open(folder))
        {
            for (int i = 0; i < 30; i++)
                await KeepAsync(store, i % 10 == 0 ? 300_000 : 300);
            Copy(folder, copy);
        }

        FlipIn(In(copy, "queue.db-wal"), (int)(new FileInfo(In(copy, "queue.db-wal")).Length / 3));
        Assert.True(WriteAheadLog.LostCommits(In(copy, "queue.db-wal")) > 1);
        await using (var again = Open(copy))
        {
            Assert.Contains("queue.db-wal is damaged", Assert.Single(again.Damage));
            Assert.False(again.WasStopped);
        }

        Assert.True(File.Exists(Path.Combine(In(copy, "aside"), "queue.db-wal")));
        int kept = Directory.EnumerateFiles(In(copy, "files"), "*.eml", SearchOption.AllDirectories).Count()
            + Directory.EnumerateFiles(In(copy, "aside"), "*.eml").Count();
        Assert.Equal(3, kept);
    }

    [Fact]
    public async Task A_missing_log_and_a_missing_database_are_found_at_the_start()
    {
        using var folder = new Folder();
        using var noLog = new Folder();
        using var noDatabase = new Folder();
        await using (var store = Open(folder))
        {
            await KeepAsync(store, 300_000);
            Copy(folder, noLog);
            Copy(folder, noDatabase);
        }

        File.Delete(In(noLog, "queue.db-wal"));
        await using (var again = Open(noLog))
            Assert.Contains("queue.db-wal is missing", again.Damage[0]);
        File.Delete(In(noDatabase, "queue.db-wal"));
        File.Delete(In(noDatabase, "queue.db"));
        await using (var again = Open(noDatabase))
        {
            Assert.Contains("queue.db is missing or empty", again.Damage[0]);
            string aside = In(noDatabase, "aside");
            for (int i = 0; i < 400 && !Directory.Exists(aside); i++)
                await Task.Delay(5);
        }

        Assert.Single(Directory.EnumerateFiles(In(noDatabase, "aside"), "*.eml"));
    }

    [Fact]
    public async Task A_crash_is_no_damage()
    {
        using var folder = new Folder();
        using var copy = new Folder();
        await using (var store = Open(folder))
        {
            for (int i = 0; i < 10; i++)
                await KeepAsync(store, 300);
            Copy(folder, copy);
        }

        await using var again = Open(copy);
        Assert.Empty(again.Damage);
        Assert.False(again.WasStopped);
        Assert.Equal(10, (await Mail.ListAsync(again)).Count);
    }

    [Fact]
    public async Task The_journal_tells_which_accepted_messages_are_gone()
    {
        using var folder = new Folder();
        await using var store = Open(folder);
        string here = await KeepAsync(store, 300);
        var at = DateTimeOffset.UnixEpoch.AddDays(1);
        var journal = new ListedJournal(
            Happened(JournalKind.Accepted, here, at), Happened(JournalKind.Accepted, "GONE00000001", at),
            Happened(JournalKind.Accepted, "SENT00000001", at), Happened(JournalKind.Delivered, "SENT00000001", at));
        Assert.Equal(["GONE00000001"], await QueueAudit.MissingAsync(journal, store, at, at.AddDays(1), CancellationToken.None));
    }

    private const string Filler = "filler filler filler filler";

    private static MailStore Open(Folder folder) => MailStore.Open(new StoreOptions { Folder = folder.Path }, new FakeTimeProvider());

    private static string In(Folder folder, string name) => Path.Combine(folder.Path, name);

    private static async Task<string> KeepAsync(MailStore store, int size)
    {
        byte[] body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Filler + "\r\n", 1 + (size / Filler.Length))));
        return (await Mail.KeepAsync(store, Mail.To(Mail.Partner, "bob@partner.example"), body)).QueueId!;
    }

    /// <summary>As the disk is after a kill: whatever the server has written by now.</summary>
    private static void Copy(Folder from, Folder to)
    {
        foreach (string file in Directory.EnumerateFiles(from.Path, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to.Path, Path.GetRelativePath(from.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Path.GetFileName(file) != "lock")
                File.Copy(file, copy);
        }
    }

    private static JournalEvent Happened(JournalKind kind, string id, DateTimeOffset at) =>
        new() { Kind = kind, At = at, QueueId = id };

    private static void FlipIn(string path, int at)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = at;
        int octet = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(octet ^ 4));
    }

    private static void FlipText(string path, string text)
    {
        int at = File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        Assert.True(at > 0);
        FlipIn(path, at + 3);
    }

    private sealed class ListedJournal(params JournalEvent[] records) : IJournalReader
    {
        public ValueTask<IReadOnlyList<JournalEvent>> FindAsync(string key, long after, int max, CancellationToken cancel) => new([]);

        public ValueTask<IReadOnlyList<JournalEvent>> FindBetweenAsync(
            DateTimeOffset since, DateTimeOffset until, long after, int max, CancellationToken cancel) => new(records);
    }
}
