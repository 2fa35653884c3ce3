using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>
/// Outcome and advice never contradict each other, whatever the entry: ours, the standards', a dialect's or a reason's own.
/// </summary>
public sealed class AdviceTests
{
    private static readonly ReplyDatabase Known = ReplyDatabase.BuiltIn;

    [Fact]
    public void After_a_final_refusal_no_one_is_told_to_wait_for_a_server_that_tries_again() =>
        Shown.None(
            from entry in Known.Entries.Values
            where entry.Reason is { Permanence: not Permanence.None }
            from outcome in (MessageOutcome[])[MessageOutcome.Refused, MessageOutcome.GivenUp, MessageOutcome.NotSent]
            from language in Languages.All
            let told = Known.Explain(entry, outcome)
            from words in told.Steps(language).Select(step => step.What)
                .Append(told.Retry == Retry.Automatic ? "tries again by itself" : "")
            from wait in OutcomeWords.Waits
            where words.Contains(wait, StringComparison.Ordinal)
            select $"{entry.Id}, {outcome}, {language.Code()}: {words}");

    [Fact]
    public void While_a_queue_still_tries_no_one_is_told_that_it_is_over() =>
        Shown.None(
            from entry in Known.Entries.Values
            where entry.Reason is { Permanence: not Permanence.None } && !IsFinalOnly(entry)
            from language in Languages.All
            let told = Known.Explain(entry, MessageOutcome.StillTrying)
            from words in told.Steps(language).Select(step => step.What).Append(told.Meaning(language))
                .Append(told.Retry != Retry.Automatic ? "refused for good" : "")
            from over in OutcomeWords.IsOver
            where words.Contains(over, StringComparison.Ordinal)
            select $"{entry.Id}, {language.Code()}: {words}");

    /// <summary>What nobody should read as the first word of advice once it is over, unless something is to be done afterwards.</summary>
    private static readonly string[] Waiting = ["Wait", "Do nothing", "Подождите", "Ничего не делайте"];

    private static readonly string[] Deeds = ["send", "try", "look", "отправ", "попроб", "войд", "напиш", "найд", "write"];

    /// <summary>What doubles a message that a queue still holds.</summary>
    private static readonly string[] SendingAgain =
        ["Send the message again", "Send it again", "send the message again", "send it again", "Отправьте письмо ещё раз",
            "отправьте письмо ещё раз", "Отправьте письмо снова", "тправьте письмо заново"];

    [Fact]
    public void Once_it_is_over_no_one_is_told_to_wait_and_do_nothing() =>
        Shown.None(
            from entry in Known.Entries.Values
            where entry.Reason is { Permanence: not Permanence.None }
            from outcome in (MessageOutcome[])[MessageOutcome.Refused, MessageOutcome.GivenUp, MessageOutcome.NotSent]
            from language in Languages.All
            from step in Known.Explain(entry, outcome).Steps(language)
            where step.Who == Actors.Sender && Array.Exists(Waiting, wait => step.What.StartsWith(wait, StringComparison.Ordinal))
                && !Array.Exists(Deeds, deed => step.What.Contains(deed, StringComparison.Ordinal))
            select $"{entry.Id}, {outcome}, {language.Code()}: {step.What}");

    [Fact]
    public void While_a_queue_holds_the_message_no_one_sends_it_a_second_time() =>
        Shown.None(
            from entry in Known.Entries.Values
            where entry.Reason is { Permanence: not Permanence.None } && !IsFinalOnly(entry) && !IsOursAndFinal(entry)
            from language in Languages.All
            from step in Known.Explain(entry, MessageOutcome.StillTrying).Steps(language)
            from again in SendingAgain
            where step.Who == Actors.Sender && step.What.Contains(again, StringComparison.Ordinal)
            select $"{entry.Id}, {language.Code()}: {step.What}");

    [Fact]
    public void Outcome_and_retry_never_contradict_each_other_whatever_the_reason() =>
        Shown.None(
            from reason in Reason.All
            where reason.Permanence != Permanence.None
            from outcome in Enum.GetValues<MessageOutcome>()
            let retry = Advice.RetryFor(reason.Retry, outcome)
            where (outcome == MessageOutcome.StillTrying && retry != Retry.Automatic)
                || (Advice.IsOver(outcome) && retry == Retry.Automatic) || (Advice.IsGood(outcome) && retry != Retry.No)
            select $"{reason.Word}, {outcome}: {retry}");

    private static bool IsOursAndFinal(ReplyEntry entry) =>
        entry.Kind is EntryKind.Own or EntryKind.Condition && entry.Classic.Status?.Class == 5;

    /// <summary>Entries that a first digit of 5 belongs to, and the one that says that the time for delivery is over.</summary>
    private static bool IsFinalOnly(ReplyEntry entry) =>
        (entry.Kind == EntryKind.Basic && entry.Id[0] == '5') || entry.Id.EndsWith("-final", StringComparison.Ordinal)
            || entry.Id == DeliveryReplies.DeliveryExpired.Id;

    [Theory]
    [InlineData("554 5.7.1 Message rejected: you have exceeded the limit of messages per day", Retry.Later)]
    [InlineData("450 4.2.0 Greylisted", Retry.Automatic)]
    [InlineData("250 2.0.0 Ok: queued as 35BGGDR8MWA9", Retry.No)]
    public void The_first_digit_decides_where_nothing_else_is_known(string reply, Retry retry) =>
        Assert.Equal(retry, ReplyDatabase.BuiltIn.Explain(reply).Retry);

    [Fact]
    public void The_time_for_delivery_is_over_whatever_the_first_digit_says() =>
        Assert.Equal(MessageOutcome.GivenUp, Advice.OfReply(null, new EnhancedStatus(4, 4, 7)));
}
