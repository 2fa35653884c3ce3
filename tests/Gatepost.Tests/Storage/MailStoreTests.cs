using System.Text;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class MailStoreTests : IAsyncDisposable
{
    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private MailStore store;

    public MailStoreTests() => store = Open();

    private MailStore Open() =>
        MailStore.Open(new StoreOptions { Folder = folder.Path, InlineLimit = 1000, SegmentSize = 1024 * 1024, MinimumFree = 0 }, clock);

    private async Task ReopenAsync()
    {
        await store.DisposeAsync();
        store = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(900)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(60_000)]
    [InlineData(255 * 1024)]
    [InlineData(256 * 1024)]
    [InlineData(3_000_000)]
    public async Task Octets_come_back_exactly_behind_their_head_also_after_a_restart(int length)
    {
        byte[] body = Mail.Octets(length);
        var kept = await Mail.KeepAsync(store, Mail.To(Mail.Partner, "bob@partner.example"), body);
        Assert.Equal(StoreOutcome.Kept, kept.Outcome);

        byte[] expected = [.. Encoding.ASCII.GetBytes("Received: by test\r\n"), .. body];
        Assert.Equal(expected, await Mail.BodyAsync(store, kept.QueueId!));
        await ReopenAsync();
        Assert.Equal(expected, await Mail.BodyAsync(store, kept.QueueId!));
    }

    [Theory]
    [InlineData(TlsRequest.None)]
    [InlineData(TlsRequest.Required)]
    [InlineData(TlsRequest.Optional)]
    public async Task What_the_sender_asks_of_TLS_outlives_a_restart(TlsRequest tls)
    {
        var envelope = Mail.To(Mail.Partner, "bob@partner.example");
        envelope.Tls = tls;
        await Mail.KeepAsync(store, envelope, Mail.Octets(500));
        await ReopenAsync();
        Assert.Equal(tls, Assert.Single(await Mail.ListAsync(store)).Tls);
    }

    [Fact]
    public async Task A_head_longer_than_the_room_before_the_body_is_kept_whole()
    {
        string head = "X-Long: " + new string('x', 5000) + "\r\n";
        var kept = await Mail.KeepAsync(store, Mail.To(Mail.Partner, "bob@partner.example"), "body"u8.ToArray(), head);
        Assert.Equal(head + "body", Encoding.ASCII.GetString(await Mail.BodyAsync(store, kept.QueueId!)));
    }

    [Fact]
    public async Task A_draft_can_be_read_before_its_commit_in_memory_and_in_a_file()
    {
        foreach (int length in new[] { 5000, 700_000 })
        {
            byte[] body = Mail.Octets(length);
            await using var draft = store.Begin();
            await draft.WriteAsync(body, default);
            Assert.Equal(length, draft.Length);
            var read = new MemoryStream();
            await draft.OpenRead().CopyToAsync(read);
            Assert.Equal(body, read.ToArray());
        }
    }

    [Fact]
    public async Task Readers_that_begin_at_the_same_time_find_the_same_octets_in_a_large_draft()
    {
        byte[] body = Mail.Octets(301_000);
        for (int round = 0; round < 20; round++)
        {
            await using var draft = store.Begin();
            await draft.WriteAsync(body.AsMemory(0, 300_000), default);
            await draft.WriteAsync(body.AsMemory(300_000), default);
            using var together = new Barrier(2);
            byte[][] read = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                together.SignalAndWait();
                var octets = new MemoryStream();
                await draft.OpenRead().CopyToAsync(octets);
                return octets.ToArray();
            })));
            Assert.All(read, octets => Assert.Equal(body, octets));
            Assert.Equal(body.Length, draft.Length);
        }
    }

    [Fact]
    public async Task A_draft_without_a_commit_leaves_nothing_behind()
    {
        await using (var draft = store.Begin())
            await draft.WriteAsync(Mail.Octets(700_000), default);

        Assert.Empty(await Mail.ListAsync(store));
        Assert.Empty(Directory.EnumerateFiles(System.IO.Path.Combine(folder.Path, "files"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task New_mail_arrives_leased_once_for_each_destination_with_its_octets_in_memory()
    {
        var other = new Destination(DestinationKind.Maildir, "/mail/carol");
        var envelope = Mail.To(Mail.Partner, "bob@partner.example", "dave@partner.example");
        envelope.Recipients.Add(
            new EnvelopeRecipient(
                Mailbox.Parse("carol@host.example"))
            { Routes = [new Route(Mailbox.Parse("carol@host.example"), other)] });
        var kept = await Mail.KeepAsync(store, envelope, "body\r\n"u8.ToArray(), "Received: x\r\n");

        Assert.True(store.Arrivals.TryRead(out var first));
        Assert.True(store.Arrivals.TryRead(out var second));
        Assert.False(store.Arrivals.TryRead(out _));
        Assert.Equal(kept.QueueId, first!.QueueId);
        Assert.Equal(["bob@partner.example", "dave@partner.example"], first.Recipients.Select(recipient => recipient.Address.ToString()));
        Assert.Equal(other, Assert.Single(second!.Recipients).Destination);
        Assert.Equal("Received: x\r\nbody\r\n", Encoding.ASCII.GetString(first.InMemory!.Value.Span));
        Assert.Empty((await store.DueAsync(clock.GetUtcNow(), 10, default)).Due);
        Assert.Empty(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default));
    }

    [Fact]
    public async Task A_restart_frees_all_leases()
    {
        string id = await Mail.KeptAsync(store);
        await ReopenAsync();

        var due = await store.DueAsync(clock.GetUtcNow(), 10, default);
        Assert.Equal(Mail.Partner, Assert.Single(due.Due).Destination);
        Assert.Equal(id, Assert.Single(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default)).QueueId);
        Assert.Empty(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default));
    }

    [Fact]
    public async Task A_delivered_message_is_gone_with_its_last_recipient_and_so_are_its_octets()
    {
        var kept = await Mail.KeepAsync(store, Mail.To(Mail.Partner, "bob@partner.example", "dave@partner.example"), Mail.Octets(500_000));
        string id = kept.QueueId!;

        await store.SettleAsync([new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Delivered }], [], default);
        Assert.Equal(1, Assert.Single(Assert.Single(await Mail.ListAsync(store)).Recipients).Index);
        await store.SettleAsync([new DeliveryOutcome { QueueId = id, Index = 1, Outcome = Outcome.Delivered }], [], default);

        Assert.Empty(await Mail.ListAsync(store));
        Assert.Equal((0, 0, 0), store.Count());
        await Assert.ThrowsAnyAsync<IOException>(() => Task.Run(() => store.OpenBody(id)));
        await ReopenAsync();
        Assert.Empty(Directory.EnumerateFiles(System.IO.Path.Combine(folder.Path, "files"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_deferral_is_kept_with_every_word_of_the_last_reply()
    {
        string id = await Mail.KeptAsync(store);
        var later = clock.GetUtcNow().AddMinutes(7);
        var last = new LastReply("greylisted", 451, "4.7.1", "come back\nlater", "mx.partner.example", "192.0.2.1", Stage.RcptTo);
        await store.SettleAsync(
            [new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Deferred, NextAttempt = later, Last = last,
                DelayNotified = true }], [], default);

        await ReopenAsync();
        var recipient = Assert.Single(Assert.Single(await Mail.ListAsync(store)).Recipients);
        Assert.Equal((1, later, true, last), (recipient.Attempts, recipient.NextAttempt, recipient.DelayNotified, recipient.Last));
        Assert.Equal(clock.GetUtcNow(), recipient.LastAttempt);

        var due = await store.DueAsync(clock.GetUtcNow(), 10, default);
        Assert.Empty(due.Due);
        Assert.Equal(later, due.Next);
        Assert.Empty(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default));
        Assert.Single(await store.LeaseAsync(Mail.Partner, later, 10, default));
    }

    [Fact]
    public async Task A_bounce_enters_the_queue_in_the_commit_that_removes_what_failed()
    {
        string id = await Mail.KeptAsync(store);
        var envelope = new Envelope { Sender = null };
        envelope.Recipients.Add(
            new EnvelopeRecipient(Mailbox.Parse("ann@host.example"))
            {
                Routes = [
                new Route(Mailbox.Parse("ann@host.example"), new Destination(DestinationKind.Maildir, "/mail/ann"))]
            });
        var ids = await store.SettleAsync([new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Failed }],
            [new Notice(envelope, "Subject: failed\r\n"u8.ToArray(), id)], default);

        var message = Assert.Single(await Mail.ListAsync(store));
        Assert.Equal(Assert.Single(ids), message.QueueId);
        Assert.Null(message.Sender);
        Assert.Equal("Subject: failed\r\n", Encoding.ASCII.GetString(await Mail.BodyAsync(store, message.QueueId)));
        Assert.Equal((1, 0, 1), store.Count());
    }

    [Fact]
    public async Task What_does_not_fit_the_arrivals_is_found_in_the_queue_after_a_nudge()
    {
        await store.DisposeAsync();
        store = MailStore.Open(new StoreOptions { Folder = folder.Path, ArrivalsCapacity = 1, MinimumFree = 0 }, clock);
        string first = await Mail.KeptAsync(store), second = await Mail.KeptAsync(store);

        await store.WokenAsync(default).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(store.Arrivals.TryRead(out var arrived));
        Assert.Equal(first, arrived!.QueueId);
        Assert.Equal(second, Assert.Single(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default)).QueueId);
    }

    [Fact]
    public async Task A_second_server_on_the_folder_is_told_who_has_it()
    {
        var refused = Assert.Throws<DataFolderInUseException>(Open);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        await ReopenAsync();
    }

    [Fact]
    public async Task All_arrival_facts_and_DSN_parameters_survive()
    {
        var envelope = new Envelope
        {
            Sender = Mailbox.Parse("\"a b\"@host.example"),
            Body = BodyType.BinaryMime,
            SmtpUtf8 = true,
            Return = DsnReturn.Headers,
            EnvelopeId = "QQ+2B314159"
        };
        envelope.Recipients.Add(new EnvelopeRecipient(Mailbox.Parse("почта@пример.example"))
        {
            Notify = DsnNotify.Success | DsnNotify.Delay,
            OriginalRecipient = "rfc822;x+40y",
            Routes = [new Route(Mailbox.Parse("bob@partner.example"), Mail.Partner)],
        });
        var session = new Session
        {
            Id = "S1",
            Role = ListenerRole.Submission,
            Client = new(System.Net.IPAddress.Parse("2001:db8::7"), 4000),
            Local = new(System.Net.IPAddress.Loopback, 587),
            HostName = "mx.host.example",
            User = "ann",
        };
        await using (var draft = store.Begin())
            await draft.CommitAsync("A: b\r\n"u8.ToArray(), envelope, session, default);

        await ReopenAsync();
        var message = Assert.Single(await Mail.ListAsync(store));
        Assert.Equal((envelope.Sender, envelope.Body, true, envelope.Return, envelope.EnvelopeId),
            (message.Sender, message.Body, message.SmtpUtf8, message.Return, message.EnvelopeId));
        Assert.Equal(("S1", "ann", "2001:db8::7", clock.GetUtcNow(), 6L),
            (message.Session, message.User, message.ClientAddress, message.Arrived, message.Size));
        var recipient = Assert.Single(message.Recipients);
        Assert.Equal(("bob@partner.example", "почта@пример.example", "rfc822;x+40y", DsnNotify.Success | DsnNotify.Delay),
            (recipient.Address.ToString(), recipient.Accepted.ToString(), recipient.OriginalRecipient, recipient.Notify));
    }
}
