using System.Net;
using Gatepost.Configuration;
using Gatepost.Policy.Directory;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class ConfigurationTests
{
    private static Settings Read(string toml) => SettingsReader.Read(toml, "test.toml", new Overrides(), "/srv/mail").Settings;

    private static IReadOnlyList<string> ErrorsOf(string toml) =>
        [.. Assert.Throws<ConfigurationException>(() => Read(toml)).Errors.Select(fault => fault.ToString())];

    [Fact]
    public void An_empty_file_is_a_good_configuration_with_every_default()
    {
        var settings = Read("");
        Assert.Equal("/srv/mail/gatepost-data", settings.Data);
        Assert.Equal(["127.0.0.1:2525", "127.0.0.1:2587"], settings.Listeners.SelectMany(listener => listener.Addresses)
            .Select(address => address.ToString()));
        Assert.Equal(TimeSpan.FromMinutes(5), settings.Smtp.Limits.CommandTimeout);
        Assert.Equal(50 << 20, settings.Smtp.Limits.MaxMessage);
        Assert.Equal(TimeSpan.FromDays(5), settings.Delivery.Retry.GiveUpAfter);
        Assert.Empty(settings.Domains);
    }

    [Fact]
    public void The_built_in_demonstration_hosts_ann_and_bob_in_Maildirs_below_the_data_folder()
    {
        var settings = SettingsReader.Load(null, new Overrides("/srv/trial"));
        var demo = Assert.Single(settings.Domains);
        Assert.Equal(("demo.test", DomainKind.Hosted), (demo.Name, demo.Kind));
        Assert.Equal(["ann", "bob"], demo.Mailboxes);
        Assert.Equal("maildir:/srv/trial/mail/demo.test/ann", demo.DestinationOf("ann")!.ToString());
        Assert.All(settings.Listeners.SelectMany(listener => listener.Addresses), address =>
            Assert.True(IPAddress.IsLoopback(address.Address)));
    }

    [Fact]
    public void All_faults_are_reported_immediately_with_file_and_line_in_the_order_of_the_file()
    {
        var faults = ErrorsOf("""
            hostnam = "mx.example.org"
            data = 7
            [limits]
            command-timeout = 5
            recipients = 0
            [queu]
            expire = "1h"
            """);
        Assert.Equal(
        [
            "test.toml:1: there is no key hostnam: did you mean hostname?",
            "test.toml:2: data is a number, 7: write a path in quotes",
            "test.toml:4: command-timeout is a number, 5: write a duration with its unit in quotes (w d h m s), for example \"1h\"",
            "test.toml:5: recipients is 0: write a whole number from 1 to 10000",
            "test.toml:6: there is no section queu: did you mean queue?",
        ], faults);
    }

    [Theory]
    [InlineData("[limits]\nmessage-size = \"25 M\"", "message-size = \"50MB\"")]
    [InlineData("[limits]\nmessage-size = \"3GB\"", "from \"64KB\" to \"2GB\"")]
    [InlineData("[queue]\nexpire = \"5 years\"", "a duration with its unit")]
    [InlineData("[queue]\nretry-first = \"4h\"", "retry-longest (2h) is shorter than retry-first (4h)")]
    [InlineData(
        "[[domain]]\nname = \"a.test\"\nmailboxes = [\"ann\"]\naliases = { \"*\" = [\"ann\", \"x@b.test\"] }", "alias * takes one address")]
    [InlineData("[queue]\nexpire = \"1h\"", "delay-notice (4h) must come before expire (1h)")]
    [InlineData("replies = \"clasic\"", "did you mean \"classic\"?")]
    [InlineData("[journal]\nhostname = \"a.test\"", "it belongs above the first section")]
    [InlineData("[journal]\nrecipients = 3", "it belongs under [[listener]]")]
    [InlineData("[listener]\nrole = \"mx\"\naddress = \"127.0.0.1:25\"", "write [[listener]] with two brackets")]
    [InlineData("[[queue]]\nexpire = \"5d\"", "write [queue] with one bracket")]
    [InlineData("[[listener]]\nrole = \"mx\"", "[[listener]] needs address")]
    [InlineData("[[listener]]\nrole = \"mx\"\naddress = \"127.0.0.1\"", "with its port")]
    [InlineData("[[listener]]\nrole = \"mx\"\naddress = \"2001:db8::1\"", "with its port")]
    [InlineData("[[listener]]\nrole = \"mx\"\naddress = \"127.0.0.1:25\"\ntls = \"implicit\"", "tls needs a certificate")]
    [InlineData("[[listener]]\nrole = \"internal\"\naddress = \"127.0.0.1:25\"", "needs trusted")]
    [InlineData("[[listener]]\nrole = \"submission\"\naddress = \"127.0.0.1:587\"\nrequire-tls = true",
        "require-tls needs TLS: add [[certificate]]")]
    [InlineData("[limits]\nline-length = 100", "line-length is 100: RFC 5321 §4.5.3.1.6 asks for 998 or more")]
    [InlineData("[[listener]]\nrole = \"mx\"\naddress = \"127.0.0.1:25\"\ntrusted = [\"10.0.0.0/8\"]", "for role \"internal\" only")]
    [InlineData("[[listener]]\nrole = \"mx\"\naddress = [\"127.0.0.1:25\", \"127.0.0.1:25\"]", "is taken by the listener at line 3")]
    [InlineData(
        "[[listener]]\nrole = \"mx\"\naddress = \"127.0.0.1:25\"\nproxy-from = [\"10.0.0.1/8\"]", "bits behind the prefix must be 0")]
    [InlineData("[[scanner]]\nname = \"a\"\nkind = \"milter\"\naddress = \"inet:8891\"", "write host:port or unix:/path")]
    [InlineData("[[scanner]]\nname = \"a\"\nkind = \"clamd\"\naddress = \"127.0.0.1:1\"\nrefusal-is = \"virus\"",
        "clamd says itself what it found")]
    [InlineData(
        "[[scanner]]\nname = \"a\"\nkind = \"rspamd\"\naddress = \"127.0.0.1:1\"\nheader-changes = \"ignored\"", "for milters only")]
    [InlineData("[quarantine]\nkeep = [\"spam\"]", "keep has \"spam\": write rules that judge whole messages, virus-found")]
    [InlineData("[quarantine]\nmax-size = \"10MB\"", "write a max-size of at least max-message")]
    [InlineData("[dns]\nservers = [\"localhost:53\"]", "write an IP address with its port")]
    [InlineData("[[certificate]]\nfile = \"/nowhere/chain.pem\"\nkey = \"/nowhere/key.pem\"", "there is no such file")]
    [InlineData("[[domain]]\nname = \"a b\"", "which is no domain name")]
    [InlineData("[[domain]]\nname = \"a.test\"\n[[domain]]\nname = \"A.test\"", "is at line 1 already")]
    [InlineData("[[domain]]\nname = \"a.test\"\nmailboxes = [\"ann\", \"Ann\"]", "twice")]
    [InlineData("[[domain]]\nname = \"a.test\"\nmailboxes = [\"../ann\"]", "write the part before @")]
    [InlineData("[[domain]]\nname = \"a.test\"\naliases = { team = \"nobody\" }", "leads to nobody@a.test, which is neither")]
    [InlineData(
        "[[domain]]\nname = \"a.test\"\naliases = { x = \"y\", y = \"x\" }", "go round in a loop: x@a.test -> y@a.test -> x@a.test")]
    [InlineData("[[domain]]\nname = \"a.test\"\ndeliver = \"maildir:/var/mail/{domain}\"", "put {mailbox} into the path")]
    [InlineData("[[domain]]\nname = \"a.test\"\ndeliver = \"maildir:mail/{mailbox}\"", "a Maildir needs an absolute path")]
    [InlineData("[[domain]]\nname = \"a.test\"\nkind = \"relay\"\nmailboxes = [\"ann\"]", "has no mailboxes here")]
    [InlineData("[[transport]]\ndomain = \"a.test\"\nto = \"10.0.0.1\"", "write \"host:port\"")]
    [InlineData("[delivery]\nsmarthost = \"relay.example.org:99999\"", "write \"host:port\"")]
    [InlineData("help-url = \"help.example.org\"", "write a whole URL")]
    [InlineData("[queue\nexpire = \"5d\"", "this is no TOML")]
    [InlineData("hostname = \"a.test\"\nhostname = \"b.test\"", "hostname")]
    public void What_is_wrong_is_named_with_what_to_write_instead(string toml, string told) =>
        Assert.Contains(ErrorsOf(toml), fault => fault.Contains(told, StringComparison.Ordinal));

    [Fact]
    public void A_value_with_a_control_character_is_refused_because_it_would_reach_replies_and_logs() =>
        Assert.Contains(ErrorsOf("help-url = \"https://a.test/\\u0007\""), fault => fault.Contains("control characters"));

    [Fact]
    public void Aliases_may_be_under_a_heading_of_their_own_and_lead_elsewhere()
    {
        var domain = Assert.Single(Read("""
            [[domain]]
            name = "Example.org"
            mailboxes = ["Ann"]

            [domain.aliases]
            Team = ["ann", "bob@partner.example"]
            "*" = "ann"
            """).Domains);
        Assert.Equal("example.org", domain.Name);
        Assert.Equal(["ann@example.org", "bob@partner.example"], domain.Aliases["team"].Select(address => address.ToString()));
        Assert.True(domain.Aliases.ContainsKey("*"));
    }

    [Fact]
    public void A_mailbox_may_have_an_alias_that_keeps_a_copy_and_sends_another_on() =>
        Assert.Single(
            Read("[[domain]]\nname = \"a.test\"\nmailboxes = [\"ann\"]\naliases = { ann = [\"ann\", \"ann@elsewhere.example\"] }").Domains);

    [Fact]
    public void A_listener_takes_the_general_limits_but_for_its_own()
    {
        var listener = Assert.Single(Read("""
            [limits]
            recipients = 200
            message-size = "10MB"

            [[listener]]
            role = "submission"
            address = ["127.0.0.1:587", "[::1]:587"]
            recipients = 50
            """).Listeners);
        Assert.Equal((50, 10L << 20), (listener.Limits.MaxRecipients, listener.Limits.MaxMessage));
        Assert.Equal(2, listener.Addresses.Count);
        Assert.Equal(TlsUse.None, listener.Tls);
    }

    [Theory]
    [InlineData("role = \"mx\"", TlsUse.SelfSigned)]
    [InlineData("role = \"submission\"", TlsUse.None)]
    [InlineData("role = \"lmtp\"", TlsUse.None)]
    [InlineData("role = \"internal\"\ntrusted = [\"10.0.0.0/8\"]", TlsUse.None)]
    [InlineData("role = \"mx\"\ntls = \"none\"", TlsUse.None)]
    public void Without_a_certificate_other_servers_are_offered_TLS_all_the_same_unless_turned_off(string listener, TlsUse expected) =>
        Assert.Equal(expected, Assert.Single(Read($"[[listener]]\naddress = \"192.0.2.25:25\"\n{listener}").Listeners).Tls);

    [Fact]
    public void A_postmasters_words_are_looked_for_beside_the_configuration_unless_it_names_a_folder_that_must_be_there()
    {
        Assert.Equal("/srv/mail", Read("").Catalogue);
        Assert.Equal("/", Read("catalogue = \"/\"").Catalogue);
        Assert.Null(SettingsReader.Load(null, new Overrides()).Catalogue);
        Assert.Contains("test.toml:1: catalogue is /srv/mail/not-there: there is no such folder",
            Assert.Single(ErrorsOf("catalogue = \"not-there\"")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.25:25", "smtp:192.0.2.25:25")]
    [InlineData("[2001:db8::25]:25", "smtp:[2001:db8::25]:25")]
    [InlineData("relay.example.org:587", "smtp:relay.example.org:587")]
    [InlineData("lmtp:unix:/run/dovecot/lmtp", "lmtp:unix:/run/dovecot/lmtp")]
    [InlineData("lmtp:127.0.0.1:24", "lmtp:127.0.0.1:24")]
    [InlineData("maildir:/var/mail/all", "maildir:/var/mail/all")]
    public void A_transport_names_a_host_an_lmtp_socket_or_a_Maildir(string to, string means) =>
        Assert.Equal(means, Assert.Single(Read($"[[transport]]\ndomain = \".example.org\"\nto = \"{to}\"").Transports).To.ToString());

    [Fact]
    public void The_command_line_wins_over_the_file()
    {
        var (settings, file) = SettingsReader.Read(
            "data = \"/a\"\n[dns]\nservers = \"192.0.2.1:53\"", "test.toml", new Overrides("/b", IPEndPoint.Parse("127.0.0.1:5353")), "/");
        Assert.Equal("/b", settings.Data);
        Assert.Equal("127.0.0.1:5353", Assert.Single(settings.Dns.Servers).ToString());
        var shown = EffectiveValues.Of(settings, file, new Overrides("/b", IPEndPoint.Parse("127.0.0.1:5353"))).ToList();
        Assert.Contains(new EffectiveValue("", "data", "\"/b\"", "--data"), shown);
        Assert.Contains(new EffectiveValue("[dns]", "servers", "\"127.0.0.1:5353\"", "--dns"), shown);
        Assert.Contains(new EffectiveValue("[queue]", "expire", "\"5d\"", "default"), shown);
    }

    [Fact]
    public void A_data_folder_too_deep_for_a_socket_name_gets_its_sockets_elsewhere()
    {
        var settings = SettingsReader.Load(null, new Overrides("/" + new string('d', 120)));
        Assert.True(settings.ControlSocket.Length <= 107);
        Assert.StartsWith(Path.GetTempPath(), settings.ControlSocket);
    }

    [Fact]
    public void Every_key_says_what_it_takes_and_has_a_default_that_it_accepts()
    {
        foreach (var section in ConfigKeys.Sections)
        {
            Assert.Equal(section.Keys.Count, section.Keys.Select(key => key.Name).Distinct().Count());
            foreach (var key in section.Keys)
            {
                Assert.False(string.IsNullOrWhiteSpace(key.Takes.ToString()), key.Name);
                if (key.Default.Length > 0)
                    Assert.Null(key.Problem(Toml.Parse("x = " + key.Default, "default", []).Entries["x"]));
            }
        }
    }

    [Fact]
    public void Every_example_of_the_manual_is_a_configuration_the_program_takes()
    {
        string all = string.Join(
            "\n\n", ConfigKeys.Sections.Where(section => section.Name != "certificate").Select(section => section.Example));
        var settings = Read(all);
        Assert.Equal("mx.example.org", settings.HostName);
        Assert.Equal(2, settings.Domains.Count);
    }
}
