using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>Words with their object: sentences that nobody has collected, in twelve languages.</summary>
public sealed class FamilyMatchingTests
{
    private static readonly ReplyDatabase Known = ReplyDatabase.BuiltIn;

    [Fact]
    public void Every_example_of_a_family_gives_its_reason() =>
        Shown.None(
            from example in Sources.FamilyExamples
            let read = Known.Explain(example.Text)
            where read.Reason != example.Reason
            select $"{example.Reason} was read as {read.Entry.Id}: {example.Text}");

    [Theory]
    [InlineData(" \r\n")]
    [InlineData(" 4711 ")]
    [InlineData(" [A1B2C3D4E5] ")]
    public void Line_breaks_numbers_and_identifiers_between_the_words_change_no_reason(string inserted) =>
        Shown.None(
            from example in Sources.FamilyExamples
            from changed in Inserted(example.Text, inserted)
            let read = Known.Explain(changed)
            where read.Reason != example.Reason
            select $"{example.Reason} was read as {read.Entry.Id}: {changed.ReplaceLineEndings("\\n")}");

    [Theory]
    [InlineData("550 5.1.1 {0} mailbox {0} is full", "mailbox-full")]
    [InlineData("550 5.1.1 the user {0} does not {0} exist here", "mailbox-unknown")]
    [InlineData("550 {0} Protocol {0} error", "protocol-error")]
    [InlineData("550 5.7.1 message {0} rejected {0} as spam", "spam-detected")]
    [InlineData("550 5.7.1 {0} relaying {0} denied", "relay-denied")]
    [InlineData("550 Das {0} Postfach {0} existiert nicht", "mailbox-unknown")]
    [InlineData("550 почтовый ящик {0} переполнен", "mailbox-full")]
    [InlineData("550 La boîte {0} est pleine", "mailbox-full")]
    public void Addresses_in_the_middle_of_a_sentence_break_no_match(string sentence, string reason)
    {
        foreach (
            string inserted in (string[])[
                "", "<bob@example.org>", "'bob@example.org'", "bob@example.org", "(bob.smith+tag@mail.example.org)"])
            Assert.Equal(
                reason, Known.Explain(string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, inserted)).Reason?.Word);
    }

    [Theory]
    [InlineData("550 NO_SUCH_USER", "mailbox-unknown")]
    [InlineData("550 nosuchuser", "mailbox-unknown")]
    [InlineData("550 RecipientNotFound", "mailbox-unknown")]
    [InlineData("550 WRONG_RECIPIENT", "mailbox-unknown")]
    [InlineData("552 MAILBOX_FULL", "mailbox-full")]
    public void Joined_words_are_read_as_the_words_they_join(string text, string reason) =>
        Assert.Equal(reason, Known.Explain(text).Reason?.Word);

    [Theory]
    [InlineData("550 blocked")]
    [InlineData("550 quota")]
    [InlineData("550 rejected")]
    [InlineData("451 limit")]
    public void A_single_word_without_its_object_gives_at_most_low_confidence(string text) =>
        Assert.True(new Explainer(Known).ReadLine(text, out _).Confidence <= Confidence.Low, text);

    /// <summary>
    /// The half that the words were developed with, the half that was kept aside until they were done, and what postmasters meet daily.
    /// </summary>
    [Theory]
    [InlineData("developed.tsv", 0.95)]
    [InlineData("kept.tsv", 0.93)]
    [InlineData("postmasters.tsv", 0.98)]
    [InlineData("wide.tsv", 0.92)]
    public void Paraphrases_of_every_reason_in_twelve_languages_are_read_as_their_labels_say(string file, double least)
    {
        string[][] rows =
        [
            .. File.ReadLines(Path.Combine(Repository.Root, "tests", "Gatepost.Tests", "Replies", "Paraphrases", file)).Skip(1)
            .Select(line => line.Split('\t')),
        ];
        var wrong = rows.Where(row => !IsAccepted(Known.Explain(row[1]).Reason, row)).Select(row => row[0]).ToList();
        Assert.True(1 - ((double)wrong.Count / rows.Length) >= least, $"{wrong.Count} of {rows.Length}: {string.Join(' ', wrong)}");
    }

    private static IEnumerable<string> Inserted(string text, string inserted)
    {
        int words = text.IndexOf(' ', text.Length > 9 && text[5] == '.' ? 4 : 0);
        for (int at = text.IndexOf(' ', words + 1); at > 0; at = text.IndexOf(' ', at + 1))
            yield return text[..at] + inserted + text[(at + 1)..];
    }

    private static bool IsAccepted(Reason? reason, string[] row)
    {
        string[] right = [row[2], .. row[3].Split(',')];
        return reason is not null && (right.Contains(reason.Word) || (reason.Wider is { } wider && right.Contains(wider)));
    }
}
