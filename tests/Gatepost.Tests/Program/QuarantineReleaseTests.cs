using System.Text;
using Gatepost.Composition;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Quarantine;
using Gatepost.Storage.Settings;
using Gatepost.Tests.Policy;
using Gatepost.Tests.Smtp;
using Gatepost.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>Each recipient gets a message from quarantine once, whatever is released again and whenever the server stops.</summary>
public sealed class QuarantineReleaseTests : IAsyncDisposable
{
    private readonly Folder folder = new();
    private readonly FakeTimeProvider time = new(TestDirectory.Start);
    private readonly MemoryJournal journal = new();
    private IDirectory directory = TestDirectory.Directory([], TestDirectory.Account("ann@host.example"));
    private MailStore store;
    private QuarantineStore quarantine;

    public QuarantineReleaseTests() => (store, quarantine) = Open();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        quarantine.Dispose();
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_recipient_that_is_gone_keeps_the_message_and_gets_it_alone_once_it_is_back()
    {
        await KeepAsync("Q1", "ann@host.example", "bob@host.example");
        var first = await Control().ReleaseAsync("Q1", Cancel);
        Assert.True(first.Done);
        Assert.Contains("released to ann@host.example", first.Told.ToString(), StringComparison.Ordinal);
        Assert.Contains("bob@host.example", first.Told.ToString(), StringComparison.Ordinal);
        Assert.Equal(["ann@host.example"], await QueuedAsync());

        var second = await Control().ReleaseAsync("Q1", Cancel);
        Assert.False(second.Done);
        Assert.Equal(["ann@host.example"], await QueuedAsync());

        directory = TestDirectory.Directory([], TestDirectory.Account("ann@host.example"), TestDirectory.Account("bob@host.example"));
        Assert.True((await Control().ReleaseAsync("Q1", Cancel)).Done);
        Assert.Equal(["ann@host.example", "bob@host.example"], await QueuedAsync());
        Assert.Equal(0, quarantine.Messages);
        Assert.Empty(store.ReleasedTo("Q1"));
    }

    [Fact]
    public async Task A_crash_after_the_commit_and_before_the_removal_does_not_deliver_twice()
    {
        await KeepAsync("Q1", "ann@host.example");
        var (message, octets) = (await quarantine.OpenAsync("Q1", Cancel))!.Value;
        await using (octets)
            Assert.True((await Release().ReleaseAsync(message, octets, Cancel)).ToAll);
        await RestartAsync();
        Assert.Equal(1, quarantine.Messages);

        var again = await Control().ReleaseAsync("Q1", Cancel);
        Assert.True(again.Done);
        Assert.Contains("before", again.Told.ToString(), StringComparison.Ordinal);
        Assert.Equal(["ann@host.example"], await QueuedAsync());
        Assert.Equal(0, quarantine.Messages);
    }

    [Fact]
    public async Task The_queue_itself_refuses_a_second_release_to_a_recipient()
    {
        var envelope = Mail.To(Mail.Partner, "bob@partner.example");
        Assert.Equal(StoreOutcome.Kept, (await CommitReleaseAsync(envelope)).Outcome);
        var second = await CommitReleaseAsync(envelope);
        Assert.Equal(StoreOutcome.Broken, second.Outcome);
        Assert.Contains("released", second.Cause, StringComparison.Ordinal);
        Assert.Equal(["bob@partner.example"], await QueuedAsync());
        Assert.Equal(StoreOutcome.Kept, store.Room(0));
    }

    private async Task<StoreResult> CommitReleaseAsync(Envelope envelope)
    {
        await using var draft = store.BeginRelease("Q1");
        await draft.WriteAsync("Subject: x\r\n\r\nbody\r\n"u8.ToArray(), Cancel);
        return await draft.CommitAsync(ReadOnlyMemory<byte>.Empty, envelope, null, Cancel);
    }

    private (MailStore Store, QuarantineStore Quarantine) Open() => (
        MailStore.Open(new StoreOptions { Folder = folder.Path, MinimumFree = 0 }, time),
        QuarantineStore.Open(folder.Path, time, _ => true));

    private async Task RestartAsync()
    {
        quarantine.Dispose();
        await store.DisposeAsync();
        (store, quarantine) = Open();
    }

    private QuarantineRelease Release() => new(store, () => directory, () => "mx.host.example", new QuarantineJournal(journal, time), time);

    private QuarantineControl Control() => new(quarantine, new QuarantineJournal(journal, time), Release());

    private async Task<List<string>> QueuedAsync() =>
        [.. (await Mail.ListAsync(store)).SelectMany(message => message.Recipients).Select(recipient => recipient.Address.ToString())
            .Order(StringComparer.Ordinal)];

    private async Task KeepAsync(string id, params string[] recipients)
    {
        await using var draft = store.Begin();
        await draft.WriteAsync(Encoding.ASCII.GetBytes("Subject: x\r\n\r\nbody\r\n"), Cancel);
        var message = new QuarantinedMessage
        {
            Id = id,
            At = time.GetUtcNow(),
            Rule = "virus-found",
            Why = OurEvidence.VirusFound.Say("clamav", "Eicar"),
            Facts = [],
            Size = draft.Length,
            Session = "S1",
            Role = ListenerRole.Mx,
            Client = "192.0.2.7:25",
            Helo = "mail.partner.example",
            Sender = "sue@partner.example",
            Recipients = [.. recipients.Select(address => new QuarantinedRecipient(address))],
        };
        Assert.Null(await quarantine.StoreAsync(message, draft, new QuarantineOptions(), Cancel));
    }
}
