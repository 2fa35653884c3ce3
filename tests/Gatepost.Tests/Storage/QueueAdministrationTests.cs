using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

/// <summary>What administrators do with the queue.</summary>
public sealed class QueueAdministrationTests : IAsyncDisposable
{
    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly MailStore store;

    public QueueAdministrationTests() => store = MailStore.Open(new StoreOptions { Folder = folder.Path, MinimumFree = 0 }, clock);

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    private async Task<string> KeepAsync(string? sender, string recipient, Destination destination, LastReply? last = null)
    {
        var envelope = new Envelope { Sender = sender is null ? null : Mailbox.Parse(sender) };
        envelope.Recipients.Add(
            new EnvelopeRecipient(Mailbox.Parse(recipient)) { Routes = [new Route(Mailbox.Parse(recipient), destination)] });
        string id = (await Mail.KeepAsync(store, envelope, "x"u8.ToArray())).QueueId!;
        while (store.Arrivals.TryRead(out _))
        {
        }

        await store.SettleAsync(
            [new DeliveryOutcome { QueueId = id, Index = 0, Outcome = last is null ? Outcome.Untried
                : Outcome.Deferred, NextAttempt = clock.GetUtcNow().AddHours(1), Last = last }], [], default);
        return id;
    }

    private async Task FillAsync()
    {
        await KeepAsync("ann@host.example", "bob@partner.example", Mail.Partner);
        await KeepAsync("ann@host.example", "carol@100%.example".Replace("100%", "other"),
            new Destination(DestinationKind.SmtpHost, "relay.example:25"));
        await KeepAsync(
            null, "dave@partner.example", Mail.Partner, new LastReply("some-entry", 451, "4.7.1", "later", null, null, Stage.RcptTo));
    }

    public static TheoryData<QueueFilter, int> Filters => new()
    {
        { new QueueFilter(), 3 },
        { new QueueFilter { Sender = "ANN@host.example" }, 2 },
        { new QueueFilter { Sender = "@Host.Example" }, 2 },
        { new QueueFilter { Sender = "@ost.example" }, 0 },
        { new QueueFilter { Sender = "" }, 1 },
        { new QueueFilter { Recipient = "@partner.example" }, 2 },
        { new QueueFilter { Recipient = "bob@partner.example", Sender = "ann@host.example" }, 1 },
        { new QueueFilter { Recipient = "%" }, 0 },
        { new QueueFilter { Recipient = "@%" }, 0 },
        { new QueueFilter { Destination = "mx:partner.example" }, 2 },
        { new QueueFilter { Destination = "partner.example" }, 2 },
        { new QueueFilter { Destination = "relay.example" }, 1 },
        { new QueueFilter { Destination = "smtp:relay.example:25" }, 1 },
        { new QueueFilter { Reason = "some-entry" }, 1 },
        { new QueueFilter { State = RecipientState.Held }, 0 },
        { new QueueFilter { QueueId = "nothing" }, 0 },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_finds_what_it_says(QueueFilter filter, int expected)
    {
        await FillAsync();
        Assert.Equal(expected, (await Mail.ListAsync(store, filter)).Count);
    }

    [Fact]
    public async Task Held_mail_is_not_due_until_released_and_then_nudges()
    {
        await FillAsync();
        Assert.Equal(3, await store.HoldAsync(new QueueFilter(), default));
        Assert.Equal((3, 3, 3), store.Count());
        Assert.Empty((await store.DueAsync(clock.GetUtcNow().AddDays(1), 10, default)).Due);
        Assert.Empty(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow().AddDays(1), 10, default));

        Assert.Equal(2, await store.ReleaseAsync(new QueueFilter { Destination = "partner.example" }, default));
        await store.WokenAsync(default).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((3, 1, 3), store.Count());
        Assert.Equal(2, (await store.LeaseAsync(Mail.Partner, clock.GetUtcNow().AddDays(1), 10, default)).Count);
    }

    [Fact]
    public async Task Retry_makes_deferred_mail_due_now()
    {
        await FillAsync();
        Assert.Single(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default));
        Assert.Equal(1, await store.RetryAsync(new QueueFilter { Reason = "some-entry" }, default));
        Assert.Equal(
            Mail.Partner, Assert.Single((await store.DueAsync(clock.GetUtcNow(), 10, default)).Due, due => due.Destination == Mail.Partner)
            .Destination);
        Assert.Single(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default));
    }

    [Fact]
    public async Task Drop_never_touches_what_is_being_delivered()
    {
        await FillAsync();
        var leased = Assert.Single(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default));
        Assert.Equal(2, await store.DropAsync(new QueueFilter(), default));
        Assert.Equal(leased.QueueId, Assert.Single(await Mail.ListAsync(store)).QueueId);
        await store.SettleAsync([new DeliveryOutcome { QueueId = leased.QueueId, Index = 0, Outcome = Outcome.Untried }], [], default);
        Assert.Equal(1, await store.DropAsync(new QueueFilter(), default));
        Assert.Equal((0, 0, 0), store.Count());
    }

    [Fact]
    public async Task Matching_recipients_are_leased_once_whatever_their_state()
    {
        await FillAsync();
        await store.HoldAsync(new QueueFilter { Destination = "partner.example" }, default);
        Assert.Equal(3, (await store.LeaseMatchingAsync(new QueueFilter(), 10, default)).Count);
        Assert.Empty(await store.LeaseMatchingAsync(new QueueFilter(), 10, default));
    }

    [Fact]
    public async Task A_leased_recipient_is_held_once_its_attempt_ended_in_a_deferral()
    {
        string id = await KeepAsync("ann@host.example", "bob@partner.example", Mail.Partner);
        await store.LeaseAsync(Mail.Partner, clock.GetUtcNow(), 10, default);
        Assert.Equal(1, await store.HoldAsync(new QueueFilter { QueueId = id }, default));
        await store.SettleAsync(
            [new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Deferred, NextAttempt = clock.GetUtcNow() }], [], default);
        Assert.Empty(await store.LeaseAsync(Mail.Partner, clock.GetUtcNow().AddDays(1), 10, default));
        Assert.Equal(RecipientState.Held, Assert.Single(Assert.Single(await Mail.ListAsync(store)).Recipients).State);
    }

    [Fact]
    public async Task A_listing_longer_than_a_page_comes_complete_and_in_order()
    {
        for (int i = 0; i < 30; i++)
        {
            var envelope = Mail.To(Mail.Partner, [.. Enumerable.Range(0, 40).Select(number => $"user{number}@partner.example")]);
            await Mail.KeepAsync(store, envelope, "x"u8.ToArray());
        }

        var listed = await Mail.ListAsync(store);
        Assert.Equal(1200, listed.Sum(message => message.Recipients.Count));
        Assert.Equal(listed.Select(message => message.QueueId).Order(StringComparer.Ordinal), listed.Select(message => message.QueueId));
    }

    [Fact]
    public async Task A_reason_selects_by_what_anybody_said()
    {
        using var folder = new Folder();
        await using var store = MailStore.Open(new StoreOptions { Folder = folder.Path }, TimeProvider.System);
        string id = await Mail.KeptAsync(store, "bob@partner.example");
        await Mail.SkipArrivalsAsync(store);
        var said = ReplyDatabase.BuiltIn.Recognise(
            452, "4.2.2 The email account that you tried to reach is over quota.", "gmail-smtp-in.l.google.com");
        Assert.Equal("mailbox-full", said.Entry.Reason!.Word);
        await store.SettleAsync(
            [
                new DeliveryOutcome
                {
                    QueueId = id,
                    Index = 0,
                    Outcome = Outcome.Deferred,
                    NextAttempt = DateTimeOffset.UtcNow.AddHours(1),
                    Last = new LastReply(said.Entry.Id, said.Code, "4.2.2", said.Text, "gmail-smtp-in.l.google.com", null, Stage.RcptTo),
                    IsAttempt = false,
                },
            ],
            [], CancellationToken.None);
        var found = Assert.Single(await Mail.ListAsync(store, new QueueFilter { Reason = "mailbox-full" }));
        Assert.Equal(0, found.Recipients[0].Attempts);
        Assert.Empty(await Mail.ListAsync(store, new QueueFilter { Reason = "greylisted" }));
    }

    [Fact]
    public async Task After_a_clock_was_set_back_nothing_waits_longer_than_the_longest_wait()
    {
        using var folder = new Folder();
        await using var store = MailStore.Open(new StoreOptions { Folder = folder.Path }, TimeProvider.System);
        string id = await Mail.KeptAsync(store, "bob@partner.example");
        await Mail.SkipArrivalsAsync(store);
        var now = DateTimeOffset.UtcNow;
        await store.SettleAsync(
            [new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Deferred, NextAttempt = now.AddDays(30) }], [], default);
        Assert.Empty((await store.DueAsync(now, 10, CancellationToken.None)).Due);
        await store.LimitWaitsAsync(now, now.AddHours(2));
        Assert.Single((await store.DueAsync(now, 10, CancellationToken.None)).Due);
    }
}
