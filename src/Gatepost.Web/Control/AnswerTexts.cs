using Gatepost.Explain;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>The words around an explanation: which text of <c>[text.explain]</c> belongs to what a report says.</summary>
public sealed class AnswerTexts(Texts texts)
{
    /// <summary>Characters of one quoted text that are shown.</summary>
    public const int MaxLength = 600;

    public Language Language => texts.Language;

    public string WhoActs => texts.Say("explain.who-acts");

    public string TryAgain => texts.Say("explain.try-again");

    public string WhatToDo => texts.Say("explain.what-to-do");

    public string Help => texts.Say("explain.help");

    public string ReadFrom => texts.Say("explain.read-from");

    public string Codes => texts.Say("explain.codes");

    public string SaidBy => texts.Say("explain.said-by");

    public string NotABounce => texts.Say("explain.ordinary");

    public string AutoReply => texts.Say("explain.auto-reply");

    public string Nothing => texts.Say("explain.nothing");

    public string WrongNumber => texts.Say("explain.wrong-number");

    /// <summary>Label before other causes.</summary>
    public string MayAlsoBe => texts.Say("explain.may-also-be");

    /// <summary>Label before the statements of <c>--verbose</c>.</summary>
    public string Statements => texts.Say("explain.statements");

    public string OurRecord(string id) => texts.Say("explain.our-record", ("id", id));

    /// <summary>Above the record that the journal at hand holds.</summary>
    public string RecordHere(string id) => texts.Say("explain.record-here", ("id", id));

    /// <summary>How to distinguish one cause from the others; <paramref name="how"/> is part of a sentence.</summary>
    public string Tell(string how) => texts.Say("explain.tell", ("how", how));

    /// <summary>Who made a statement, and why it decided or did not.</summary>
    public string Standing(Statement statement) => texts.Say(statement.Speaker switch
    {
        Speaker.Remote => "explain.speaker-remote",
        Speaker.Reporter => "explain.speaker-reporter",
        Speaker.Subject => "explain.speaker-subject",
        _ => "explain.speaker-notice",
    }) + ": " + texts.Say(statement.Standing switch
    {
        Gatepost.Explain.Standing.Decides => "explain.standing-decides",
        Gatepost.Explain.Standing.Consequence => "explain.standing-consequence",
        Gatepost.Explain.Standing.SummaryOfAnother => "explain.standing-summary",
        Gatepost.Explain.Standing.StandingText => "explain.standing-text",
        Gatepost.Explain.Standing.SaysNothingKnown => "explain.standing-nothing",
        _ => "explain.standing-further",
    });

    /// <summary>First line of a summary.</summary>
    public string Summary(long reports, int causes, long silent) => texts.Say("explain.summary", ("reports", reports), ("causes", causes))
        + (silent == 0 ? "" : texts.Say("explain.summary-silent", ("count", silent)));

    /// <summary>Last line of a summary that does not show every cause.</summary>
    public string SummaryRest(int causes, long reports) => texts.Say("explain.summary-rest", ("causes", causes), ("reports", reports));

    public string Example(string text) => texts.Say("explain.example", ("text", text));

    /// <summary>Who reports about which domain.</summary>
    public string DigestHead(string reporter, string domain) =>
        texts.Say("explain.digest-head", ("reporter", reporter), ("domain", domain));

    public string DigestSum(long total, long failed) => texts.Say("explain.digest-sum", ("total", total), ("failed", failed));

    /// <summary>How many rows of a report are not shown.</summary>
    public string DigestRest(int count) => texts.Say("explain.digest-rest", ("count", count));

    public string DotsLost(EnhancedStatus status) => texts.Say("explain.dots-lost", ("status", status.ToString()));

    public string To(string recipient) => texts.Say("explain.to", ("recipient", recipient));

    /// <summary>Who can act, or <see cref="Actors.Nobody"/>.</summary>
    public static IReadOnlyList<Actors> Parties(Report report)
    {
        var parties = Advice.Parties.Where(party => report.Actors.HasFlag(party)).ToList();
        return parties.Count > 0 ? parties : [Actors.Nobody];
    }

    /// <summary>A part of a sentence as its beginning.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    public string Party(Actors who) => texts.Party(who, AdviceVoice.Explain);

    /// <summary>What became of the message, in one sentence; null if it is not known or the headline says it.</summary>
    public string? Outcome(Report report) => report.Outcome switch
    {
        MessageOutcome.StillTrying => texts.Say(report.TimeHelps ? "explain.still-trying" : "explain.still-trying-in-vain"),
        MessageOutcome.GivenUp => texts.Say("explain.given-up"),
        MessageOutcome.Refused => texts.Say("explain.refused"),
        MessageOutcome.NotSent => texts.Say("explain.not-sent"),
        _ => null,
    };

    public string Retry(Report report) => report.Retry switch
    {
        Gatepost.Replies.Retry.Automatic when !report.TimeHelps => texts.Say("again.automatic-in-vain-explain"),
        Gatepost.Replies.Retry.AfterChange when report.Reason == Reason.Unknown => texts.Say("again.after-change-unknown-explain"),
        var retry => texts.Again(retry, AdviceVoice.Explain),
    };

    public string Sureness(Report report) => report.Basis switch
    {
        Basis.Own => texts.Say("explain.sure-own"),
        Basis.Dialect when report.Provider is { } provider => texts.Say("explain.sure-provider", ("provider", provider)),
        Basis.Dialect => texts.Say("explain.sure-dialect"),
        Basis.Words => texts.Say(report.Confidence == Confidence.Low ? "explain.unsure-words" : "explain.sure-words"),
        Basis.Status => texts.Say("explain.sure-status"),
        Basis.Code => texts.Say("explain.unsure-code"),
        _ => texts.Say(report.Confidence >= Confidence.High ? "explain.sure-form" : "explain.unknown"),
    };

    /// <summary>Where in the document a quotation is.</summary>
    public string Place(Quotation quotation) => quotation.Part switch
    {
        "" => texts.Say("explain.place", ("offset", quotation.Offset)),
        "header" => texts.Say("explain.place-header", ("offset", quotation.Offset)),
        var part => texts.Say("explain.place-part", ("part", part), ("offset", quotation.Offset)),
    };
}
