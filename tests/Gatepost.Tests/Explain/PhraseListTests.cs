using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Replies.Matching;
using Gatepost.Tests.Replies;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// The lists of what mail systems write around replies: each phrase finds what its example says, and no more than its gap allows.
/// </summary>
public sealed class PhraseListTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("notices-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_list_finds_its_own_examples()
    {
        var lists = ReplyDatabase.BuiltIn.Notices;

        Assert.NotEmpty(Sources.NoticeExamples);
        Assert.All(
            Sources.NoticeExamples, example => Assert.True(lists[example.List].IsIn(example.Text), $"{example.List}: {example.Text}"));
    }

    [Theory]
    [InlineData("could not be {} delivered", "Your mail COULD NOT be\n   delivered.", true)]
    [InlineData("could not be {} delivered", "It could not be read. Later it was delivered", false)]
    [InlineData("übermittelt", "nicht ubermittelt", true)]
    [InlineData("deliver", "undelivered", false)]
    [InlineData("%deliver%", "undelivered", true)]
    public void A_phrase_is_found_whatever_its_case_accents_and_line_breaks_but_not_across_sentences(string phrase, string text, bool found)
    {
        Assert.Equal(found, Lists($"[test.any]\nphrases = [\"{phrase}\"]\n").Notices["test"].IsIn(text));
    }

    [Fact]
    public void A_postmasters_file_adds_to_a_list_and_its_faults_are_named_by_line()
    {
        var database = Lists("[failure.nl]\nphrases = [\"niet worden bezorgd\"]\nwords = [\"x\"]\n");

        Assert.True(database.Notices["failure"].IsIn("Uw bericht kon niet worden bezorgd."));
        Assert.True(database.Notices["failure"].IsIn("Delivery has failed to these recipients"));
        Assert.EndsWith(":3: words is none of phrases, examples", Assert.Single(database.Problems).ToString());
    }

    [Fact]
    public void A_found_phrase_is_reported_by_its_place_in_the_original_text()
    {
        const string text = "Sorry:  the\n mailbox is\tFULL now";

        int at = Lists("[test.any]\nphrases = [\"mailbox is full\"]\n").Notices["test"].Find(FoldedText.Of(text), out int length);

        Assert.Equal("mailbox is\tFULL", text.Substring(at, length));
    }

    private ReplyDatabase Lists(string file)
    {
        Directory.CreateDirectory(Path.Combine(folder, "notices"));
        File.WriteAllText(Path.Combine(folder, "notices", "own.toml"), file);
        return ReplyDatabase.Load(folder);
    }
}
