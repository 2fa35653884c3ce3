using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

public sealed class DialectTests
{
    private static readonly ReplyDatabase Known = ReplyDatabase.BuiltIn;

    [Fact]
    public void Every_example_of_a_providers_reply_is_recognised_as_that_reply() =>
        Shown.None(
            from dialect in Known.Dialects
            from entry in dialect.Entries
            where !entry.IsGeneral
            from example in entry.Examples
            let read = Known.Explain(example)
            where read.Entry != entry.Entry && !(read.Basis == Basis.Own && read.Reason == entry.Entry.Reason)
            select $"{dialect.File}: {entry.Entry.Id} was read as {read.Entry.Id}: {example}");

    [Fact]
    public void Every_example_of_general_words_gives_their_reason() =>
        Shown.None(
            from dialect in Known.Dialects
            from entry in dialect.Entries
            where entry.IsGeneral
            from example in entry.Examples
            let read = Known.Explain(example)
            where read.Reason != entry.Entry.Reason
            select $"{dialect.File}: {entry.Entry.Reason} was read as {read.Entry.Id}: {example}");

    [Fact]
    public void Every_providers_reply_has_an_example_and_a_source() =>
        Shown.None(
            from dialect in Known.Dialects
            from entry in dialect.Entries
            where !entry.IsGeneral && (entry.Examples.Count == 0 || string.IsNullOrEmpty(entry.Entry.Source))
            select $"{dialect.File}: {entry.Entry.Id}");

    [Fact]
    public void Every_providers_reply_has_a_meaning_of_its_own_in_both_languages() =>
        Shown.None(
            from dialect in Known.Dialects
            from entry in dialect.Entries
            where !entry.IsGeneral
            from language in Languages.All
            where Known.OwnWords(entry.Entry.Id, language)?.Meaning is null
            select $"{dialect.File}: {entry.Entry.Id} needs {language.Code()} = \"...\"");

    [Fact]
    public void No_two_replies_of_the_catalogue_share_an_id() =>
        Assert.Empty(
            Known.Dialects.SelectMany(dialect => dialect.Entries).Where(entry => !entry.IsGeneral).Select(entry => entry.Entry.Id)
                .Concat(OurReplies.All.Select(entry => entry.Id))
                .GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void The_words_that_decide_are_a_part_of_the_text_wherever_it_stands()
    {
        foreach (var example in Known.Dialects.SelectMany(dialect => dialect.Entries).SelectMany(entry => entry.Examples))
        {
            foreach (
                string text in (string[])[example, "  \t" + example + "\r\n", example.ToUpperInvariant(), "smtp; "
                    + example.Replace(" ", "  ", StringComparison.Ordinal)])
            {
                var match = Known.Match(text);
                Assert.InRange(match.Start, 0, text.Length);
                Assert.InRange(match.Length, 1, text.Length - match.Start);
            }
        }
    }
}
