using System.Text.RegularExpressions;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Tests.Replies;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>The manual of the configuration says in every language what each key means.</summary>
[Collection(nameof(ThirdLanguageTests))]
public sealed partial class ManualPageTests
{
    private static IEnumerable<string> Wanted =>
        ConfigKeys.Sections.SelectMany(section => section.Keys.Select(section.WordOf).Prepend(section.Word));

    [Theory]
    [InlineData("en", "configuration.md")]
    [InlineData("ru", "configuration.ru.md")]
    public void The_page_is_the_one_the_program_writes(string language, string file)
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "manual", file));
        Assert.True(
            page == ManualPage.Write(ReplyDatabase.BuiltIn.TextsIn(new Language(language))),
            $"docs/manual/{file} is out of date: ./gatepost manual configuration --lang {language} > docs/manual/{file}");
    }

    [Fact]
    public void Every_section_and_key_has_a_meaning_in_every_language_and_no_meaning_is_left_over() =>
        Assert.All(Languages.All, language =>
        {
            var texts = Sources.Texts(language.Code);
            Assert.Equal(
                Wanted.Order(StringComparer.Ordinal),
                texts.Keys.Where(key => key.StartsWith("setting.", StringComparison.Ordinal)
                    || key.StartsWith("setting-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.All(Wanted, key => Assert.False(string.IsNullOrWhiteSpace(texts[key]), key));
        });

    [Fact]
    public void Rules_are_listed_where_the_meaning_of_a_key_asks_for_them()
    {
        foreach (var language in Languages.All)
            Assert.DoesNotContain("{rules}", ManualPage.Write(ReplyDatabase.BuiltIn.TextsIn(language)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_English_is_left_in_the_manual_of_the_configuration()
    {
        using var words = new MadeUpLanguage();
        string page = Literal().Replace(ManualPage.Write(words.Texts), "");
        MadeUpLanguage.NoEnglish(page, "gatepost.toml");
    }

    /// <summary>What is the same in every language: the examples, and what stands between backticks or quotation marks.</summary>
    [GeneratedRegex("""```toml\n.*?```|`[^`\n]*`|"[^"\n]*["]""", RegexOptions.Singleline)]
    private static partial Regex Literal();
}
