using System.Reflection;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Shaping;
using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Smtp.Server;
using Gatepost.Storage.Journal;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>One truth for a setting: the key's default is the option's, and what is written reaches that option and no other.</summary>
public sealed class SettingsTests
{
    public static TheoryData<string, string> KeysOfTheProgram =>
        new(ConfigKeys.Sections.Where(section => !section.Repeated)
            .SelectMany(section => section.Keys.Select(key => (section.Name, key.Name))));

    public static TheoryData<string, string> KeysOfListsAndFilters => new(
        ConfigKeys.Sections.Where(section => section.Repeated).SelectMany(section => section.Keys.Select(key => (section.Name, key.Name))));

    [Theory]
    [MemberData(nameof(KeysOfTheProgram))]
    public void A_key_reaches_its_option_and_no_other(string section, string key) => Reaches(section, key, Settings.Default);

    [Theory]
    [MemberData(nameof(KeysOfListsAndFilters))]
    public void A_key_of_a_section_of_its_own_reaches_its_option_and_no_other(string section, string key)
    {
        switch (section)
        {
            case "listener": Reaches(section, key, new ListenerSettings()); break;
            case "rule": Reaches(section, key, new RuleOptions()); break;
            case "dnsbl": Reaches(section, key, new DnsblOptions { Zone = "" }); break;
            case "scanner": Reaches(section, key, new ScannerOptions { Name = "", Kind = default, Address = "" }); break;
            case "account": Reaches(section, key, new AccountSettings()); break;
            case "domain": Reaches(section, key, new DomainSettings()); break;
            case "next-host": Reaches(section, key, new NextHostOptions()); break;
            default: Assert.Contains(section, new[] { "certificate", "transport", "block" }); break;
        }
    }

    [Fact]
    public void No_default_differs_between_an_empty_file_and_the_options_of_the_rooms()
    {
        var read = SettingsReader.Read("", "test.toml", new Overrides(), "/srv/mail").Settings;

        Same(new SmtpServerOptions { HostName = read.HostName }, RoomOptions.Smtp(read, null, null!), nameof(SmtpServerOptions.Listeners));
        Same(new SessionLimits(), read.Smtp.Limits);
        Same(new DnsOptions(), read.Dns);
        Same(new PolicyOptions(), RoomOptions.Policy(read), nameof(PolicyOptions.OwnAddresses));
        Same(new QuarantineOptions(), read.Policy.Quarantine);
        Same(new CalloutOptions(), read.Policy.Callouts);
        Same(new LoginThrottleOptions(), read.LoginThrottle);
        Same(new DeliveryOptions { HostName = read.HostName }, RoomOptions.Delivery(read, []));
        Same(new RetrySchedule(), read.Delivery.Retry);
        Same(new ShapingOptions(), RoomOptions.Delivery(read, []).Shaping);
        Same(new BounceOptions(), RoomOptions.Delivery(read, []).Bounces);
        Same(new JournalOptions { Folder = read.Data }, read.Journal);
    }

    [Fact]
    public void A_contact_for_bounces_can_be_named() =>
        Assert.Equal(
            "help@example.org",
            SettingsReader.Read("contact = \"help@example.org\"", "test.toml", new Overrides(), "/").Settings.Delivery.Bounces.Contact);

    [Fact]
    public void A_problem_of_two_keys_together_is_reported_at_the_key_to_change()
    {
        var bad = Assert.Throws<ConfigurationException>(() => SettingsReader.Read(
            "[queue]\nretry-first = \"3h\"\nexpire = \"2h\"\n[policy]\norder = [\"greylist\"]", "test.toml", new Overrides(), "/"));

        Assert.Equal([1, 1, 5], bad.Errors.Select(error => error.Line));
        Assert.StartsWith("retry-longest (2h) is shorter than retry-first (3h)", bad.Errors[0].Message);
        Assert.StartsWith("delay-notice (4h) must come before expire (2h)", bad.Errors[1].Message);
        Assert.StartsWith("order has \"greylist\", which is no rule (did you mean \"greylisted\"?)", bad.Errors[2].Message);
    }

    [Fact]
    public void One_domain_in_two_spellings_is_reported_instead_of_ending_the_program()
    {
        const string Toml = "[[domain]]\nname = \"xn--e1afmkfd.example\"\n[[domain]]\nname = \"пример.example\"";

        var bad = Assert.Throws<ConfigurationException>(() => SettingsReader.Read(Toml, "test.toml", new Overrides(), "/"));

        Assert.Contains("is written 2 times", Assert.Single(bad.Errors).Message);
    }

    [Fact]
    public async Task Every_part_is_closed_although_one_of_them_fails()
    {
        var closed = new List<string>();
        var failures = await Shutdown.RunAsync(
        [
            () => Close("a"),
            () => throw new IOException("b is stuck"),
            () => Close("c"),
        ]);

        Assert.Equal(["a", "c"], closed);
        Assert.Equal("b is stuck", Assert.Single(failures).Message);

        ValueTask Close(string name)
        {
            closed.Add(name);
            return default;
        }
    }

    /// <summary>
    /// Writes another value than the default, and sees that this option has it and the options of all other keys are as before.
    /// </summary>
    private static void Reaches<TRoot>(string sectionName, string keyName, TRoot defaults)
    {
        var definition = ConfigKeys.Sections.Single(section => section.Name == sectionName);
        var key = definition.Keys.Single(key => key.Name == keyName);
        if (key is not IBoundKey<TRoot> bound)
        {
            // Keys that only make sense together are used by the reader of their section, whose own tests prove it.
            Assert.Contains($"{sectionName}.{keyName}", ReadTogether);
            return;
        }

        string written = Another(key);
        string heading = definition.Heading.Length == 0 ? "" : definition.Heading + "\n";
        var file = ConfigurationFile.Parse($"{heading}{keyName} = {written}", "test.toml");
        var section = definition.Repeated ? Assert.Single(file.Many(sectionName)) : file.One(sectionName);

        var changed = section.Bind(defaults);

        Assert.NotEqual(bound.ShowIn(defaults), bound.ShowIn(changed));
        Assert.Equal(written, bound.ShowIn(changed));
        var others = ConfigKeys.Sections.SelectMany(other => other.Keys).OfType<IBoundKey<TRoot>>()
            .Where(other => !ReferenceEquals(other, bound));
        Assert.All(others, other => Assert.Equal(other.ShowIn(defaults), other.ShowIn(changed)));
    }

    private static readonly HashSet<string> ReadTogether =
    [
        "domain.mailboxes", "domain.aliases", "domain.deliver", "rule.name", "account.address", "account.suspended", "account.moved-to",
        "next-host.user", "next-host.password-file", "next-host.token-file", "next-host.mechanisms", "next-host.ca-file",
        "next-host.client-certificate", "next-host.client-key",
    ];

    /// <summary>A value the key takes and that is not its default.</summary>
    private static string Another(Key key)
    {
        string[] candidates =
        [
            "true", "false", "7", "2000", "[\"127.0.0.1:5353\"]", "[\"192.0.2.0/24\"]", "\"2h\"", "\"7s\"", "\"1m 30s\"", "\"70d\"",
                "\"1MB\"", "\"3GB\"",
            "\"128KB\"", "\"other.example\"", "\"smtp:127.0.0.1:26\"", "\"/other\"", "[\"192.0.2.7\"]", .. Words(key),
        ];
        return candidates.First(candidate =>
            candidate != key.Default && key.Problem(Toml.Parse("x = " + candidate, "test", []).Entries["x"]) is null);
    }

    private static IEnumerable<string> Words(Key key) => key.Takes.ToString().Split(", ").Select(word => word.Replace("one of ", ""));

    private static void Same<T>(T options, T read, params string[] except)
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => !except.Contains(property.Name)))
        {
            object? expected = property.GetValue(options), actual = property.GetValue(read);
            if (expected is System.Collections.IEnumerable list and not string)
                Assert.Equal(list.Cast<object>().Select(one => one.ToString()), ((System.Collections.IEnumerable)actual!).Cast<object>()
                    .Select(one => one.ToString()));
            else if (
                property.PropertyType.Namespace?.StartsWith("Gatepost", StringComparison.Ordinal) != true || property.PropertyType.IsEnum)
                Assert.True(Equals(expected, actual), $"{typeof(T).Name}.{property.Name} is {actual}, not {expected}");
        }
    }
}
