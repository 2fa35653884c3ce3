using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage.Quarantine;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class QuarantineStoreTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("gatepost-quarantine-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task A_message_comes_back_octet_for_octet_with_all_that_is_known_of_it_also_after_a_restart()
    {
        var message = Described("Q1");
        byte[] octets = [.. Enumerable.Range(0, 100_000).Select(number => (byte)(number * 31))];
        using (var store = Open())
            Assert.Null(await store.StoreAsync(message, new OctetDraft(octets), new QuarantineOptions(), Cancel));

        using var again = Open();
        var (known, stream) = (await again.OpenAsync("Q1", Cancel))!.Value;
        await using (stream)
        {
            var read = new MemoryStream();
            await stream.CopyToAsync(read, Cancel);
            Assert.Equal(octets, read.ToArray());
        }

        Assert.Equivalent(message, known, strict: true);
        Assert.Single(await ListAsync(again));
        Assert.True(again.Remove("Q1"));
        Assert.False(again.Remove("Q1"));
        Assert.Null(await again.OpenAsync("Q1", Cancel));
        Assert.Empty(Directory.GetFiles(Path.Combine(data, "quarantine")));
        Assert.Equal((0, 0L), (again.Messages, again.Octets));
    }

    [Fact]
    public async Task The_oldest_refused_messages_make_room_and_taken_ones_never_do()
    {
        using var store = Open();
        var dropped = new List<string>();
        store.Dropped += (id, _) => dropped.Add(id);
        var options = new QuarantineOptions { MaxSize = 10_000 };
        Assert.Null(await KeepAsync(store, "Q1", 3_000, taken: true, options));
        Assert.Null(await KeepAsync(store, "Q2", 3_000, taken: false, options));
        Assert.Null(await KeepAsync(store, "Q3", 3_000, taken: true, options));
        Assert.Equal(["Q2"], dropped);
        Assert.Null(await KeepAsync(store, "Q4", 1_000, taken: false, options));

        var full = await KeepAsync(store, "Q5", 6_000, taken: true, options);
        Assert.Equal((StoreOutcome.Full, false), (full!.Outcome, full.ForGood));
        Assert.Equal(["Q3", "Q1"], (await ListAsync(store)).Select(message => message.Id));
        Assert.Equal(2, store.DroppedForRoom);
    }

    [Fact]
    public async Task Messages_go_when_their_time_is_over_and_are_counted()
    {
        using var store = Open();
        store.Use(new QuarantineOptions { MaxAge = TimeSpan.FromDays(2) });
        await KeepAsync(store, "Q1", 100, taken: true, new QuarantineOptions());
        time.Advance(TimeSpan.FromDays(1));
        await KeepAsync(store, "Q2", 100, taken: false, new QuarantineOptions());
        time.Advance(TimeSpan.FromDays(1.5));

        Assert.Equal(["Q2"], (await ListAsync(store)).Select(message => message.Id));
        Assert.Equal(1, store.DroppedForAge);
    }

    [Fact]
    public async Task Neither_too_large_a_message_nor_one_beyond_the_disk_is_kept()
    {
        using var store = Open();
        var large = await KeepAsync(store, "Q1", 2_000, taken: false, new QuarantineOptions { MaxMessage = 1_000 });
        Assert.True(large!.ForGood);

        using var full = QuarantineStore.Open(data, time, _ => false);
        Assert.Equal(StoreOutcome.Full, (await KeepAsync(full, "Q2", 10, taken: false, new QuarantineOptions()))!.Outcome);
        Assert.Empty(Directory.GetFiles(Path.Combine(data, "quarantine")));
    }

    [Fact]
    public async Task Files_that_are_broken_or_strange_harm_no_one()
    {
        using (var store = Open())
        {
            await KeepAsync(store, "Q1", 10, taken: false, new QuarantineOptions());
            await KeepAsync(store, "Q2", 10, taken: false, new QuarantineOptions());
        }

        string folder = Path.Combine(data, "quarantine");
        File.WriteAllText(Path.Combine(folder, "readme.txt"), "x");
        File.WriteAllText(Path.Combine(folder, "0-Q9-1-refused.mail.part"), "half");
        File.WriteAllText(Path.Combine(folder, "ffffffffffffffff-Q8-1-refused.mail"), "x");
        string broken = Directory.GetFiles(folder, "*-Q2-*").Single();
        File.WriteAllText(broken, "{\"id\":");

        using var again = Open();
        Assert.Equal(["Q1"], (await ListAsync(again)).Select(message => message.Id));
        Assert.False(File.Exists(Path.Combine(folder, "0-Q9-1-refused.mail.part")));
        Assert.Null(await again.OpenAsync("../queue.db", Cancel));
        Assert.True(again.Remove("Q2"));
    }

    [Fact]
    public async Task A_verdict_id_leads_to_its_message_without_a_look_into_the_others()
    {
        using (var store = Open())
        {
            Assert.Null(
                await store.StoreAsync(
                    Described("Q1") with { VerdictId = "G-AAAA1111" }, new OctetDraft([1]), new QuarantineOptions(), Cancel));
            Assert.Null(
                await store.StoreAsync(
                    Described("Q2") with { VerdictId = "G-BBBB2222" }, new OctetDraft([2]), new QuarantineOptions(), Cancel));
        }

        File.WriteAllText(Directory.GetFiles(Path.Combine(data, "quarantine"), "*-Q2-*").Single(), "broken");
        using var again = Open();
        var (known, stream) = (await again.OpenAsync("g-aaaa1111", Cancel))!.Value;
        await stream.DisposeAsync();
        Assert.Equal("Q1", known.Id);
        Assert.Null(await again.OpenAsync("G-CCCC3333", Cancel));
        Assert.True(again.Remove("Q1"));
        Assert.Null(await again.OpenAsync("G-AAAA1111", Cancel));
    }

    private QuarantineStore Open() => QuarantineStore.Open(data, time, _ => true);

    private ValueTask<QuarantineFailure?> KeepAsync(QuarantineStore store, string id, int size, bool taken, QuarantineOptions options) =>
        store.StoreAsync(Described(id) with { Reply = taken ? null : "550 no" }, new OctetDraft(new byte[size]), options, Cancel);

    private static async Task<List<QuarantinedMessage>> ListAsync(QuarantineStore store)
    {
        var all = new List<QuarantinedMessage>();
        await foreach (var message in store.ListAsync(Cancel))
            all.Add(message);
        return all;
    }

    private QuarantinedMessage Described(string id) => new()
    {
        Id = id,
        VerdictId = "G-7K3QX9PA",
        At = time.GetUtcNow(),
        Rule = "virus-found",
        Why = OurEvidence.VirusFound.Say("clamav", "\nEicar"),
        Facts = [OurFacts.Virus.Is("Eicar \"1\"\r\n\u001b[31m")],
        Reply = "551 5.7.1 no",
        Size = 100_000,
        Session = "S1",
        Role = ListenerRole.Mx,
        Client = "192.0.2.7:25",
        Helo = "mail.partner.example",
        Sender = "ann@partner.example",
        Recipients = [
            new QuarantinedRecipient("ann@host.example", DsnNotify.Failure, "rfc822;x"), new QuarantinedRecipient("böb@host.example")],
        SmtpUtf8 = true,
        Body = BodyType.EightBitMime,
        Fields = ["X-A: b\r\n"],
    };

    private sealed class OctetDraft(byte[] octets) : IMessageDraft
    {
        public string QueueId => "Q";

        public long Length => octets.Length;

        public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> more, CancellationToken cancel) => throw new NotSupportedException();

        public Stream OpenRead() => new MemoryStream(octets, writable: false);

        public ValueTask<StoreResult> CommitAsync(
            ReadOnlyMemory<byte> head, Envelope envelope, Session? session, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
