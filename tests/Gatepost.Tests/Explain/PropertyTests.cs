using System.Globalization;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Tests.Replies;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>What must hold for every wording of the catalogue, however its text is put.</summary>
public sealed class PropertyTests
{
    private static readonly ReplyDatabase Known = ReplyDatabase.BuiltIn;
    private static readonly Explainer Explainer = new(Known);

    /// <summary>Every example of the families and dialects with the reason it is read as.</summary>
    private static IEnumerable<(string Text, bool IsGeneral)> Examples =>
    [
        .. Sources.FamilyExamples.Select(example => (example.Text, true)),
        .. Known.Dialects.SelectMany(dialect => dialect.Entries)
        .SelectMany(entry => entry.Examples.Select(text => (text, entry.IsGeneral))),
    ];

    [Fact]
    public void Evidence_is_in_the_text() =>
        Shown.None(
            from example in Examples
            let report = Explainer.ReadLine(example.Text)
            from words in report.Evidence
            where !Plain(example.Text).Contains(Plain(words.Text), StringComparison.Ordinal)
            select $"{words.Text} in {example.Text}");

    /// <summary>Advice of every wording, said by a server and shown by a program, fits what became of the message.</summary>
    [Fact]
    public void Outcome_and_advice_agree() =>
        Shown.None(
            from example in Examples
            from text in (string[])[example.Text, $"An error occurred while sending mail. The mail server responded: {example.Text}"]
            let report = Explainer.ReadLine(text)
            where report.Outcome is not (MessageOutcome.Unknown or MessageOutcome.Accepted or MessageOutcome.Delivered)
            let goesOn = report.Outcome == MessageOutcome.StillTrying
            from language in Languages.All
            from words in report.Steps(language).Select(step => step.What)
                .Append(goesOn == (report.Retry == Retry.Automatic) ? "" : goesOn ? "refused for good" : "tries again by itself")
            from wrong in goesOn ? OutcomeWords.IsOver : OutcomeWords.Waits
            where words.Contains(wrong, StringComparison.Ordinal)
            select $"{text}, {report.Outcome}, {language.Code()}: {words}");

    /// <summary>A link, an address, a host, a list or a number in the answer is one of the text.</summary>
    [Fact]
    public void What_an_answer_states_of_its_case_is_in_the_text() =>
        Shown.None(
            from example in Examples
            let facts = Explainer.ReadLine(example.Text).Facts
            from value in (string?[])[facts.Ip?.ToString(), facts.Domain, facts.Host, facts.Helo, facts.Address, facts.List,
                facts.Limit?.ToString(CultureInfo.InvariantCulture), facts.Count?.ToString(CultureInfo.InvariantCulture)]
            where value is not null && !example.Text.Replace(",", "", StringComparison.Ordinal).Contains(value,
                StringComparison.OrdinalIgnoreCase)
            select $"{value} of {example.Text}");

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\t")]
    [InlineData("  ")]
    public void A_line_break_between_two_words_changes_no_reason(string between) =>
        Shown.None(Changed(Examples.Select(example => example.Text), between));

    [Theory]
    [InlineData(" mx1.example.net ")]
    [InlineData(" https://www.example.com/a?b=1 ")]
    [InlineData(" 123456 ")]
    [InlineData(" (7a3f9c21e004) ")]
    public void A_host_a_link_or_a_number_between_two_words_changes_no_reason(string value) =>
        Shown.None(Changed(Examples.Where(example => example.IsGeneral).Select(example => example.Text), value));

    /// <summary>An address is itself something that may be unknown, and an IP address something that may be blocked: they make a cause
    /// of another object where the words name none.</summary>
    [Theory]
    [InlineData(" <bob@example.org> ", 12)]
    [InlineData(" 192.0.2.7 ", 30)]
    [InlineData(" [192.0.2.7] ", 30)]
    public void An_address_between_two_words_changes_a_reason_only_where_it_is_what_the_words_are_about(string value, int most)
    {
        var changed = Changed(Examples.Where(example => example.IsGeneral).Select(example => example.Text), value).ToList();

        Assert.True(changed.Count <= most, string.Join('\n', changed));
    }

    /// <summary>Texts whose reason changes when something is put between two of their words.</summary>
    private static IEnumerable<string> Changed(IEnumerable<string> texts, string put)
    {
        foreach (string text in texts.Distinct())
        {
            var reason = Known.Explain(text).Reason;
            foreach (int at in Gaps(text))
            {
                string changed = text[..at] + put + text[(at + 1)..];
                if (Known.Explain(changed).Reason is { } now && now != reason)
                    yield return $"{reason?.Word} -> {now.Word}: {changed.ReplaceLineEndings("|")}";
            }
        }
    }

    /// <summary>Places of single spaces behind code and status, not next to a value or a sign.</summary>
    private static IEnumerable<int> Gaps(string text)
    {
        for (int at = 1; at + 1 < text.Length; at++)
            if (text[at] == ' ' && char.IsLetter(text[at - 1]) && char.IsLetter(text[at + 1]))
                yield return at;
    }

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
