using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Web.Control;

namespace Gatepost.Web.Panel.Pages;

/// <summary>One event of a story as a person reads it.</summary>
/// <param name="Happened">The event.</param>
/// <param name="Said">What happened, in one line.</param>
/// <param name="Mood">Class of the style sheet: good, wait, bad, or empty.</param>
/// <param name="Why">Why, in one sentence; null where there is nothing to say.</param>
/// <param name="Meaning">What the reply means; null where it was said before or is plain.</param>
public sealed record TimelineEntry(JournalEvent Happened, string Said, string Mood, string? Why, Explanation? Meaning)
{
    /// <summary>The story from its beginning; each refusal is explained where it is met first.</summary>
    public static IReadOnlyList<TimelineEntry> Of(IReadOnlyList<JournalEvent> events, ReplyExplainer meanings)
    {
        var explained = new HashSet<string>(StringComparer.Ordinal);
        return [.. events.Select(happened => Of(happened, meanings, explained))];
    }

    private static TimelineEntry Of(JournalEvent happened, ReplyExplainer meanings, HashSet<string> explained)
    {
        var texts = meanings.Texts;
        string? why = happened.Detail?.In(texts);
        bool isNew = ReplyExplainer.NeedsMeaning(happened) && explained.Add(ReplyExplainer.MeaningKey(happened));
        return new TimelineEntry(happened, SaidOf(happened, texts), MoodOf(happened), why, isNew ? meanings.Explain(happened) : null);
    }

    private static string SaidOf(JournalEvent happened, Texts texts) => happened.Kind switch
    {
        JournalKind.Connected => texts.Say(
            happened.Outbound ? "panel.we-connected" : "panel.client-connected", ("peer", PeerOf(happened))),
        JournalKind.Reply when happened.Code is { } code => ReplyOf(happened, code, texts),
        JournalKind.Verdict => texts.Say(
            happened.Code is null ? "panel.rule-passed" : "panel.rule-refused", ("rule", happened.Rule), ("recipient", happened.Recipient)),
        JournalKind.Tls => "TLS",
        JournalKind.Accepted => texts.Say("panel.accepted-for", ("id", happened.QueueId), ("recipient", happened.Recipient)),
        JournalKind.Delivered => texts.Say("trace.delivered", ("recipient", happened.Recipient)),
        JournalKind.Deferred when happened.NextAttempt is { } next =>
            texts.Say("trace.waits-until", ("recipient", happened.Recipient), ("until", texts.Show(next))),
        JournalKind.Deferred => texts.Say("trace.waits", ("recipient", happened.Recipient)),
        JournalKind.Failed => texts.Say("trace.given-up", ("recipient", happened.Recipient)),
        JournalKind.Bounced => texts.Say("trace.reported", ("recipient", happened.Recipient)),
        JournalKind.QueueChanged => texts.Say("trace.queue-changed", ("recipient", happened.Recipient)),
        JournalKind.Closed => texts.Say("trace.closed"),
        _ => texts.Say("trace.server"),
    };

    private static string ReplyOf(JournalEvent happened, int code, Texts texts)
    {
        string status = happened.Status is null ? "" : happened.Status + " ";
        string reply = $"{code} {status}{(happened.Text ?? "").Replace('\n', ' ')}";
        string speaker = texts.Say(!happened.Outbound ? "trace.we" : "trace.they");
        return happened.Command is { Length: > 0 } command
            ? $"{texts.Say(happened.Outbound ? "trace.we" : "trace.client")}: {command} - {speaker}: {reply}"
            : $"{speaker}: {reply}";
    }

    private static string PeerOf(JournalEvent happened) => (happened.PeerName, happened.Peer) switch
    {
        ({ } name, { } address) => $"{name} [{address}]",
        (var name, var address) => name ?? address?.ToString() ?? "",
    };

    private static string MoodOf(JournalEvent happened) => happened.Kind switch
    {
        JournalKind.Accepted or JournalKind.Delivered => "good",
        JournalKind.Deferred => "wait",
        JournalKind.Failed => "bad",
        _ when happened.Code is >= 500 => "bad",
        _ when happened.Code is >= 400 and < 500 => "wait",
        _ => "",
    };
}
