using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Policy.Basics;
using Gatepost.Tests.Delivery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>Configurations that are well formed and harmful are found by <c>config check</c>, at their line, with the reason.</summary>
public sealed class ConfigurationRiskTests
{
    private const string Good = """
        hostname = "mx.own.test"
        [[domain]]
        name = "own.test"
        mailboxes = ["ann"]

        """;

    [Theory]
    [InlineData("error", "trusted has 0.0.0.0/0", """
        [[listener]]
        role = "internal"
        address = "127.0.0.1:25"
        trusted = ["0.0.0.0/0"]
        """)]
    [InlineData("error", "proxy-from has 0.0.0.0/0", """
        [[listener]]
        role = "mx"
        address = "0.0.0.0:25"
        proxy-from = ["0.0.0.0/0"]
        """)]
    [InlineData("error", "xclient-from has ::/0", """
        [[listener]]
        role = "mx"
        address = "0.0.0.0:25"
        xclient-from = ["::/0"]
        """)]
    [InlineData("error", "trusted has 0.0.0.0/0", "[policy]\ntrusted = [\"0.0.0.0/0\"]")]
    [InlineData("error", "has no certificate, so only this machine can log in", """
        [[listener]]
        role = "submission"
        address = "0.0.0.0:587"
        """)]
    [InlineData("error", "whole top-level domain", "[[block]]\nside = \"sender\"\npattern = \"@com\"")]
    [InlineData("error", "covers a domain of yours", "[[block]]\nside = \"recipient\"\npattern = \"@own.test\"")]
    [InlineData("error", "smarthost is 127.0.0.1:2525, this server", "[delivery]\nsmarthost = \"127.0.0.1:2525\"")]
    [InlineData("error", "deliver of relay.test is 127.0.0.1:2525, this server", """
        [[domain]]
        name = "relay.test"
        kind = "relay"
        deliver = "smtp:127.0.0.1:2525"
        """)]
    [InlineData("error", "to is mx.own.test:2525, this server", "[[transport]]\ndomain = \"far.test\"\nto = \"mx.own.test:2525\"")]
    [InlineData("warning", "its recipients are not verified",
        "[[domain]]\nname = \"relay.test\"\nkind = \"relay\"\n[[rule]]\nname = \"recipient-undeliverable\"\nmode = \"warn\"")]
    [InlineData("warning", "empty.test has no mailbox", "[[domain]]\nname = \"empty.test\"")]
    [InlineData("warning", "connections is 1", "[limits]\nconnections = 1")]
    [InlineData("warning", "command-timeout is below", "[limits]\ncommand-timeout = \"1s\"")]
    [InlineData(
        "warning", "expire is below 4 h", "[queue]\nexpire = \"1s\"\nretry-first = \"1s\"\nretry-longest = \"1s\"\ndelay-notice = \"0s\"")]
    [InlineData("warning", "message-size is 1024", "[[listener]]\nrole = \"mx\"\naddress = \"127.0.0.1:25\"\nmessage-size = \"1KB\"")]
    [InlineData("warning", "recipient-unknown does not refuse", "[[rule]]\nname = \"recipient-unknown\"\nmode = \"warn\"")]
    [InlineData("warning", "tls is demanded of all servers", "[delivery]\ntls = \"required\"")]
    [InlineData("warning", "no account with a password", "[[listener]]\nrole = \"submission\"\naddress = \"127.0.0.1:587\"")]
    [InlineData("warning", "[http]", "[http]\naddress = \"0.0.0.0:2580\"")]
    public void What_does_harm_is_found_at_its_line(string level, string message, string toml)
    {
        var (settings, file) = SettingsReader.Read(Good + toml, "test.toml", new Overrides(), "/");

        var found = ConfigurationRisks.Of(settings with { File = "test.toml" }, hasTables: false).Select(file.Place).ToList();

        var risk = Assert.Single(found, one =>
            one.Message.ToString().Contains(message == "[http]" ? "health and metrics" : message, StringComparison.Ordinal));
        Assert.Equal(level, risk.Level);
        Assert.True(risk.Line > 4, risk.ToString());
    }

    [Fact]
    public void A_short_name_is_reported_where_the_world_connects()
    {
        const string Toml = "hostname = \"localhost\"\n[[listener]]\nrole = \"mx\"\naddress = \"0.0.0.0:25\"\ntls = \"none\"\n";
        var (settings, file) = SettingsReader.Read(Toml, "test.toml", new Overrides(), "/");

        Assert.Equal((1, "warning"), Assert.Single(ConfigurationRisks.Of(settings, hasTables: false).Select(file.Place)) is var one
            ? (one.Line, one.Level) : default);
    }

    [Fact]
    public void A_good_configuration_and_the_demonstration_have_none()
    {
        var (settings, _) = SettingsReader.Read(Good, "test.toml", new Overrides(), "/");

        Assert.Empty(ConfigurationRisks.Of(settings, hasTables: false));
        Assert.Empty(ConfigurationRisks.Of(SettingsReader.Load(null, new Overrides("/nowhere")), hasTables: false));
    }

    [Theory]
    [InlineData(400, 0, "mx.own.test", null)]
    [InlineData(400, 388, "mx.own.test", "expires")]
    [InlineData(6, 1, "mx.own.test", null)]
    [InlineData(6, 5, "mx.own.test", "expires")]
    [InlineData(90, 91, "mx.own.test", "expired")]
    [InlineData(90, 0, "other.test", "no certificate has the name mx.own.test")]
    public void A_certificate_raises_an_alarm_when_it_must_be_looked_at_and_ends_it_when_renewed(
        int days, int passed, string name, string? problem)
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        string file = Path.Combine(folder.Path, "chain.pem");
        Write(file, name, time.GetUtcNow(), days);
        var settings = SettingsReader.Load(null, new Overrides("/nowhere")) with
        {
            HostName = "mx.own.test",
            Certificates = [new(file, file)],
        };
        var alarms = new Alarms(null, time);
        using var watch = new CertificateWatch(() => settings, _ => new([]), alarms, time);
        watch.Start();

        time.Advance(TimeSpan.FromDays(passed) + TimeSpan.FromMinutes(10));

        if (problem is null)
            Assert.Empty(alarms.On);
        else
            Assert.Contains(problem, Assert.Single(alarms.On).Text.ToString(), StringComparison.Ordinal);
        Write(file, "mx.own.test", time.GetUtcNow(), days);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(alarms.On);
    }

    [Fact]
    public void A_policy_host_without_a_certificate_is_an_alarm_and_metrics_have_the_end_of_each_certificate()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        string file = Path.Combine(folder.Path, "chain.pem");
        Write(file, "mx.own.test", time.GetUtcNow(), 90);
        var settings = SettingsReader.Load(null, new Overrides("/nowhere")) with
        {
            HostName = "mx.own.test",
            Certificates = [new(file, file)],
            Https = [new(System.Net.IPAddress.Loopback, 443)],
            StsPublishing = new() { Mode = Gatepost.Delivery.Tls.Sts.StsMode.Enforce },
        };
        var alarms = new Alarms(null, time);
        using var meter = new System.Diagnostics.Metrics.Meter("test");
        using var metrics = new Gatepost.Web.Metrics.MetricsText(meter);
        using var watch = new CertificateWatch(() => settings, _ => new(["own.test"]), alarms, time);
        watch.Register(meter);
        watch.Start();

        var alarm = Assert.Single(alarms.On);
        Assert.Equal("certificate-web-names", alarm.Key);
        Assert.Contains("no certificate has mta-sts.own.test", alarm.Text.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            $"gatepost_certificate_expires_timestamp_seconds{{file=\"{file}\"}} {time.GetUtcNow().AddDays(90).ToUnixTimeSeconds()}",
            metrics.Write(), StringComparison.Ordinal);
        settings = settings with { StsPublishing = new() };
        watch.Look();
        Assert.Empty(alarms.On);
    }

    private static void Write(string file, string name, DateTimeOffset from, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(from, from.AddDays(days));
        File.WriteAllText(file, certificate.ExportCertificatePem());
    }
}
