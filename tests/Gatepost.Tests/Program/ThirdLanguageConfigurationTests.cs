using Gatepost.Configuration;
using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>What is wrong with a configuration is said in the reader's language: at a start, a check and a reload.</summary>
[Collection(nameof(ThirdLanguageTests))]
public sealed class ThirdLanguageConfigurationTests
{
    private const string Wrong = """
        hostnam = "mx.example.org"
        hostname = "two words"
        data = 7
        replies = "modrn"
        local-mail-to = "nobody"
        help-url = "help"
        catalogue = "/nowhere"
        [[listener]]
        role = "mx"
        address = "127.0.0.1"
        tls = "starttls"
        [[listener]]
        role = "internal"
        address = "127.0.0.1:2526"
        bare-line-ends = "refuse"
        [limits]
        command-timeout = 5
        data-timeout = "1y"
        recipients = 0
        message-size = "1KB"
        [[domain]]
        name = "host.example"
        mailboxes = ["ann", "ann", "a b"]
        aliases = { "*" = ["ann", "bob"], one = "two", two = "one", "x y" = "a@@b" }
        deliver = "maildir:relative"
        [[domain]]
        name = "relay.example"
        kind = "relay"
        mailboxes = ["ann"]
        deliver = "maildir:/var/mail"
        [[domain]]
        name = "host.example"
        [[rule]]
        name = "greylist"
        [[rule]]
        name = "nothing-like-it"
        [[account]]
        address = "eve@host.example"
        [[account]]
        address = "ann@host.example"
        password = "secret"
        sends-as = ["anything"]
        suspended = ["walking"]
        moved-to = "there"
        [[block]]
        side = "recipient"
        pattern = "bad"
        for = "worse"
        [[transport]]
        domain = "-"
        to = "nowhere"
        [[scanner]]
        name = "clam"
        kind = "clamd"
        address = "localhost:3310"
        refusal-is = "spam"
        header-changes = "ignored"
        [[next-host]]
        to = "relay.example:25"
        user = "ann"
        mechanisms = ["GSSAPI"]
        client-key = "key.pem"
        [quarantine]
        keep = ["relay-denied"]
        [dnsbl]
        zone = "bl.example"
        [queu]
        expire = "1h"
        """;

    private static IReadOnlyList<ConfigError> Errors => Assert.Throws<ConfigurationException>(
        () => SettingsReader.Read(Wrong, "test.toml", new Overrides(), "/srv/mail")).Errors;

    [Fact]
    public void No_English_is_left_in_the_errors_of_a_configuration()
    {
        using var words = new MadeUpLanguage();
        Assert.True(Errors.Count > 40, $"{Errors.Count} errors");
        string[] names =
        [
            .. ConfigKeys.Sections.SelectMany(section => section.Keys.Select(key => key.Name).Append(section.Name))
            .Where(name => name.Length > 0),
            .. Policy(), "test.toml", "smtp", "gatepost",
        ];
        foreach (var error in Errors)
        {
            // What was written, and what is to be written, stays as it is.
            string[] written = [.. error.What.Arguments.OfType<string>(), .. error.What.Arguments.OfType<Finding>()
                .SelectMany(one =>
                    one.Arguments.OfType<string>().Concat(one.Arguments.OfType<IReadOnlyList<string>>().SelectMany(all => all)))];
            MadeUpLanguage.NoEnglish(words.Texts.Show(error.Shown), [.. names, .. written.Where(one => one.Length > 0)]);
        }
    }

    [Fact]
    public void Errors_keep_their_place_in_every_language() => Assert.All(Errors, error =>
    {
        foreach (var language in Languages.All)
            Assert.StartsWith($"test.toml:{error.Line}: ", Texts(language).Show(error.Shown), StringComparison.Ordinal);
        Assert.Equal($"test.toml:{error.Line}: {error.Message}", error.ToString());
    });

    private static Texts Texts(Language language) => Gatepost.Replies.Catalogue.ReplyDatabase.BuiltIn.TextsIn(language);

    private static IReadOnlyList<string> Policy() => Gatepost.Policy.Engine.RuleEngine.RuleNames;
}
