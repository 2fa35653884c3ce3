using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class QuotaTests
{
    private readonly FakeTimeProvider time = new(TestDirectory.Start);

    [Fact]
    public async Task A_quota_frees_after_sixty_minutes_and_not_a_minute_sooner()
    {
        var book = Book(new PolicyOptions { RecipientsPerDomainAndHour = 3, Replies = ReplyStyle.Modern });
        for (int i = 0; i < 3; i++)
            Assert.True((await SendAsync(book, "ann@host.example", $"x{i}@partner.example")).Passes);

        var fourth = await SendAsync(book, "bob@host.example", "y@partner.example");
        Assert.Equal("domain-quota-exceeded", fourth.Rule);
        Assert.StartsWith(
            "450 4.7.1 <y@partner.example>: Recipient address rejected: Hourly domain sending quota exceeded (3 of 3 in 60 minutes, free "
            + "again at 13:00 UTC) [G-", fourth.Reply!.ToString());

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.False((await SendAsync(book, "bob@host.example", "y@partner.example")).Passes);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await SendAsync(book, "bob@host.example", "y@partner.example")).Passes);
    }

    [Fact]
    public async Task The_user_hears_of_the_users_limit_first_and_another_user_of_the_domains()
    {
        var book = Book(new PolicyOptions { RecipientsPerUserAndHour = 2, RecipientsPerDomainAndHour = 3 });
        await SendAsync(book, "ann@host.example", "a@partner.example");
        await SendAsync(book, "ann@host.example", "b@partner.example");

        Assert.StartsWith("550 5.4.6 <c@partner.example>: Recipient address rejected: Hourly sending quota exceeded (2 of 2 in 60 minutes",
            (await SendAsync(book, "ann@host.example", "c@partner.example")).Reply!.ToString());
        Assert.True((await SendAsync(book, "bob@host.example", "d@partner.example")).Passes);
        Assert.StartsWith(
            "550 5.4.5 <e@partner.example>: Recipient address rejected: Hourly domain sending quota exceeded (3 of 3 in 60 minutes",
            (await SendAsync(book, "bob@host.example", "e@partner.example")).Reply!.ToString());
        Assert.Equal(1, await UsedAsync(book, Counted.UserRecipients, "bob@host.example"));
    }

    [Fact]
    public async Task Rejected_and_repeated_recipients_do_not_count()
    {
        var book = Book(new PolicyOptions { RecipientsPerUserAndHour = 2 });
        var visit = new RuleSession(book, role: ListenerRole.Submission, user: "ann@host.example");
        for (int i = 0; i < 5; i++)
            Assert.False((await visit.RcptAsync("nobody@host.example")).Passes);
        for (int i = 0; i < 5; i++)
            Assert.True((await visit.RcptAsync("bob@host.example")).Passes);

        Assert.Equal(1, await UsedAsync(book, Counted.UserRecipients, "ann@host.example"));
    }

    [Fact]
    public async Task A_mailbox_receives_only_so_much_an_hour_and_another_is_unaffected()
    {
        var book = Book(new PolicyOptions { ReceivedPerMailboxAndHour = 2 });
        for (int i = 0; i < 2; i++)
            Assert.True((await new RuleSession(book).RcptAsync("ann+x@host.example")).Passes);

        Assert.StartsWith(
            "450 4.7.1 <ann@host.example>: Recipient address rejected: Policy Rejection- Quota Exceeded (2 of 2 in 60 minutes, free "
            + "again at 13:00 UTC)", (await new RuleSession(book).RcptAsync("ann@host.example")).Reply!.ToString());
        Assert.True((await new RuleSession(book).RcptAsync("bob@host.example")).Passes);
        time.Advance(TimeSpan.FromMinutes(60));
        Assert.True((await new RuleSession(book).RcptAsync("ann@host.example")).Passes);
    }

    [Fact]
    public async Task Fifty_sessions_together_get_exactly_the_limit_and_others_are_not_slowed()
    {
        var book = Book(new PolicyOptions { RecipientsPerUserAndHour = 137, RecipientsPerDomainAndHour = 10_000 });
        var sessions = Enumerable.Range(0, 50).Select(session => Task.Run(async () =>
        {
            int accepted = 0;
            for (int i = 0; i < 20; i++)
                accepted += (await SendAsync(book, "ann@host.example", $"x{session}-{i}@partner.example")).Passes ? 1 : 0;
            return accepted;
        }));

        Assert.Equal(137, (await Task.WhenAll(sessions)).Sum());
        Assert.True((await SendAsync(book, "bob@host.example", "y@partner.example")).Passes);
        Assert.Equal(138, await UsedAsync(book, Counted.DomainRecipients, "host.example"));
    }

    [Fact]
    public async Task A_restart_forgets_nothing()
    {
        var log = new MemoryLog();
        var before = new SlidingCounters(log, TestDirectory.Start);
        var claim = new Claim(new CounterKey(Counted.UserRecipients, "ann@host.example"), 2, 10, TimeSpan.FromMinutes(60));
        await before.TakeAsync([claim], TestDirectory.Start, TestContext.Current.CancellationToken);
        await before.TakeAsync([claim], TestDirectory.Start.AddMinutes(30), TestContext.Current.CancellationToken);

        var after = new SlidingCounters(log, TestDirectory.Start.AddMinutes(31));

        Assert.Equal(4, (await after.PeekAsync(claim, TestDirectory.Start.AddMinutes(31), TestContext.Current.CancellationToken)).Used);
        Assert.Equal(2, (await after.PeekAsync(claim, TestDirectory.Start.AddMinutes(60), TestContext.Current.CancellationToken)).Used);
    }

    [Fact]
    public async Task All_claims_are_taken_or_none()
    {
        var counters = new SlidingCounters();
        Claim Of(Counted what, int limit) => new(new CounterKey(what, "x"), 1, limit, TimeSpan.FromMinutes(60));
        Claim[] claims = [Of(Counted.UserRecipients, 5), Of(Counted.DomainRecipients, 1)];

        Assert.Equal(-1, (await counters.TakeAsync(claims, TestDirectory.Start, TestContext.Current.CancellationToken)).Refused);
        Assert.Equal(1, (await counters.TakeAsync(claims, TestDirectory.Start, TestContext.Current.CancellationToken)).Refused);
        Assert.Equal(1, (await counters.PeekAsync(claims[0], TestDirectory.Start, TestContext.Current.CancellationToken)).Used);
    }

    /// <summary>Random waits and amounts against the plainest possible count: what was taken within the last hour, one by one.</summary>
    [Property(MaxTest = 200)]
    public Property At_any_moment_the_window_holds_what_a_plain_count_holds() =>
        Prop.ForAll(
            Gen.Zip(Gen.Choose(1, 12), Gen.Zip(Gen.Choose(0, 1_200), Gen.Choose(1, 3)).ListOf()).ToArbitrary(),
            story =>
            {
                var (limit, steps) = story;
                var counters = new SlidingCounters();
                var taken = new List<(DateTimeOffset At, int Amount)>();
                var now = TestDirectory.Start;
                foreach (var (wait, amount) in steps)
                {
                    now += TimeSpan.FromSeconds(wait);
                    var claim = new Claim(new CounterKey(Counted.UserRecipients, "ann"), amount, limit, TimeSpan.FromMinutes(60));
                    int used = taken.Where(one => one.At > now.AddMinutes(-60)).Sum(one => one.Amount);
                    var (refused, usage) = counters.TakeAsync([claim], now, CancellationToken.None).AsTask().Result;
                    bool fits = used + amount <= limit;
                    if (fits != (refused < 0) || (!fits && usage.Used != used))
                        return false;
                    if (fits)
                        taken.Add((now, amount));
                    else if (
                        usage.FreeAt is { } free && (!Fits(taken, free, amount, limit) || Fits(taken, free.AddTicks(-1), amount, limit)))
                        return false;
                }

                return true;
            });

    [Property(MaxTest = 50)]
    public Property Whatever_the_interleaving_no_limit_is_passed_and_none_is_left_unused() =>
        Prop.ForAll(Gen.Zip(Gen.Choose(0, 40), Gen.Choose(0, 60)).ToArbitrary(), limits =>
        {
            var (user, domain) = limits;
            var counters = new SlidingCounters();
            Claim[] Of(string name) =>
            [
                new(new CounterKey(Counted.UserRecipients, name), 1, user, TimeSpan.FromMinutes(60)),
                new(new CounterKey(Counted.DomainRecipients, "x"), 1, domain, TimeSpan.FromMinutes(60)),
            ];
            int[] accepted = new int[3];
            Parallel.For(0, 150, i =>
            {
                if (counters.TakeAsync(Of($"user{i % 3}"), TestDirectory.Start, CancellationToken.None).AsTask().Result.Refused < 0)
                    Interlocked.Increment(ref accepted[i % 3]);
            });
            return accepted.All(count => count <= Math.Min(user, 50)) && accepted.Sum() == Math.Min(domain, 3 * Math.Min(user, 50));
        });

    /// <summary>
    /// 50 sessions at once write to as many recipients as they can; somewhere in between the server is killed and another takes over from
    /// what was kept.
    /// </summary>
    [Property(MaxTest = 30)]
    public Property Fifty_sessions_and_a_restart_in_the_middle_get_exactly_the_limit() =>
        Prop.ForAll(Gen.Zip(Gen.Choose(1, 400), Gen.Choose(0, 500)).ToArbitrary(), story =>
        {
            var (limit, before) = story;
            var log = new MemoryLog();
            var options = new PolicyOptions { RecipientsPerUserAndHour = limit };
            int accepted = 0, asked = 0;
            void Run(int until)
            {
                var book = new RuleEngine(options, TestDirectory.Directory(),
                    TestDirectory.Parts(time: time, counters: new SlidingCounters(log, time.GetUtcNow())), new Random(1));
                Parallel.For(0, 50, session =>
                {
                    while (Interlocked.Increment(ref asked) is var number && number <= until)
                    {
                        if (SendAsync(book, "ann@host.example", $"x{session}-{number}@partner.example").GetAwaiter().GetResult().Passes)
                            Interlocked.Increment(ref accepted);
                    }
                });
            }

            Run(before);
            asked = before;
            time.Advance(TimeSpan.FromMinutes(59));
            Run(before + 500);
            bool exact = accepted == limit;
            time.Advance(TimeSpan.FromMinutes(2));
            asked = 0;
            Run(500);
            time.Advance(TimeSpan.FromHours(2));
            // Two minutes later the first 59 minutes' recipients are free again, and no more.
            return exact && accepted == limit + Math.Min(before, limit);
        });

    [Fact]
    public void A_window_with_more_instants_than_it_keeps_never_frees_too_early()
    {
        var window = new SlidingWindow { Window = TimeSpan.FromMinutes(60) };
        int total = SlidingWindow.MaxInstants + 500;
        for (int i = 0; i < total; i++)
            window.Add(TestDirectory.Start.AddMilliseconds(i), 1);

        window.Slide(TestDirectory.Start.AddMinutes(60).AddMilliseconds(total - 1));
        Assert.True(window.Used > 0);
        window.Slide(TestDirectory.Start.AddMinutes(60).AddSeconds(6));
        Assert.Equal(0, window.Used);
    }

    private static bool Fits(List<(DateTimeOffset At, int Amount)> taken, DateTimeOffset when, int amount, int limit) =>
        taken.Where(one => one.At > when.AddMinutes(-60)).Sum(one => one.Amount) + amount <= limit;

    private RuleEngine Book(PolicyOptions options) =>
        new(options, TestDirectory.Directory(), TestDirectory.Parts(time: time), new Random(1));

    private static async Task<Verdict> SendAsync(RuleEngine book, string user, string recipient) =>
        await new RuleSession(book, role: ListenerRole.Submission, user: user).RcptAsync(recipient);

    private async Task<int> UsedAsync(RuleEngine book, Counted what, string whose) =>
        (
            await book.Parts.Counters.PeekAsync(new Claim(new CounterKey(what, whose), 1, int.MaxValue, TimeSpan.FromMinutes(60)),
                time.GetUtcNow(), TestContext.Current.CancellationToken)).Used;

    private sealed class MemoryLog : ICounterLog
    {
        private readonly List<CounterEntry> kept = [];

        public Task KeepAsync(IReadOnlyList<CounterEntry> taken)
        {
            lock (kept)
                kept.AddRange(taken);
            return Task.CompletedTask;
        }

        public IEnumerable<CounterEntry> Load(DateTimeOffset now) => kept.Where(entry => entry.At > now - entry.Window);
    }
}
