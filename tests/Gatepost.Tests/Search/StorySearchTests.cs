using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Storage.Journal;
using Gatepost.Storage.Search;
using Gatepost.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Search;

/// <summary>A small day of mail, and every word that leads to it.</summary>
public sealed class StorySearchTests : IAsyncDisposable
{
    private static readonly SearchWords Words = new(new SearchNames(["no-such-user"], ["recipient-unknown"], ["mailbox-unknown"]));

    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private JournalStore journal;

    public StorySearchTests() => journal = JournalStore.Open(Options, clock);

    private JournalOptions Options => new() { Folder = folder.Path, FileSize = 64 * 1024, MaxSize = 1024 * 1024, MinimumFree = 0 };

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        folder.Dispose();
    }

    private void Record(JournalEvent happened)
    {
        clock.Advance(TimeSpan.FromMilliseconds(5));
        journal.Record(happened with { At = clock.GetUtcNow() });
    }

    private static JournalEvent Event(
        JournalKind kind, string session, string peer = "192.0.2.7", string? helo = "client.partner.example") =>
        new() { Kind = kind, At = default, Session = session, Peer = IPAddress.Parse(peer), PeerName = helo };

    private void Deliver(string session, string queueId, string sender, string recipient, JournalKind end = JournalKind.Delivered)
    {
        Record(Event(JournalKind.Connected, session));
        Record(Event(JournalKind.Reply, session) with
        {
            Stage = Stage.MailFrom,
            Command = $"MAIL FROM:<{sender}>",
            Reply = ProtocolReplies.Ok.Say(),
            Sender = sender,
        });
        Record(Event(JournalKind.Accepted, session) with
        {
            QueueId = queueId,
            Sender = sender,
            Recipient = recipient,
            MessageId = $"{queueId}.1@client.example",
            ReverseName = "out.sending.example",
            Login = "ann",
        });
        Record(Event(JournalKind.Closed, session));
        Record(Event(end, "A0000000000" + session, "2001:db8:5:6::25", "mx.far.example") with
        {
            QueueId = queueId,
            Outbound = true,
            Sender = sender,
            Recipient = recipient,
            Reply = end == JournalKind.Failed ? RecipientReplies.RecipientUnknown.Say(("recipient", recipient)) : ProtocolReplies.Ok.Say(),
        });
    }

    private void Refuse(string session, string recipient)
    {
        Record(Event(JournalKind.Connected, session, "203.0.113.99", "liar"));
        Record(Event(JournalKind.Verdict, session, "203.0.113.99", "liar") with
        {
            Stage = Stage.RcptTo,
            Sender = "spam@bad.example",
            Recipient = recipient,
            Rule = "no-such-user",
            VerdictId = "G-ABCDEFGH",
            Reply = RecipientReplies.RecipientUnknown.Say(("recipient", recipient)),
        });
        Record(Event(JournalKind.Closed, session, "203.0.113.99", "liar"));
    }

    private void FailLogin(string session) => Record(Event(JournalKind.Verdict, session, "198.51.100.4", "phone") with
    {
        Stage = Stage.Authenticate,
        Sender = "carol@host.example",
        Login = "carol@host.example",
        VerdictId = "G-LOGIN123",
        Rule = "login",
        Reply = SubmissionReplies.WrongPassword.Say(),
    });

    private async Task DayAsync()
    {
        Deliver("S-1", "3C9X0A1B2D41", "ann@host.example", "bob@partner.example");
        Refuse("S-2", "nobody@host.example");
        FailLogin("S-3");
        // A block holds what was written together, never an hour.
        await journal.FlushAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromHours(1));
        Deliver("S-4", "3C9X0A1B2D42", "ann@host.example", "gone@far.example", JournalKind.Failed);
    }

    private async Task<SearchPage> FindAsync(string words, string? cursor = null, int limit = 20)
    {
        var read = Words.Read(words, clock.GetUtcNow(), TimeZoneInfo.Utc);
        Assert.Empty(read.Problems);
        return await StorySearch.In(journal, clock).SearchAsync(read.Query with { Limit = limit, Cursor = cursor }, CancellationToken.None);
    }

    private static string Ids(SearchPage page) => string.Join(' ', page.Stories.Select(story => story.Id));

    [Theory]
    [InlineData("ann@host.example", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("from:ann@host.example", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("to:ann@host.example", "")]
    [InlineData("bob@partner.example", "3C9X0A1B2D41")]
    [InlineData("@far.example", "3C9X0A1B2D42")]
    [InlineData("far.example", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("192.0.2.7", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("203.0.113.0/24", "S-2")]
    [InlineData("203.0.112.0/22", "S-2")]
    [InlineData("203.0.113.96/29", "S-2")]
    [InlineData("203.0.113.104/29", "")]
    [InlineData("203.0.0.0/12", "S-2")]
    [InlineData("192.0.0.0/4", "3C9X0A1B2D42 S-3 S-2 3C9X0A1B2D41")]
    [InlineData("2001:db8:5:6::/64", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("2001:db8::/31", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("2001:db8:5:7::/64", "")]
    [InlineData("host:liar", "S-2")]
    [InlineData("host:sending.example", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("host:ending.example", "")]
    [InlineData("mx.far.example", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("login:ann", "3C9X0A1B2D42 3C9X0A1B2D41")]
    [InlineData("login:carol@host.example", "S-3")]
    [InlineData("carol@host.example", "S-3")]
    [InlineData("3c9xoaib2d41", "3C9X0A1B2D41")]
    [InlineData("G-ABCDEFGH", "S-2")]
    [InlineData("<3C9X0A1B2D41.1@client.example>", "3C9X0A1B2D41")]
    [InlineData("no-such-user", "S-2")]
    [InlineData("recipient-unknown", "3C9X0A1B2D42 S-2")]
    [InlineData("mailbox-unknown", "3C9X0A1B2D42 S-2")]
    [InlineData("550 5.1.1", "3C9X0A1B2D42 S-2")]
    [InlineData("outcome:bounced", "3C9X0A1B2D42")]
    [InlineData("outcome:delivered", "3C9X0A1B2D41")]
    [InlineData("outcome:accepted", "")]
    [InlineData("outcome:refused", "S-3 S-2")]
    [InlineData("liar", "S-2")]
    [InlineData("text:ody@hos", "S-2")]
    [InlineData("ann@host.example mx.far.example mailbox-unknown", "3C9X0A1B2D42")]
    [InlineData("ann@host.example 203.0.113.99", "")]
    [InlineData("12:00..12:30", "S-3 S-2 3C9X0A1B2D41")]
    [InlineData("ann@host.example 12:00..12:30", "3C9X0A1B2D41")]
    [InlineData("since 13:00", "3C9X0A1B2D42")]
    [InlineData("yesterday", "")]
    public async Task Every_word_finds_its_stories_newest_first(string words, string expected)
    {
        await DayAsync();
        var page = await FindAsync(words);
        Assert.Equal(expected, Ids(page));
        Assert.Null(page.Cursor);
        // The same from closed files, by a reader beside.
        await journal.DisposeAsync();
        var read = Words.Read(words, clock.GetUtcNow(), TimeZoneInfo.Utc).Query;
        Assert.Equal(expected, Ids(await StorySearch.ReadOnly(Options, clock).SearchAsync(read, CancellationToken.None)));
    }

    [Fact]
    public async Task A_story_has_all_its_hops_and_says_how_it_ended()
    {
        await DayAsync();
        var story = Assert.Single((await FindAsync("gone@far.example")).Stories);
        Assert.Equal(5, story.Events.Count);
        Assert.Equal(StoryOutcome.Bounced, story.Outcome);
        Assert.Equal("mailbox-unknown", story.Decided!.Reason);
        Assert.Equal(("ann@host.example", "gone@far.example"), (story.Sender, Assert.Single(story.Recipients).Address));
        Assert.Equal(("3C9X0A1B2D42.1@client.example", "ann", "S-4"), (story.MessageId, story.Login, story.Session));

        var refused = Assert.Single((await FindAsync("G-ABCDEFGH")).Stories);
        Assert.Equal((StoryOutcome.Refused, "no-such-user"), (refused.Outcome, refused.Decided!.Rule));
        Assert.Equal(StoryOutcome.Refused, Assert.Single(refused.Recipients).Outcome);
    }

    [Fact]
    public async Task Pages_have_every_story_once_also_while_mail_comes_in()
    {
        for (int i = 0; i < 200; i++)
            Deliver($"S-{i}", (300_000_000_000 + i).ToString(System.Globalization.CultureInfo.InvariantCulture), "ann@host.example",
                $"r{i}@partner.example");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await FindAsync("ann@host.example", cursor, 7);
            seen.AddRange(page.Stories.Select(story => story.Id));
            cursor = page.Cursor;
            Deliver($"S-9{seen.Count}", $"39999999{seen.Count:0000}", "ann@host.example", "late@partner.example");
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 200).Reverse().Select(i => $"{300_000_000_000 + i}"), seen);
    }

    [Fact]
    public async Task A_cursor_of_another_query_is_rejected()
    {
        await DayAsync();
        string cursor = (await FindAsync("ann@host.example", limit: 1)).Cursor!;
        await Assert.ThrowsAsync<FormatException>(() => FindAsync("bob@partner.example", cursor));
        foreach (string bad in new[] { "", "x", new string('A', 5000), "\u001b[31m" })
            await Assert.ThrowsAsync<FormatException>(() => FindAsync("ann@host.example", bad));
    }

    [Fact]
    public async Task A_session_with_two_messages_and_a_refusal_is_three_stories()
    {
        Deliver("S-1", "3C9X0A1B2D41", "ann@host.example", "bob@partner.example");
        Deliver("S-1", "3C9X0A1B2D42", "eve@host.example", "bob@partner.example");
        Record(Event(JournalKind.Reply, "S-1") with
        {
            Stage = Stage.MailFrom,
            Command = "MAIL FROM:<x@bad.example>",
            Sender = "x@bad.example",
            Reply = SenderReplies.SenderDomainNotFound.Say(("sender", "x@bad.example"), ("domain", "bad.example")),
            VerdictId = "G-00000001",
        });

        Assert.Equal("3C9X0A1B2D41", Ids(await FindAsync("ann@host.example")));
        Assert.Equal("S-1", Ids(await FindAsync("x@bad.example")));
        Assert.DoesNotContain(
            Assert.Single((await FindAsync("ann@host.example")).Stories).Events, one =>
                one.Sender is "eve@host.example" or "x@bad.example");
        Assert.Equal(3, (await FindAsync("192.0.2.7")).Stories.Count);
    }

    [Fact]
    public async Task A_file_that_was_never_closed_and_a_damaged_index_lose_nothing()
    {
        await DayAsync();
        await journal.FlushAsync(CancellationToken.None);
        string copy = Directory.CreateDirectory(Path.Combine(folder.Path, "crashed", "journal")).FullName;
        foreach (string file in Directory.GetFiles(Options.Files, "*.events"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var crashed = Options with { Folder = Path.Combine(folder.Path, "crashed") };
        var read = Words.Read("ann@host.example", clock.GetUtcNow(), TimeZoneInfo.Utc).Query;
        Assert.Equal(2, (await StorySearch.ReadOnly(crashed, clock).SearchAsync(read, CancellationToken.None)).Stories.Count);

        await File.WriteAllTextAsync(Path.Combine(copy, "00000001.index"), "damaged");
        Assert.Equal(2, (await StorySearch.ReadOnly(crashed, clock).SearchAsync(read, CancellationToken.None)).Stories.Count);

        // Half a block at the end, as a power cut leaves it.
        string events = Path.Combine(copy, "00000001.events");
        byte[] whole = await File.ReadAllBytesAsync(events);
        await File.WriteAllBytesAsync(events, [.. whole, .. whole[..60]]);
        Assert.Equal(2, (await StorySearch.ReadOnly(crashed, clock).SearchAsync(read, CancellationToken.None)).Stories.Count);
    }

    [Fact]
    public async Task Files_that_retention_removes_between_pages_end_the_search()
    {
        for (int i = 0; i < 50; i++)
            Deliver($"S-{i}", (300_000_000_000 + i).ToString(System.Globalization.CultureInfo.InvariantCulture), "ann@host.example",
                "b@c.example");
        string cursor = (await FindAsync("ann@host.example", limit: 5)).Cursor!;
        await journal.DisposeAsync();
        foreach (string file in Directory.GetFiles(Options.Files))
            File.Delete(file);
        var read = Words.Read("ann@host.example", clock.GetUtcNow(), TimeZoneInfo.Utc).Query with { Cursor = cursor };
        var page = await StorySearch.ReadOnly(Options, clock).SearchAsync(read, CancellationToken.None);
        Assert.Empty(page.Stories);
        Assert.Null(page.Cursor);
        journal = JournalStore.Open(Options, clock);
    }

    [Fact]
    public async Task A_page_that_used_up_its_time_says_how_far_it_looked_and_goes_on()
    {
        for (int i = 0; i < 30; i++)
            Deliver($"S-{i}", (300_000_000_000 + i).ToString(System.Globalization.CultureInfo.InvariantCulture), "ann@host.example",
                "b@c.example");
        // Each look at this clock takes a second, so every page may do one step.
        var slow = new FakeTimeProvider(clock.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        var query = Words.Read("ann@host.example outcome:delivered", clock.GetUtcNow(), TimeZoneInfo.Utc).Query;
        var found = new List<string>();
        int pages = 0;
        SearchPage page;
        do
        {
            page = await StorySearch.In(journal, slow).SearchAsync(query, CancellationToken.None);
            found.AddRange(page.Stories.Select(story => story.Id));
            Assert.True(page.Cursor is null || page.LookedBackTo is not null);
            query = query with { Cursor = page.Cursor };
        }
        while (page.Cursor is not null && ++pages < 1000);

        Assert.True(pages > 5);
        Assert.Equal(30, found.Distinct().Count());
        Assert.Equal(30, found.Count);
    }
}
