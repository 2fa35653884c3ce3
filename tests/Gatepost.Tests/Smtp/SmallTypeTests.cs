using System.Net;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class SmallTypeTests
{
    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("MAIL.Example.org", "mail.example.org")]
    [InlineData("пример.example", "пример.example")]
    [InlineData("localhost", "localhost")]
    [InlineData("[192.0.2.1]", null)]
    [InlineData("example.org.", null)]
    [InlineData("exa mple.org", null)]
    [InlineData("a..b", null)]
    [InlineData("-a.example", null)]
    [InlineData("a\u202eb.example", null)]
    [InlineData("", null)]
    public void A_domain_name_is_what_an_address_may_carry(string text, string? name)
    {
        Assert.Equal(name is not null, DomainName.TryParse(text, out var domain));
        Assert.Equal(name ?? "", domain.ToString());
        Assert.Equal(name is not null, text.Length > 0 && text[0] != '[' && Mailbox.TryParse("x@" + text, out _));
    }

    [Fact]
    public void A_client_is_never_IPv4_inside_IPv6()
    {
        var session = new Session
        {
            Id = "S1",
            Role = ListenerRole.Mx,
            Client = IPEndPoint.Parse("[::ffff:192.0.2.1]:25"),
            Local = IPEndPoint.Parse("127.0.0.1:25"),
            HostName = "mx.example"
        };
        Assert.Equal("192.0.2.1:25", session.Client.ToString());
        session.Client = IPEndPoint.Parse("[2001:db8::1]:25");
        Assert.Equal("[2001:db8::1]:25", session.Client.ToString());
    }

    [Fact]
    public void Chance_gives_a_seeded_row_whole_to_many_threads()
    {
        Chance chance = new Random(7);
        var drawn = new System.Collections.Concurrent.ConcurrentBag<long>();
        Parallel.For(0, 2000, _ => drawn.Add(chance.NextInt64(1L << 40)));
        var random = new Random(7);
        var expected = Enumerable.Range(0, 2000).Select(_ => random.NextInt64(1L << 40));

        Assert.Equal(expected.Order(), drawn.Order());
        Assert.InRange(Chance.Shared.NextDouble(), 0, 1);
    }
}
