using System.Net;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Storage.Journal;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class JournalStoreTests : IAsyncDisposable
{
    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private JournalStore journal;

    public JournalStoreTests() => journal = JournalStore.Open(Options, clock);

    private JournalOptions Options => new() { Folder = folder.Path, FileSize = 64 * 1024, MaxSize = 1024 * 1024, MinimumFree = 0 };

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        folder.Dispose();
    }

    private async Task ReopenAsync()
    {
        await journal.DisposeAsync();
        journal = JournalStore.Open(Options, clock);
    }

    private JournalEvent Event(
        JournalKind kind, string session, string? command = null, Reply? reply = null, string? queueId = null, string? sender = null,
        string? recipient = null, Stage? stage = null, bool outbound = false, string? verdict = null, string peer = "192.0.2.7")
    {
        clock.Advance(TimeSpan.FromMilliseconds(3));
        return new JournalEvent
        {
            Kind = kind,
            At = clock.GetUtcNow(),
            Session = session,
            Command = command,
            Reply = reply,
            QueueId = queueId,
            Sender = sender,
            Recipient = recipient,
            Stage = stage,
            Outbound = outbound,
            VerdictId = verdict,
            Peer = IPAddress.Parse(peer),
        };
    }

    private void Converse(string session, string queueId, string recipient)
    {
        journal.Record(
            Event(JournalKind.Reply, session, "MAIL FROM:<ann@host.example>", ProtocolReplies.Ok.Say(), sender: "ann@host.example",
                stage: Stage.MailFrom));
        journal.Record(
            Event(JournalKind.Reply, session, $"RCPT TO:<{recipient}>", ProtocolReplies.Ok.Say(), sender: "ann@host.example",
                recipient: recipient, stage: Stage.RcptTo));
        journal.Record(Event(JournalKind.Accepted, session, queueId: queueId, sender: "ann@host.example"));
    }

    private void TwoMessagesInOneSession()
    {
        journal.Record(Event(JournalKind.Connected, "S1"));
        Converse("S1", "000000000001", "bob@partner.example");
        Converse("S1", "000000000002", "carol@elsewhere.example");
        journal.Record(Event(JournalKind.Closed, "S1"));
        journal.Record(
            Event(JournalKind.Reply, "A1", "MAIL FROM:<ann@host.example>", ProtocolReplies.Ok.Say(), "000000000001", outbound: true,
                peer: "198.51.100.1"));
        journal.Record(
            Event(JournalKind.Delivered, "A1", queueId: "000000000001", recipient: "bob@partner.example", outbound: true,
                peer: "198.51.100.1"));
        journal.Record(Event(JournalKind.Connected, "S2", peer: "203.0.113.9"));
    }

    private async Task<List<JournalEvent>> FindAsync(string key, long after = 0, int max = 1000) =>
        [.. await journal.FindAsync(key, after, max, default)];

    [Fact]
    public async Task A_queue_id_tells_its_own_transaction_its_attempts_and_nothing_of_its_neighbour()
    {
        TwoMessagesInOneSession();
        var story = await FindAsync("000000000001");
        Assert.Equal(
            [JournalKind.Connected, JournalKind.Reply, JournalKind.Reply, JournalKind.Accepted, JournalKind.Closed, JournalKind.Reply,
                JournalKind.Delivered],
            story.Select(record => record.Kind));
        Assert.DoesNotContain(story, record => record.Recipient == "carol@elsewhere.example");
        Assert.Equal(story.OrderBy(record => record.Position), story);
    }

    [Fact]
    public async Task Events_that_share_their_strings_come_back_each_with_its_own()
    {
        string address = "ann@host.example", other = "bob@host.example";
        var one =
            Event(
                JournalKind.Verdict, "S1", sender: address, recipient: other,
                verdict: "G-1") with
            {
                Rule = address,
                Facts =
                        [
                            .. Enumerable.Range(0, 12)
                            .Select(number => Fact.Read($"name {number % 9}", number % 2 == 0 ? address : $"value {number}"))]
            };
        var two =
            one with
            {
                Sender = other,
                Recipient = address,
                Rule = null,
                Facts = [.. one.Facts.Reverse()],
                VerdictId = "G-2",
                Detail = Finding.Read("G-1")
            };
        var three =
            one with { Session = "S2", Peer = IPAddress.Parse("203.0.113.9"), PeerName = address, Facts = [], Reply = ProtocolReplies.Ok.Say() };
        foreach (var happened in (JournalEvent[])[one, two, three, one])
            journal.Record(happened);

        var story = (await FindAsync("S1")).Concat(await FindAsync("S2")).OrderBy(record => record.Position).ToList();
        Assert.Equal(4, story.Count);
        foreach (var (written, read) in ((JournalEvent[])[one, two, three, one]).Zip(story))
        {
            Assert.Equal(
                (written.Session, written.Sender, written.Recipient, written.Rule, written.VerdictId, written.Detail, written.PeerName),
                (read.Session, read.Sender, read.Recipient, read.Rule, read.VerdictId, read.Detail, read.PeerName));
            Assert.Equal(written.Facts, read.Facts);
        }

        Assert.Equal(2, (await FindAsync("203.0.113.9")).Count(record => record.Session == "S2")
            + (await FindAsync("G-2")).Count(record => record.VerdictId == "G-2"));
    }

    [Theory]
    [InlineData("bob@partner.example")]
    [InlineData("BOB@Partner.Example")]
    [InlineData("@partner.example")]
    [InlineData("<bob@partner.example>")]
    public async Task An_address_or_a_domain_finds_the_whole_life_of_its_messages(string key)
    {
        TwoMessagesInOneSession();
        var story = await FindAsync(key);
        Assert.Contains(story, record => record.Kind == JournalKind.Accepted && record.QueueId == "000000000001");
        Assert.Contains(story, record => record.Kind == JournalKind.Delivered);
        Assert.DoesNotContain(story, record => record.QueueId == "000000000002");
    }

    [Fact]
    public async Task A_client_address_finds_its_sessions_and_their_deliveries_but_not_other_clients()
    {
        TwoMessagesInOneSession();
        Assert.Equal(10, (await FindAsync("192.0.2.7")).Count);
        Assert.Equal(10, (await FindAsync("::ffff:192.0.2.7")).Count);
        Assert.Equal("S2", Assert.Single(await FindAsync("203.0.113.9")).Session);
        Assert.Empty(await FindAsync("203.0.113.99"));
    }

    [Fact]
    public async Task A_verdict_id_finds_the_refused_conversation()
    {
        journal.Record(Event(JournalKind.Connected, "S1"));
        journal.Record(Event(JournalKind.Reply, "S1", "MAIL FROM:<ann@host.example>", ProtocolReplies.Ok.Say(), stage: Stage.MailFrom));
        journal.Record(Event(JournalKind.Verdict, "S1", verdict: "G-ABCDEFGH", recipient: "nobody@host.example", stage: Stage.RcptTo));
        Assert.Equal(3, (await FindAsync("g-abcdefgh")).Count);
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_was_also_after_a_restart()
    {
        var written = new JournalEvent
        {
            Kind = JournalKind.Deferred,
            At = clock.GetUtcNow(),
            Session = "A9",
            QueueId = "000000000009",
            Outbound = true,
            Peer = IPAddress.Parse("2001:db8::1"),
            PeerName = "mx.partner.example",
            Stage = Stage.RcptTo,
            Command = "RCPT TO:<боб@пример.example>",
            Reply = ReplyDatabase.BuiltIn.Recognise(451, "4.7.1 come back\nlater"),
            Sender = "",
            Recipient = "боб@пример.example",
            Rule = "some-rule",
            VerdictId = "G-1",
            Facts = [Fact.Read("answer", "none"), OurFacts.Limit.Is(10), OurFacts.WouldPass.Is(OurEvidence.PassAnswer.Say())],
            NextAttempt = clock.GetUtcNow().AddMinutes(9),
            Size = 123_456_789_012,
            Detail = OurEvidence.ReverseName.Say(IPAddress.Loopback, "a word"),
        };
        journal.Record(written);
        await ReopenAsync();

        var read = Assert.Single(await FindAsync("A9"));
        Assert.Equal(
            (written.Kind, written.At, written.Session, written.QueueId, true, written.Peer, written.PeerName, Stage.RcptTo,
                written.Command),
            (read.Kind, read.At, read.Session!, read.QueueId!, read.Outbound, read.Peer!, read.PeerName!, read.Stage!.Value,
                read.Command!));
        Assert.Equal(
            (written.Reply.Entry.Id, 451, "4.7.1", written.Reply.Text), (read.Entry!, read.Code!.Value, read.Status!, read.Text!));
        Assert.Equal(
            (written.Sender, written.Recipient, written.Rule, written.VerdictId, written.NextAttempt, written.Size, written.Detail),
            (read.Sender, read.Recipient, read.Rule, read.VerdictId, read.NextAttempt, read.Size, read.Detail));
        Assert.Equal(written.Facts, read.Facts);
    }

    [Fact]
    public async Task Following_gets_only_what_is_new()
    {
        TwoMessagesInOneSession();
        var before = await FindAsync("000000000002");
        journal.Record(Event(JournalKind.Delivered, "A2", queueId: "000000000002", outbound: true));
        var news = Assert.Single(await FindAsync("000000000002", before[^1].Position));
        Assert.Equal(JournalKind.Delivered, news.Kind);
    }

    [Fact]
    public async Task A_reader_beside_the_server_finds_what_is_written_in_open_and_closed_files()
    {
        for (int i = 0; i < 3000; i++)
            journal.Record(Event(JournalKind.Connected, $"S{i}", peer: $"10.0.{i / 250}.{i % 250}"));
        await journal.FlushAsync(default);

        Assert.True(Directory.EnumerateFiles(System.IO.Path.Combine(folder.Path, "journal"), "*.index").Any());
        var reader = JournalStore.OpenReadOnly(Options);
        foreach (string session in new[] { "S0", "S1500", "S2999" })
            Assert.Equal(session, Assert.Single(await reader.FindAsync(session, 0, 10, default)).Session);
    }

    [Fact]
    public async Task Old_files_go_when_they_are_too_old_or_too_much()
    {
        for (int i = 0; i < 3000; i++)
            journal.Record(Event(JournalKind.Connected, $"S{i}"));
        await journal.FlushAsync(default);
        clock.Advance(TimeSpan.FromDays(30));
        await ReopenAsync();
        journal.Record(Event(JournalKind.Connected, "new"));

        Assert.Empty(await FindAsync("S0"));
        Assert.Single(await FindAsync("new"));
    }

    [Fact]
    public async Task A_torn_last_block_costs_nothing_but_itself()
    {
        journal.Record(Event(JournalKind.Connected, "S1"));
        await journal.DisposeAsync();
        string file = Directory.EnumerateFiles(System.IO.Path.Combine(folder.Path, "journal"), "*.events").Single();
        File.Delete(System.IO.Path.ChangeExtension(file, ".index"));
        await using (var stream = new FileStream(file, FileMode.Append))
            stream.Write("GPj1 and then the power went"u8);

        journal = JournalStore.Open(Options, clock);
        journal.Record(Event(JournalKind.Connected, "S2"));
        Assert.Single(await FindAsync("S1"));
        Assert.True((await FindAsync("S2"))[0].Position > (await FindAsync("S1"))[0].Position);
    }

    [Fact]
    public async Task What_cannot_be_written_is_dropped_counted_and_reported_until_it_can_be_again()
    {
        await journal.DisposeAsync();
        File.WriteAllText(System.IO.Path.Combine(folder.Path, "journal.file"), "");
        Directory.Delete(System.IO.Path.Combine(folder.Path, "journal"), recursive: true);
        File.Move(System.IO.Path.Combine(folder.Path, "journal.file"), System.IO.Path.Combine(folder.Path, "journal"));
        journal = JournalStore.Open(Options, clock);
        journal.Record(Event(JournalKind.Connected, "lost"));
        await journal.FlushAsync(default);
        Assert.Equal(1, journal.Dropped);
        var reported = new List<string?>();
        journal.Watch(reported.Add);
        Assert.NotNull(Assert.Single(reported));

        File.Delete(System.IO.Path.Combine(folder.Path, "journal"));
        Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, "journal"));
        clock.Advance(TimeSpan.FromMinutes(1));
        journal.Record(Event(JournalKind.Connected, "kept"));
        Assert.Single(await FindAsync("kept"));
        Assert.Equal(2, reported.Count);
        Assert.Null(reported[1]);
    }

    [Fact]
    public async Task A_span_of_time_holds_what_happened_in_it_and_nothing_else()
    {
        var start = clock.GetUtcNow();
        for (int i = 0; i < 300; i++)
        {
            clock.SetUtcNow(start.AddSeconds(i));
            journal.Record(Event(JournalKind.Connected, $"S{i}"));
            if (i % 20 == 0)
                await journal.FlushAsync(TestContext.Current.CancellationToken);
            if (i == 150)
                await ReopenAsync();
        }

        foreach (var reader in (IJournalReader[])[journal, JournalStore.OpenReadOnly(Options)])
        {
            await journal.FlushAsync(TestContext.Current.CancellationToken);
            var found = await reader.FindBetweenAsync(
                start.AddSeconds(100), start.AddSeconds(200), 0, 1000, TestContext.Current.CancellationToken);
            Assert.Equal(Enumerable.Range(100, 100).Select(i => $"S{i}"), found.Select(record => record.Session!));
            var page = await reader.FindBetweenAsync(
                start.AddSeconds(100), start.AddSeconds(200), found[9].Position, 5, TestContext.Current.CancellationToken);
            Assert.Equal(["S110", "S111", "S112", "S113", "S114"], page.Select(record => record.Session!));
            Assert.Equal(
                300, (
                    await reader.FindBetweenAsync(
                        DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, 0, 1000, TestContext.Current.CancellationToken)).Count);
        }
    }
}
