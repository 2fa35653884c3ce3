using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Verbs;

/// <summary>What mail programs find: XML over HTTPS, and records in DNS.</summary>
public sealed class AutoconfigTests
{
    private static readonly XNamespace Outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    private readonly int https = Loopback.FreePort(), implicitTls = Loopback.FreePort(), startTls = Loopback.FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_programs_learn_the_servers_of_a_hosted_domain_and_of_no_other()
    {
        await using var server = await StartAsync();
        using var http = Client();
        var config = XDocument.Parse(await http.GetStringAsync(new Uri("https://autoconfig.demo.test/mail/config-v1.1.xml"), Cancel));
        Assert.Equal(
            ["imap imap.demo.test 993 SSL", $"smtp mx.demo.test {implicitTls} SSL", $"smtp mx.demo.test {startTls} STARTTLS"],
            config.Descendants().Where(one => one.Name.LocalName.EndsWith("Server", StringComparison.Ordinal)).Select(one =>
                $"{one.Attribute("type")!.Value} {one.Element("hostname")!.Value} {one.Element("port")!.Value} "
                    + $"{one.Element("socketType")!.Value}"));
        Assert.All(config.Descendants("username"), name => Assert.Equal("%EMAILADDRESS%", name.Value));
        string other = "https://demo.test/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=ann@demo.test";
        Assert.Contains("imap.demo.test", await http.GetStringAsync(new Uri(other), Cancel), StringComparison.Ordinal);
        using var foreign = await http.GetAsync(new Uri("https://autoconfig.far.test/mail/config-v1.1.xml"), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);

        var found = XDocument.Parse(await DiscoverAsync(http, Question("ann@demo.test")));
        Assert.Equal(
            [$"IMAP imap.demo.test 993 ann@demo.test SSL", $"SMTP mx.demo.test {implicitTls} ann@demo.test SSL"],
            found.Descendants(Outlook + "Protocol")
                .Select(one => string.Join(' ', new[] { "Type", "Server", "Port", "LoginName", "Encryption" }
                .Select(name => one.Element(Outlook + name)!.Value))));
        string bomb = "<!DOCTYPE a [<!ENTITY b \"ann@demo.test\">]>" + Question("&b;");
        foreach (
            string bad in new[] { Question("ann@far.test"), Question("ann"), "", "<", bomb,
                Question(new string('a', 20_000) + "@demo.test") })
            Assert.Contains("<ErrorCode>600</ErrorCode>", await DiscoverAsync(http, bad), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_records_for_mail_programs_are_printed_and_each_is_checked()
    {
        await using var server = await StartAsync();
        var zone = await server.RunAsync(Cancel, "domain", "dns", "demo.test");
        Assert.Contains("_imaps._tcp.demo.test. 3600 IN SRV 0 1 993 imap.demo.test.", zone.Output, StringComparison.Ordinal);
        Assert.Contains($"_submissions._tcp.demo.test. 3600 IN SRV 0 1 {implicitTls} mx.demo.test.", zone.Output, StringComparison.Ordinal);
        Assert.Contains("autoconfig.demo.test. 3600 IN CNAME mx.demo.test.", zone.Output, StringComparison.Ordinal);
        await using (var dns = await DnsServer.StartAsync(zone.Output, Cancel))
            Assert.Equal(["good", "good", "good", "good", "good"], await StatesAsync(server, dns));

        string changed = zone.Output.Replace("0 1 993 imap.demo.test.", "0 1 143 old.demo.test.", StringComparison.Ordinal)
            .Replace("autodiscover.demo.test. 3600 IN CNAME mx.demo.test.", "", StringComparison.Ordinal);
        await using (var dns = await DnsServer.StartAsync(changed, Cancel))
            Assert.Equal(["wrong", "good", "good", "good", "advice"], await StatesAsync(server, dns));
    }

    private Task<GatepostServer> StartAsync() => GatepostServer.StartAsync(Cancel, new()
    {
        Sections = $"""
            https-address = "127.0.0.1:{https}"

            [[listener]]
            role = "submission"
            address = "0.0.0.0:{startTls}"

            [[listener]]
            role = "submission"
            address = "0.0.0.0:{implicitTls}"
            tls = "implicit"

            [delivery]
            source-addresses = ["8.8.4.7"]

            [autoconfig]
            imap = "imap.demo.test"
            """,
    });

    private HttpClient Client() => new(new SocketsHttpHandler
    {
        // Names of a test lead here, and nobody vouches for its certificate.
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, https, cancel);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    private static async Task<string> DiscoverAsync(HttpClient http, string question)
    {
        using var body = new StringContent(question, Encoding.UTF8, "text/xml");
        using var answer = await http.PostAsync(new Uri("https://autodiscover.demo.test/Autodiscover/Autodiscover.xml"), body, Cancel);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static string Question(string address) => $"""
        <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
        <EMailAddress>{address}</EMailAddress>
        <AcceptableResponseSchema>{Outlook}</AcceptableResponseSchema></Request></Autodiscover>
        """;

    private static async Task<IEnumerable<string>> StatesAsync(GatepostServer server, DnsServer dns)
    {
        var check = await server.RunAsync(Cancel, "check", "domain", "demo.test", "--dns", $"{dns.EndPoint}", "--json");
        using var read = JsonDocument.Parse(check.Output);
        return [.. read.RootElement.GetProperty("parts").EnumerateArray()
            .Where(part => part.GetProperty("part").GetString() == "autoconfig").Select(part => part.GetProperty("state").GetString()!)];
    }
}
