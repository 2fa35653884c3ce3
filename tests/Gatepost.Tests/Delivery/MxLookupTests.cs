using System.Net;
using Gatepost.Delivery.Destinations;
using Gatepost.Dns;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Delivery;

public sealed class MxLookupTests
{
    private readonly ZoneFile zone = ZoneFile.Parse("""
        many.example MX 20 c.many.example
        many.example MX 10 a.many.example
        many.example MX 10 b.many.example
        a.many.example A 8.8.4.1
        b.many.example A 8.8.4.2
        c.many.example A 8.8.4.3
        c.many.example AAAA 2606:4700::1
        direct.example A 8.8.4.4
        empty.example TXT "x"
        broken.example MX 10 nowhere.broken.example
        half.example MX 10 dark.half.example
        half.example MX 20 a.many.example
        dark.half.example SERVFAIL
        us.example MX 10 a.many.example
        us.example MX 20 mx.demo.test
        us.example MX 20 b.many.example
        us.example MX 30 c.many.example
        ours.example MX 10 mx.demo.test
        byaddress.example MX 5 mask.example
        mask.example A 8.8.4.9
        inside.example A 10.0.0.1
        mapped.example AAAA ::ffff:192.168.1.1
        smart.example A 10.1.2.3
        """);

    [Fact]
    public async Task Hosts_come_by_preference_and_equals_in_both_orders()
    {
        var orders = new HashSet<string>();
        for (int seed = 0; seed < 20; seed++)
            orders.Add(string.Join(' ', await HostsAsync(Mx("many.example"), seed)));

        Assert.Equal(
            [
                "a.many.example:8.8.4.1:25 b.many.example:8.8.4.2:25 c.many.example:8.8.4.3:25 c.many.example:[2606:4700::1]:25",
                "b.many.example:8.8.4.2:25 a.many.example:8.8.4.1:25 c.many.example:8.8.4.3:25 c.many.example:[2606:4700::1]:25"],
                orders.Order());
    }

    [Theory]
    [InlineData("direct.example", "direct.example:8.8.4.4:25")]
    [InlineData("empty.example", "domain-has-no-mail-host")]
    [InlineData("broken.example", "routing-error")]
    [InlineData("half.example", "dns-unanswered a.many.example:8.8.4.1:25")]
    [InlineData("us.example", "a.many.example:8.8.4.1:25")]
    [InlineData("ours.example", "mail-loops-to-us")]
    [InlineData("mx.demo.test", "recipient-domain-not-found")]
    [InlineData("byaddress.example", "mail-loops-to-us")]
    [InlineData("inside.example", "private-target")]
    [InlineData("mapped.example", "private-target")]
    [InlineData("[8.8.4.7]", "[8.8.4.7]:8.8.4.7:25")]
    [InlineData("[IPv6:2606:4700::2]", "[IPv6:2606:4700::2]:[2606:4700::2]:25")]
    [InlineData("[127.0.0.1]", "private-target")]
    [InlineData("[8.8.4.9]", "mail-loops-to-us")]
    public async Task A_domain_leads_to_hosts_or_to_the_reason_why_not(string domain, string found) =>
        Assert.Equal(found, string.Join(' ', await HostsAsync(Mx(domain), 1)));

    [Theory]
    [InlineData("smart.example:2525", "smart.example:10.1.2.3:2525")]
    [InlineData("smart.example", "smart.example:10.1.2.3:25")]
    [InlineData("127.0.0.1:26", "127.0.0.1:127.0.0.1:26")]
    [InlineData("[::1]:26", "::1:[::1]:26")]
    [InlineData("localhost:26", "localhost:127.0.0.1:26")]
    [InlineData("misspelt.example:25", "routing-error")]
    public async Task A_host_the_admin_wrote_down_may_be_private_and_a_missing_one_is_no_bounce(string name, string found) =>
        Assert.Equal(found, string.Join(' ', await HostsAsync(new Destination(DestinationKind.SmtpHost, name), 1)));

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("2002:0a00:0001::1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("2606:4700::1", false)]
    [InlineData("64:ff9b::808:808", false)]
    public void Private_addresses_are_known_in_every_disguise(string address, bool refused) =>
        Assert.Equal(refused, new NetworkGuard([], []).Refuses(IPAddress.Parse(address)));

    private static Destination Mx(string domain) => new(DestinationKind.Mx, domain);

    private async Task<List<string>> HostsAsync(Destination destination, int seed)
    {
        var options = DeliveryRun.Options() with { OwnEndPoints = [IPEndPoint.Parse("8.8.4.9:25"), IPEndPoint.Parse("0.0.0.0:2587")] };
        var found = new List<string>();
        await foreach (var host in new MxLookup(options, zone, new Random(seed)).FindAsync(destination, default))
            found.Add(host.Target is { } target ? $"{target.Host}:{target.EndPoint}" : host.Trouble!.Entry.Id);
        return found;
    }
}
