using Gatepost.Dns;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Dns;

public sealed class AnswerCacheTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void An_answer_is_believed_until_its_time_has_passed()
    {
        var cache = new AnswerCache(100, time);
        cache.Keep("a", "MX", Answer(1), TimeSpan.FromSeconds(10));
        Assert.Equal([1], cache.Find<int>("a", "MX")!.Records);
        Assert.Null(cache.Find<int>("a", "A"));
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(cache.Find<int>("a", "MX"));
    }

    [Fact]
    public void It_never_holds_more_than_its_capacity_and_keeps_the_newest()
    {
        var cache = new AnswerCache(100, time);
        for (int i = 0; i < 10_000; i++)
            cache.Keep("n" + i, "MX", Answer(i), TimeSpan.FromHours(1));

        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => cache.Find<int>("n" + i, "MX") is not null), 50, 100);

        Assert.NotNull(cache.Find<int>("n9999", "MX"));
        Assert.NotNull(cache.Find<int>("n9960", "MX"));
        Assert.Null(cache.Find<int>("n1", "MX"));
    }

    private static DnsAnswer<int> Answer(int value) => new(DnsOutcome.Found, [value]);
}
