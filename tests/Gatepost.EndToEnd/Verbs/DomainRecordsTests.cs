using System.Text.Json;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Verbs;

/// <summary>What <c>domain dns</c> prints, put into a real zone, is what <c>check domain</c> wants.</summary>
public sealed class DomainRecordsTests
{
    private const string Reverse = """
          local-zone: "8.8.in-addr.arpa." transparent
          local-data: "7.4.8.8.in-addr.arpa. PTR mx.demo.test."
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_printed_records_make_the_check_green_and_each_difference_is_named()
    {
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = """
                [delivery]
                source-addresses = ["8.8.4.7"]

                [dkim]
                check = "1s"
                """,
        });
        await Eventually.TrueAsync(
            () => Directory.Exists(Path.Combine(server.Data, "dkim", "demo.test"))
                && Directory.GetFiles(Path.Combine(server.Data, "dkim", "demo.test"), "*.pem").Length == 2,
            () => server.Said,
            Cancel);
        var zone = await server.RunAsync(Cancel, "domain", "dns", "demo.test");
        Assert.Contains("; DMARC: what others do", zone.Output, StringComparison.Ordinal);
        Assert.Contains("; 7.4.8.8.in-addr.arpa. 3600 IN PTR mx.demo.test.", zone.Output, StringComparison.Ordinal);
        Assert.Contains("_25._tcp.mx.demo.test. 3600 IN TLSA 3 1 1 ", zone.Output, StringComparison.Ordinal);
        var russian = await server.RunAsync(Cancel, "domain", "dns", "demo.test", "--lang", "ru");
        Assert.Contains("; DMARC: что другим делать", russian.Output, StringComparison.Ordinal);

        await using (var dns = await DnsServer.StartAsync(zone.Output, Cancel, Reverse))
        {
            var green = await server.RunAsync(Cancel, "check", "domain", "demo.test", "--dns", $"{dns.EndPoint}", "--json");
            Assert.True(green.ExitCode == 0, green.ToString());
            var states = States(green.Output);
            foreach (string part in (string[])["mx", "address", "ptr", "spf", "dkim", "tls-rpt"])
                Assert.Equal("good", states[part]);
            Assert.Equal(("advice", "advice"), (states["dmarc"], states["mta-sts"]));
        }

        string broken = string.Join('\n', zone.Output.Split('\n')
            .Where(line => !line.Contains("_domainkey", StringComparison.Ordinal))
            .Select(line => line.Replace("10 mx.demo.test.", "10 mx.elsewhere.test.", StringComparison.Ordinal)
                .Replace("v=spf1 mx ip4:8.8.4.7 -all", "v=spf1 -all", StringComparison.Ordinal)));
        await using (var dns = await DnsServer.StartAsync(broken, Cancel, "  local-zone: \"8.8.in-addr.arpa.\" static"))
        {
            var red = await server.RunAsync(Cancel, "check", "domain", "demo.test", "--dns", $"{dns.EndPoint}", "--json");
            Assert.Equal(1, red.ExitCode);
            var states = States(red.Output);
            foreach (string part in (string[])["mx", "address", "ptr", "spf", "dkim"])
                Assert.Equal("wrong", states[part]);
            var words = await server.RunAsync(Cancel, "check", "domain", "demo.test", "--dns", $"{dns.EndPoint}");
            Assert.Contains("mail for demo.test goes to mx.elsewhere.test and not to this server, mx.demo.test", words.Output,
                StringComparison.Ordinal);
            Assert.Contains("the owner of the address 8.8.4.7: your hoster or provider", words.Output, StringComparison.Ordinal);

            var foreign = await server.RunAsync(Cancel, "check", "domain", "nowhere.test", "--dns", $"{dns.EndPoint}", "--json");
            Assert.Equal("wrong", States(foreign.Output)["mx"]);
        }
    }

    private static Dictionary<string, string> States(string json)
    {
        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in JsonDocument.Parse(json).RootElement.GetProperty("parts").EnumerateArray())
            states[part.GetProperty("part").GetString()!] = part.GetProperty("state").GetString()!;
        return states;
    }
}
