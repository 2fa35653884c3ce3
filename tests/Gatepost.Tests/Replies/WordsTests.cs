using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

public sealed class WordsTests
{
    private static readonly ReplyDatabase Known = ReplyDatabase.BuiltIn;

    [Fact]
    public void Every_data_file_that_comes_with_the_program_is_sound() =>
        Shown.None(Sources.Loader.Problems);

    [Fact]
    public void Every_reply_of_ours_has_a_meaning_of_its_own_in_both_languages() =>
        Shown.None(
            from entry in OurReplies.All
            from language in Languages.All
            where string.IsNullOrWhiteSpace(Known.OwnWords(entry.Id, language)?.Meaning)
            select $"Words/{language.Code()}: [{entry.Id}] needs a meaning");

    [Fact]
    public void Every_code_and_every_status_has_a_meaning_of_its_own_in_both_languages() =>
        Shown.None(
            from key in BasicCodes.All.Concat(BasicCodes.Classes).Select(entry => "code." + entry.Id)
                .Concat(StatusCodes.All.Concat(StatusCodes.Subjects).Select(row => "status." + row.Id))
            from language in Languages.All
            where string.IsNullOrWhiteSpace(Known.OwnWords(key, language)?.Meaning)
            select $"Words/{language.Code()}: {key} needs a meaning");

    [Fact]
    public void Who_can_act_is_told_what_to_do_in_both_languages() =>
        Shown.None(
            from entry in Known.Entries.Values
            where entry.Reason is not null
            from language in Languages.All
            let words = Known.Words(entry, language)
            from party in Advice.Parties
            where entry.Actors.HasFlag(party) && words.For(party).Count == 0
            select $"Words/{language.Code()}: {entry.Id} has no steps for {party}");

    [Fact]
    public void The_sender_always_learns_what_to_do_next() =>
        Shown.None(
            from reason in Reason.All
            from language in Languages.All
            let words = Known.Words(reason, language)
            where words.ForSender.Count == 0 || string.IsNullOrWhiteSpace(words.Meaning)
            select $"Words/{language.Code()}: [reason.{reason.Word}] is incomplete");

    [Fact]
    public void Russian_words_are_written_in_Russian_and_English_ones_are_not() =>
        Shown.None(
            from entry in Known.Entries.Values
            from language in Languages.All
            let meaning = Known.Words(entry, language).Meaning ?? ""
            let cyrillic = meaning.Any(letter => letter is >= 'А' and <= 'я')
            where meaning.Length > 0 && cyrillic != (language == Language.Russian)
            select $"{language.Code()} {entry.Id}: {meaning}");
}
