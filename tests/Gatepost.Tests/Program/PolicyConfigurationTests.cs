using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Policy;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class PolicyConfigurationTests
{
    private const string Domain = """
        [[domain]]
        name = "example.org"
        mailboxes = ["ann", "bob"]

        """;

    [Fact]
    public void Rules_lists_limits_and_blocks_reach_the_rule_book()
    {
        var settings = Read(Domain + """
            [policy]
            without-login = "refuse-sender"
            recipients-per-user = 200
            trusted = ["192.0.2.0/24"]

            [[rule]]
            name = "reverse-name-missing"
            mode = "warn"
            exempt-domains = ["Partner.Example"]

            [[dnsbl]]
            zone = "zen.spamhaus.org"
            opaque = true

            [[block]]
            side = "sender"
            pattern = "@spam.example"
            for = "ann@example.org"
            why = "three complaints"
            """);
        var options = RoomOptions.Policy(settings);

        Assert.Empty(options.Problems(RuleEngine.RuleNames));
        Assert.Equal(WithoutLogin.RefuseSender, options.WithoutLogin);
        Assert.Equal(200, options.RecipientsPerUserAndHour);
        Assert.Equal(50, options.MaxRecipientsOnSubmission);
        Assert.True(options.IsTrustedNetwork(System.Net.IPAddress.Parse("192.0.2.7")));
        Assert.False(options.IsTrustedNetwork(System.Net.IPAddress.Parse("127.0.0.1")));
        Assert.Equal(RuleMode.Warn, options.Rules["reverse-name-missing"].Mode);
        Assert.Contains("partner.example", options.Rules["reverse-name-missing"].ExemptDomains);
        Assert.True(Assert.Single(options.Dnsbls).Opaque);
        Assert.Equal(
            "@spam.example -> ann@example.org, by configuration: three complaints", Assert.Single(settings.Blocks).Described.ToString());
    }

    [Fact]
    public async Task An_account_reaches_the_directory_with_everything_it_has()
    {
        string stored = StoredPassword.Make("pencil"u8, withScram: true);
        var directory = DirectoryFromSettings.Build(Read(Domain + $$"""
            [[account]]
            address = "Ann@example.org"
            password = "{{stored}}"
            quota = "2GB"
            recipients-per-hour = 10
            sends-as = ["@example.net"]
            suspended = ["receiving", "login"]
            suspended-why = "unpaid"
            """));

        var ann = await directory.FindAccountAsync(AddressKey.Of(Mailbox.Parse("ann@example.org")), TestContext.Current.CancellationToken);

        Assert.Equal(stored, ann!.Password);
        Assert.Equal(2L << 30, ann.Quota);
        Assert.Equal(10, ann.RecipientsPerHour);
        Assert.Equal(Suspended.Receiving | Suspended.Login, Assert.Single(ann.Suspensions).What);
        Assert.Equal("@example.net", Assert.Single(ann.SendsAs));
    }

    [Theory]
    [InlineData("[[rule]]\nname = \"relay-denied\"\nmode = \"off\"", "relay-denied has to be on")]
    [InlineData("[[rule]]\nname = \"greylist\"", "which is no rule (did you mean \"greylisted\"?)")]
    [InlineData("[[rule]]\nname = \"greylisted\"\n[[rule]]\nname = \"greylisted\"", "has a [[rule]] already")]
    [InlineData("[[account]]\naddress = \"ann@example.org\"\npassword = \"secret\"", "is not what `gatepost password` prints")]
    [InlineData("[[account]]\naddress = \"carl@example.org\"", "is no mailbox: add \"carl\"")]
    [InlineData(
        "[[account]]\naddress = \"ann@example.org\"\nsuspended = [\"everything\"]", "write \"receiving\", \"sending\" or \"login\"")]
    [InlineData("[[dnsbl]]\nzone = \"zen\"", "dnsbl zone \"zen\" is no domain name")]
    [InlineData("[[block]]\nside = \"sender\"\npattern = \"spam\"", "pattern is \"spam\"")]
    [InlineData("[[block]]\nside = \"recipient\"\npattern = \"@x.example\"\nfor = \"ann@example.org\"", "for blocked senders only")]
    [InlineData("[policy]\norder = [\"no-such\"]", "order has \"no-such\", which is no rule")]
    public void A_mistake_is_reported_with_its_line_and_what_to_write_instead(string written, string told)
    {
        var faults = Assert.Throws<ConfigurationException>(() => Read(Domain + written)).Errors;

        var fault = Assert.Single(faults);
        Assert.Contains(told, fault.ToString());
        Assert.True(fault.Line > 4);
    }

    [Fact]
    public void A_submission_listener_announces_its_own_number_of_recipients()
    {
        var settings =
            Read(
                Domain + "[[listener]]\nrole = \"submission\"\naddress = \"127.0.0.1:2587\"\n[[listener]]\nrole = \"mx\"\naddress = "
                + "\"127.0.0.1:2525\"");

        Assert.Equal([50, 100], settings.Listeners.Select(listener => listener.Limits.MaxRecipients));
    }

    private static Settings Read(string text) => SettingsReader.Read(text, "test.toml", new Overrides(), Path.GetTempPath()).Settings;
}
