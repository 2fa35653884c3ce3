using FsCheck;
using FsCheck.Xunit;
using Gatepost.Delivery.Schedule;
using Xunit;

namespace Gatepost.Tests.Delivery;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-01-01T00:00:00Z");

    private readonly RetrySchedule schedule = new();

    [Property]
    public void A_pause_is_never_shorter_than_the_first_nor_longer_than_the_longest_but_for_its_jitter(
        PositiveInt minutes, NormalFloat chance)
    {
        double part = Math.Abs(chance.Get % 1);
        var age = TimeSpan.FromMinutes(minutes.Get % 7300);
        var now = Start + age;
        var pause = schedule.Next(Start, now, part) - now;
        Assert.True(pause > TimeSpan.Zero);
        bool nearEnd = age + schedule.Longest * 1.2 > schedule.GiveUpAfter;
        Assert.True(nearEnd || pause >= schedule.First * 0.9);
        Assert.True(pause <= schedule.Longest * 1.1 + TimeSpan.FromSeconds(1));
    }

    [Property]
    public void Tries_end_with_one_at_the_end_of_life_and_there_are_not_too_many(int seed)
    {
        var random = new Random(seed);
        var now = Start;
        int tries = 1;
        while (!schedule.IsOver(Start, now))
        {
            var next = schedule.Next(Start, now, random.NextDouble());
            Assert.True(next > now);
            now = next;
            tries++;
        }

        Assert.Equal(Start + schedule.GiveUpAfter, now);
        Assert.InRange(tries, 55, 90);
    }

    [Fact]
    public void The_second_try_comes_within_minutes_and_pauses_grow_with_age()
    {
        Assert.Equal(TimeSpan.FromMinutes(5), schedule.Next(Start, Start, 0.5) - Start);
        Assert.Equal(TimeSpan.FromMinutes(40), schedule.Next(Start, Start.AddMinutes(40), 0.5) - Start.AddMinutes(40));
        Assert.Equal(TimeSpan.FromHours(2), schedule.Next(Start, Start.AddHours(40), 0.5) - Start.AddHours(40));
    }

    [Fact]
    public void Values_that_make_no_sense_are_all_named_together() =>
        Assert.Equal(
            4, new RetrySchedule
            {
                First = TimeSpan.Zero,
                Longest = -TimeSpan.FromSeconds(1),
                Jitter = 2,
                GiveUpAfter = TimeSpan.Zero
            }.Problems().Count());
}
