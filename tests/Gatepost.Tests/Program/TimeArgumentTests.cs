using Gatepost.Commands;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class TimeArgumentTests
{
    private static readonly DateTimeOffset Now = new DateTimeOffset(
        2026, 11, 24, 15, 4, 5, TimeZoneInfo.Local.GetUtcOffset(new DateTime(2026, 11, 24, 15, 4, 5)));

    [Theory]
    [InlineData("14:30", "2026-11-24 14:30:00")]
    [InlineData("14:30:10", "2026-11-24 14:30:10")]
    [InlineData("2026-11-20", "2026-11-20 00:00:00")]
    [InlineData("2026-11-20 08:00", "2026-11-20 08:00:00")]
    [InlineData("2026-11-20T08:00:01", "2026-11-20 08:00:01")]
    [InlineData("2h", "2026-11-24 13:04:05")]
    [InlineData("1d 1h", "2026-11-23 14:04:05")]
    public void Times_dates_and_ages_are_read_in_local_time(string text, string local) =>
        Assert.Equal(local, TimeArgument.Read(text, Now)?.LocalDateTime.ToString(
            "yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void A_zone_is_believed() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero), TimeArgument.Read("2026-11-20T08:00:00Z", Now));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("25:00")]
    [InlineData("2026-13-01")]
    public void What_is_no_time_is_not_guessed(string text) => Assert.Null(TimeArgument.Read(text, Now));
}
