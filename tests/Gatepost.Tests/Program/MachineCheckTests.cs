using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Tests.Delivery;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>What <c>config check</c> finds by asking the machine and its neighbours.</summary>
public sealed class MachineCheckTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A port of this machine at which nobody listens.</summary>
    private static int ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<IReadOnlyList<Risk>> CheckAsync(string toml, string? data = null, string dns = "[dns]\nmust-exist = \"\"\n")
    {
        data ??= Path.Combine(folder.Path, "data");
        string text = $"hostname = \"mx.own.test\"\ndata = \"{data}\"\n{dns}{toml}";
        var (settings, _) = SettingsReader.Read(text, Path.Combine(folder.Path, "test.toml"), new Overrides(), folder.Path);
        return await MachineCheck.RunAsync(settings, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static void HasOne(IReadOnlyList<Risk> found, RiskLevel level, string key, string words)
    {
        var risk = Assert.Single(found);
        Assert.Equal((level, key), (risk.Level, risk.Key));
        Assert.Contains(words, risk.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_one_has_nothing()
    {
        Assert.Empty(await CheckAsync($"[[domain]]\nname = \"own.test\"\ndeliver = \"maildir:{folder.Path}/mail/{{mailbox}}\"\n"));
    }

    [Fact]
    public async Task Folders_that_cannot_be_made()
    {
        HasOne(await CheckAsync("[[domain]]\nname = \"own.test\"\ndeliver = \"maildir:/proc/nowhere/{mailbox}\"\n"),
            RiskLevel.Error, "deliver", "/proc holds no files");
        string file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        HasOne(await CheckAsync("", file), RiskLevel.Error, "data", "is a file, not a folder");
    }

    [Fact]
    public async Task Places_at_which_no_one_answers()
    {
        HasOne(await CheckAsync($"[[domain]]\nname = \"own.test\"\ndeliver = \"lmtp:127.0.0.1:{ClosedPort()}\"\n"),
            RiskLevel.Warning, "deliver", "the mailbox store of own.test does not answer");
        HasOne(await CheckAsync($"[[scanner]]\nname = \"clamav\"\nkind = \"clamd\"\naddress = \"127.0.0.1:{ClosedPort()}\"\n"),
            RiskLevel.Warning, "address", "the filter clamav does not answer");
        HasOne(await CheckAsync($"[[scanner]]\nname = \"clamav\"\nkind = \"clamd\"\naddress = \"unix:{folder.Path}/clamd.ctl\"\n"),
            RiskLevel.Warning, "address", $"there is no socket {folder.Path}/clamd.ctl");
    }

    [Fact]
    public async Task A_resolver_that_does_not_answer()
    {
        // Port 9 of a private address on loopback: nobody listens there.
        HasOne(await CheckAsync("", dns: "[dns]\nservers = [\"127.0.0.1:9\"]\ntimeout = \"1s\"\n"),
            RiskLevel.Warning, "servers", "the resolver does not answer");
    }

    [Fact]
    public async Task A_block_list_that_does_not_exist_and_a_resolver_that_denies_everything()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answering = DenyAsync(server, stop.Token);
        int port = ((IPEndPoint)server.Client.LocalEndPoint!).Port;

        HasOne(await CheckAsync("[[dnsbl]]\nzone = \"no.such.zone.invalid\"\n",
            dns: $"[dns]\nmust-exist = \"\"\nservers = [\"127.0.0.1:{port}\"]\n"), RiskLevel.Warning, "zone", "does not list 127.0.0.2");
        HasOne(await CheckAsync("", dns: $"[dns]\nservers = [\"127.0.0.1:{port}\"]\n"), RiskLevel.Warning, "servers", "which exists");

        await stop.CancelAsync();
        await answering;
    }

    [Theory]
    [InlineData("mx.own.test", -30, -1, RiskLevel.Error, "expired")]
    [InlineData("mx.own.test", 1, 30, RiskLevel.Error, "is valid only from")]
    [InlineData("mx.own.test", -300, 3, RiskLevel.Warning, "expires")]
    [InlineData("other.test", -1, 300, RiskLevel.Warning, "no certificate has the name mx.own.test")]
    public async Task Certificates_that_others_will_not_believe(string name, int from, int to, RiskLevel level, string words)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(from), now.AddDays(to));
        string file = Path.Combine(folder.Path, "both.pem");
        await File.WriteAllTextAsync(
            file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);

        HasOne(await CheckAsync($"[[certificate]]\nfile = \"{file}\"\nkey = \"{file}\"\n"), level, "file", words);
    }

    /// <summary>A DNS server for which no name exists (NXDOMAIN, RFC 1035 §4.1.1).</summary>
    private static async Task DenyAsync(UdpClient server, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var asked = await server.ReceiveAsync(stop);
                byte[] answer = asked.Buffer;
                (answer[2], answer[3]) = (0x81, 0x83);
                // Only the question comes back; what the client added to it does not.
                (answer[10], answer[11]) = (0, 0);
                await server.SendAsync(answer, asked.RemoteEndPoint, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
