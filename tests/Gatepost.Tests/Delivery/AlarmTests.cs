using Gatepost.Delivery.Schedule;
using Xunit;

namespace Gatepost.Tests.Delivery;

public sealed class AlarmTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-01-01T12:00:00Z");

    [Fact]
    public void What_is_set_for_sooner_wakes_the_sleeper_and_what_is_set_for_later_does_not()
    {
        var alarm = new WakeTimer();
        var asleep = alarm.Look().Changed;
        alarm.SetFor(Noon);
        Assert.True(asleep.IsCompleted);

        asleep = alarm.Look().Changed;
        alarm.SetFor(Noon.AddMinutes(1));
        Assert.False(asleep.IsCompleted);
        Assert.Equal(Noon, alarm.Look().Earliest);
        alarm.SetFor(Noon.AddMinutes(-1));
        Assert.True(asleep.IsCompleted);

        alarm.Clear();
        Assert.Equal(DateTimeOffset.MaxValue, alarm.Look().Earliest);
    }
}
