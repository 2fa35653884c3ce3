using System.Net;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class ExpiringMapTests
{
    private static readonly DateTimeOffset Now = TestDirectory.Start;

    [Fact]
    public void An_entry_is_found_until_it_expires()
    {
        var map = new ExpiringMap<string, int>(10);
        map.Set("a", 1, Now, Now.AddMinutes(1));

        Assert.True(map.TryGet("a", Now.AddSeconds(59), out int value));
        Assert.Equal(1, value);
        Assert.False(map.TryGet("a", Now.AddMinutes(1), out _));
        Assert.Empty(map.Values(Now.AddMinutes(1)));
    }

    [Fact]
    public void A_full_map_drops_the_entry_set_longest_ago_and_keeps_what_was_set_again()
    {
        var map = new ExpiringMap<int, int>(3);
        for (int i = 0; i < 3; i++)
            map.Set(i, i, Now, Now.AddHours(1));
        map.Set(0, 100, Now, Now.AddHours(1));
        map.Set(3, 3, Now, Now.AddHours(1));

        Assert.Equal([3, 3, 2, 100], new[] { map.Count }.Concat(
            map.Values(Now).OrderBy(value => value == 100 ? 9 : 0).ThenByDescending(value => value)));
    }

    [Fact]
    public void It_stays_within_its_bound_whatever_is_set()
    {
        var random = new Random(1);
        var map = new ExpiringMap<int, int>(50);
        for (int i = 0; i < 20_000; i++)
        {
            map.Set(random.Next(80), i, Now.AddSeconds(i), Now.AddSeconds(i + random.Next(1, 200)));
            Assert.InRange(map.Count, 1, 50);
        }
    }

    [Fact]
    public async Task A_flood_of_new_senders_empties_no_greylist_of_those_who_came_back()
    {
        var greylist = new Greylist(most: 100);
        var cancel = TestContext.Current.CancellationToken;
        await greylist.FirstSeenAsync("192.0.2.7/32", "ann@partner.example", "ann@host.example", Now, cancel);
        await greylist.FirstSeenAsync("192.0.2.7/32", "ann@partner.example", "ann@host.example", Now.AddMinutes(6), cancel);
        for (int i = 0; i < 10_000; i++)
            await greylist.FirstSeenAsync("203.0.113.9/32", $"x{i}@spam.example", "ann@host.example", Now.AddMinutes(7), cancel);

        Assert.Equal(
            Now, await greylist.FirstSeenAsync("192.0.2.7/32", "ann@partner.example", "ann@host.example", Now.AddHours(1), cancel));
        Assert.Null(await greylist.FindAsync("203.0.113.9/32", "x0@spam.example", "ann@host.example", Now.AddHours(1), cancel));
    }

    [Fact]
    public async Task A_clock_set_back_freezes_no_counter_and_no_block()
    {
        var counters = new SlidingCounters();
        var cancel = TestContext.Current.CancellationToken;
        var claim = new Claim(new CounterKey(Counted.UserRecipients, "ann@host.example"), 1, 1, TimeSpan.FromHours(1));
        await counters.TakeAsync([claim], Now, cancel);
        var back = Now.AddDays(-2);

        Assert.Equal(1, (await counters.PeekAsync(claim, back, cancel)).Used);
        Assert.Equal(0, (await counters.PeekAsync(claim, back.AddHours(1), cancel)).Used);

        var blocks = new TemporaryBlocks();
        var client = IPAddress.Parse("192.0.2.7");
        await blocks.AddAsync(client, "too-many-connections-in-time", Now, Now.AddMinutes(10), OurEvidence.MessageTooBig.Say());
        Assert.NotNull(blocks.Find(client, "too-many-connections-in-time", Now.AddMinutes(5)));
        Assert.Null(blocks.Find(client, "too-many-connections-in-time", back));
    }
}
