using System.Text.RegularExpressions;
using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests.Architecture;

/// <summary>No reply without an entry, no entry without a use, and codes that do not contradict themselves.</summary>
public sealed partial class ReplyTests
{
    [Fact]
    public void Every_entry_is_said_or_met_somewhere()
    {
        var used = SourceTree.Product
            .Where(file => !file.Path.StartsWith("src/Gatepost.Replies/OurReplies", StringComparison.Ordinal))
            .SelectMany(file => Mention().Matches(file.Code).Select(match => match.Groups["name"].Value))
            .ToHashSet();
        var idle = typeof(OurReplies).GetProperties()
            .Where(property => property.PropertyType == typeof(ReplyEntry) && !used.Contains(property.Name))
            .Select(property => property.Name);

        Finding.None(idle);
    }

    [Fact]
    public void No_reply_is_written_outside_the_catalogue()
    {
        var strays = SourceTree.Product
            .Where(file => file.Project != "Gatepost.Replies")
            // The tour's rows are what the source list expects to hear; nothing of them is ever spoken.
            .Where(file => file.Project != "Gatepost.Tour" || !file.Name.EndsWith("Rows.cs", StringComparison.Ordinal))
            .SelectMany(file => file.Find(WrittenReply()));

        Finding.None(strays);
    }

    [Fact]
    public void Code_and_enhanced_status_are_of_one_class_in_the_modern_form()
    {
        var torn = OurReplies.All.Where(entry => entry.Kind == EntryKind.Own && !Agrees(entry.Modern));

        Finding.None(torn.Select(entry => $"{entry.Id}: {entry.Modern}"));
    }

    [Fact]
    public void A_classic_form_disagrees_only_where_it_quotes_what_servers_say_today()
    {
        // The entry then has a modern form that differs, and names whom it quotes.
        var torn = OurReplies.All.Where(entry =>
            entry.Kind == EntryKind.Own && !Agrees(entry.Classic) && (entry.Classic == entry.Modern || entry.Source is null));

        Finding.None(torn.Select(entry => $"{entry.Id}: {entry.Classic}"));
    }

    [Fact]
    public void A_condition_of_our_client_has_a_status_that_says_whether_to_try_again()
    {
        var mute = OurReplies.All.Where(entry => entry.Kind == EntryKind.Condition && entry.Classic.Status is not { Class: 4 or 5 });

        Finding.None(mute.Select(entry => entry.Id));
    }

    [Fact]
    public void A_refusal_has_a_reason_and_a_status_and_a_success_has_no_reason()
    {
        var wrong = OurReplies.All.Where(entry => entry.Kind == EntryKind.Own && (entry.Classic.Code < 400) != (entry.Reason is null));

        Finding.None(wrong.Select(entry => entry.Id));
        Finding.None(OurReplies.All.Where(entry => entry.Kind == EntryKind.Own && entry.Classic.Code >= 400 && entry.Classic.Status is null)
            .Select(entry => entry.Id));
    }

    private static bool Agrees(ReplyForm form) => form.Status is not { } status || status.Class == form.Code / 100;

    [GeneratedRegex(@"\bOurReplies\.(?<name>\w+)")]
    private static partial Regex Mention();

    /// <summary>
    /// Code, enhanced status and words in one literal, or code and words at its start; codes alone ("then 452 4.5.3.") are talk about
    /// replies.
    /// </summary>
    [GeneratedRegex(@"""[^""\n]*\b[2-5][0-5][0-9][ -][245]\.\d{1,3}\.\d{1,3} \p{L}[^""\n]*""|""[2-5][0-5][0-9][ -][A-Z][a-z]+[^""\n]*""")]
    private static partial Regex WrittenReply();
}
