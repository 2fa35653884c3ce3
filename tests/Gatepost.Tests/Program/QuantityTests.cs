using Gatepost.Configuration;
using Gatepost.Policy.Basics;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("5m", 300_000)]
    [InlineData("1h 30m", 5_400_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("250ms", 250)]
    [InlineData("2w", 1_209_600_000)]
    [InlineData(" 10 s ", 10_000)]
    [InlineData("0s", 0)]
    public void Durations_are_read_with_their_units(string text, long milliseconds)
    {
        Assert.True(Quantity.TryReadDuration(text, out var duration));
        Assert.Equal(milliseconds, (long)duration.TotalMilliseconds);
        Assert.True(Quantity.TryReadDuration(Quantity.Show(duration), out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5 months")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("99999999999999999999d")]
    [InlineData("9223372036854775807w")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Quantity.TryReadDuration(text, out _));

    [Theory]
    [InlineData("25MB", 26_214_400)]
    [InlineData("1 kb", 1024)]
    [InlineData("0B", 0)]
    [InlineData("2GB", 2_147_483_648)]
    public void Sizes_are_powers_of_1024(string text, long octets)
    {
        Assert.True(Quantity.TryReadSize(text, out long read));
        Assert.Equal(octets, read);
        Assert.True(Quantity.TryReadSize(Quantity.Show(read), out long again));
        Assert.Equal(octets, again);
    }

    [Theory]
    [InlineData("25")]
    [InlineData("25M")]
    [InlineData("MB")]
    [InlineData("-1MB")]
    [InlineData("9223372036854775807TB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(Quantity.TryReadSize(text, out _));

    [Theory]
    [InlineData("hostnmae", "hostname")]
    [InlineData("message_size", "message-size")]
    [InlineData("quota", null)]
    public void A_slip_of_the_pen_is_guessed_and_another_word_is_not(string written, string? guess) =>
        Assert.Equal(guess, Spelling.Nearest(written, ["hostname", "message-size", "recipients"]));
}
