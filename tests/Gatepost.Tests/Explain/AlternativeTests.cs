using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// Where words or numbers fit several causes, all are told, the likeliest first, each with how to tell it from the others.
/// </summary>
public sealed class AlternativeTests
{
    private static readonly ReplyDatabase Known = ReplyDatabase.BuiltIn;
    private static readonly Explainer Explainer = new(Known);

    [Theory]
    [InlineData("550 5.3.2 Service currently unavailable", "client-blocked", "rate-limited rdns-missing")]
    [InlineData("550 5.7.1", "policy-refused", "auth-required sender-refused spam-detected")]
    [InlineData(
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "mailbox-unknown", "configuration-error sender-refused")]
    [InlineData("554 5.7.1 Access denied", "access-denied", "client-blocked sender-refused auth-required relay-denied")]
    [InlineData("550 5.7.1 Command rejected", "policy-refused", "spam-detected client-blocked sender-refused auth-required")]
    [InlineData("550 Administrative prohibition", "policy-refused", "relay-denied sender-refused client-blocked spam-detected")]
    [InlineData("550", "unknown", "mailbox-unknown client-blocked spam-detected")]
    [InlineData("451 4.3.0", "system-error", "greylisted rate-limited local-delivery-failed")]
    public void The_likeliest_cause_is_the_answer_and_the_others_are_beside_it(string text, string reason, string others)
    {
        var report = Explainer.ReadLine(text);

        Assert.Equal(reason, report.Reason.Word);
        Assert.Equal(others, string.Join(' ', report.Alternatives.Select(other => other.Word)));
    }

    [Theory]
    [InlineData("550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in local recipient table")]
    [InlineData("552 5.2.2 Mailbox full")]
    [InlineData("250 2.0.0 Ok: queued as 1A2B3C4D")]
    [InlineData("554 5.7.1 <bob@example.org>: Relay access denied")]
    public void A_cause_that_is_named_has_no_others(string text) => Assert.Empty(Explainer.ReadLine(text).Alternatives);

    [Fact]
    public void A_provider_that_names_policy_access_or_a_fault_of_its_own_says_what_it_may_be_instead() =>
        Replies.Shown.None(
            from dialect in Known.Dialects
            from each in dialect.Entries
            let entry = each.Entry
            where !each.IsGeneral && entry.Also.Count == 0
                && (entry.Reason == Reason.PolicyRefused || entry.Reason == Reason.AccessDenied || entry.Reason == Reason.SystemError)
            select entry.Id);

    [Fact]
    public void Trace_and_bounce_know_the_other_causes_that_explain_names()
    {
        const string Said = "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints";
        var explained = Known.Explain(Said);

        Assert.Equal(Explainer.ReadLine(Said).Alternatives, explained.Alternatives);
        Assert.NotEmpty(explained.Alternatives);
        Assert.All(explained.Alternatives, other => Assert.NotNull(explained.TellOf(other, Language.Russian)));
    }

    [Fact]
    public void Every_cause_that_may_be_told_as_another_says_how_to_tell_it_in_both_languages() =>
        Replies.Shown.None(
            from entry in Known.Entries.Values
            from other in entry.Also
            from language in Languages.All
            let words = Known.Words(other, language)
            where string.IsNullOrEmpty(words.Tell) || string.IsNullOrEmpty(words.Meaning)
            select $"{entry.Id}: {other.Word} in {language.Code()}");
}
