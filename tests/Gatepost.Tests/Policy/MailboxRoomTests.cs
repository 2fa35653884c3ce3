using Gatepost.Files;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>Real Maildirs before the rules: what RCPT, the end of the data and delivery say of the room in them.</summary>
public sealed class MailboxRoomTests : IDisposable
{
    private const string TooFull = "452 4.2.2 <ann@host.example>: Recipient address rejected: mailbox is full [G-";
    private const string TooSmall = "552 5.2.2 <ann@host.example>: Message rejected: mailbox has no room for its 4014 octets [G-";

    /// <summary>4,014 octets.</summary>
    private static readonly string Letter = "Subject: x\n\n" + new string('x', 3998) + "\n";

    private readonly Folder folder = new();
    private readonly FakeTimeProvider time = new(TestDirectory.Start);
    private readonly MailboxUsages mailboxes;

    public MailboxRoomTests() => mailboxes = new MailboxUsages(time);

    private string Box => Path.Combine(folder.Path, "ann");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0S,1C\n10 1\n", TooFull)]
    [InlineData("0S,2C\n10 1\n", null)]
    [InlineData("1000S,9C\n1000 1\n", TooFull)]
    [InlineData("1000S\n10 1\n", null)]
    [InlineData("nonsense\n10 1\n", null)]
    public async Task The_limits_that_a_mailbox_names_itself_hold_at_RCPT(string maildirsize, string? reply)
    {
        MakeBox();
        File.WriteAllText(Path.Combine(Box, "cur", "1.a,S=1000:2,S"), "");
        File.WriteAllText(Path.Combine(Box, "maildirsize"), maildirsize);

        var verdict = await Session(quota: null).RcptAsync("ann@host.example");

        Assert.Equal(reply is null, verdict.Passes);
        if (reply is not null)
            Assert.StartsWith(reply, verdict.Reply!.ToString());
    }

    [Fact]
    public async Task A_mailbox_that_was_tidied_up_has_room_immediately_when_its_file_went_too()
    {
        MakeBox();
        File.WriteAllText(Path.Combine(Box, "cur", "1.a,S=5000:2,S"), "");
        Assert.StartsWith(TooFull, (await Session(quota: 5000).RcptAsync("ann@host.example")).Reply!.ToString());

        File.Delete(Path.Combine(Box, "cur", "1.a,S=5000:2,S"));
        File.Delete(Path.Combine(Box, "maildirsize"));
        Assert.True((await Session(quota: 5000).RcptAsync("ann@host.example")).Passes);
    }

    [Fact]
    public async Task A_message_without_SIZE_is_measured_when_it_is_complete()
    {
        MakeBox();
        var session = Session(quota: 5000);
        Assert.True((await session.RcptAsync("ann@host.example")).Passes);

        Assert.StartsWith(
            TooSmall, (await session.MessageAsync(Letter + Letter)).Reply!.ToString().Replace("8028", "4014", StringComparison.Ordinal));
        Assert.True((await session.MessageAsync("Subject: x\n\nshort\n")).Passes);
    }

    [Fact]
    public async Task One_mailbox_without_room_does_not_keep_a_message_from_the_others()
    {
        MakeBox();
        var session = Session(quota: 3000);
        Assert.True((await session.RcptAsync("ann@host.example")).Passes);
        Assert.True((await session.RcptAsync("bob@host.example")).Passes);

        Assert.True((await session.MessageAsync(Letter)).Passes);

        // That one message overran the quota; the next one is refused, whoever else it is for.
        Assert.StartsWith(TooFull, (await Session(quota: 3000).RcptAsync("ann@host.example")).Reply!.ToString());
    }

    [Fact]
    public async Task A_mailbox_that_fills_up_between_RCPT_and_the_data_makes_the_client_come_back()
    {
        MakeBox();
        var early = Session(quota: 6000);
        Assert.True((await early.RcptAsync("ann@host.example")).Passes);
        Assert.True((await early.RcptAsync("bob@host.example")).Passes);
        await DeliverAsync("Q0", 6000);

        Assert.StartsWith("452 4.2.2 <ann@host.example>: Message deferred: mailbox has become full [G-", (await early.MessageAsync(Letter))
            .Reply!.ToString());
    }

    [Fact]
    public async Task A_burst_fills_a_mailbox_to_its_quota_and_no_further_and_RCPT_sees_it_immediately()
    {
        MakeBox();
        var policy = Rules(quota: 26_000);
        var sessions = Enumerable.Range(0, 40).Select(_ => new RuleSession(policy)).ToList();
        foreach (var session in sessions)
            Assert.True((await session.RcptAsync("ann@host.example")).Passes);

        var verdicts = await Task.WhenAll(
            sessions.Select((session, i) => Task.Run(async () => await session.MessageAsync(Letter, Cancel, $"Q{i}"))));

        // 4,014 octets and what is written above each: five fit into 26,000.
        Assert.Equal(5, verdicts.Count(verdict => verdict.Passes));
        Assert.Equal(35, verdicts.Count(verdict => verdict.Reply?.ToString().StartsWith(TooSmall, StringComparison.Ordinal) == true));
        foreach (int accepted in Enumerable.Range(0, 40).Where(i => verdicts[i].Passes))
            await DeliverAsync($"Q{accepted}", 4500);
        var state = await mailboxes.Of(Box).MeasureAsync(26_000, Cancel);
        Assert.Equal((5 * 4500, 5), (state!.Octets, state.Messages));
    }

    [Fact]
    public async Task Deliveries_at_the_same_time_are_all_counted_and_a_count_meanwhile_counts_none_twice()
    {
        MakeBox();
        var usage = mailboxes.Of(Box);
        var deliveries = Enumerable.Range(0, 50).Select(i => Task.Run(() => DeliverAsync($"Q{i}", 100))).ToList();
        var measures = Enumerable.Range(0, 10).Select(_ => Task.Run(async () => await usage.MeasureAsync(1, Cancel))).ToList();
        await Task.WhenAll([.. deliveries, .. measures]);

        Assert.Equal(5000, (await usage.MeasureAsync(1, Cancel))!.Octets);
        Assert.Equal((5000, 50), new MaildirFolder(Box).Count());
    }

    [Fact]
    public async Task A_delivery_that_is_not_durable_is_taken_back_and_room_of_a_refused_message_comes_free()
    {
        MakeBox();
        var usage = mailboxes.Of(Box);
        await DeliverAsync("Q1", 100);
        await usage.MeasureAsync(1, Cancel);
        usage.Undo("Q1", 100, () => File.Delete(Path.Combine(Box, "new", "Q1,S=100")));
        usage.Release("Q1");
        Assert.Equal(0, (await usage.MeasureAsync(1000, Cancel))!.Octets);

        await usage.ReserveAsync("Q2", 700, 1000, _ => true, Cancel);
        Assert.Equal(700, (await usage.MeasureAsync(1000, Cancel))!.Octets);
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(0, (await usage.MeasureAsync(1000, Cancel))!.Octets);
    }

    public void Dispose() => folder.Dispose();

    private void MakeBox() => new MaildirFolder(Box).Make();

    private Task DeliverAsync(string id, long octets)
    {
        var usage = mailboxes.Of(Box);
        Assert.Null(usage.FindRoom(id, octets));
        usage.Put(id, octets, () => File.WriteAllText(Path.Combine(Box, "new", $"{id},S={octets}"), ""));
        return Task.CompletedTask;
    }

    private RuleSession Session(long? quota) => new(Rules(quota));

    private RuleEngine Rules(long? quota)
    {
        var ann = TestDirectory.Account("ann@host.example") with { Quota = quota, Destination = TestDirectory.Maildir(Box) };
        var directory = TestDirectory.Directory([], ann, TestDirectory.Account("bob@host.example"));
        return new RuleEngine(new PolicyOptions { Replies = ReplyStyle.Modern }, directory,
            TestDirectory.Parts(new MaildirSizes(mailboxes), time: time), new Random(1));
    }
}
