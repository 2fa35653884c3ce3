using System.Text.Json;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;

namespace Gatepost.Web.Control;

/// <summary>Looks replies of queue and journal up in the catalogue, in the reader's language.</summary>
public sealed class ReplyExplainer(ReplyDatabase knowledge, Language language)
{
    public ReplyDatabase Knowledge => knowledge;

    /// <summary>Everything else said to the reader.</summary>
    public Texts Texts => knowledge.TextsIn(language);

    /// <summary>By the entry where it is one of our own or a condition our client met; by the words otherwise.</summary>
    public Explanation Explain(string? entry, int code, string? status, string text, string? host, MessageOutcome? outcome = null)
    {
        if (entry is not null && knowledge.Entries.TryGetValue(entry, out var known) && known.Kind is EntryKind.Own or EntryKind.Condition)
            return knowledge.Explain(known, outcome);
        return knowledge.Explain($"{code}{(status is null ? "" : " " + status)} {text}",
            new ExplainHints { RemoteHost = host, IsOurs = false, Outcome = outcome });
    }

    /// <summary>
    /// The reply of an event; null if nothing needs to be explained. What the queue did with the message counts for more than the first
    /// digit of the reply.
    /// </summary>
    public Explanation? Explain(JournalEvent happened) => NeedsMeaning(happened)
        ? Explain(
            happened.Entry, happened.Code!.Value, happened.Status, happened.Text ?? "", happened.PeerName,
            happened.Kind switch
            {
                JournalKind.Deferred => MessageOutcome.StillTrying,
                JournalKind.Failed => Advice.WhenOver(happened.Code, happened.Status),
                _ => null,
            })
        : null;

    public QueueItemReply WithMeaning(QueueItemReply last)
    {
        var explained = Explain(last.Entry, last.Code, last.Status, last.Text, last.Host);
        return last with { Reason = explained.Reason?.Word, Meaning = explained.Meaning(language) };
    }

    public QueueItem WithMeaning(QueueItem item) => item with
    {
        Recipients = [
            .. item.Recipients.Select(recipient => recipient.Last is { } last ? recipient with { Last = WithMeaning(last) } : recipient)],
    };

    /// <summary>Writes the event as JSON, with reason and meaning where it has a reply that needs them.</summary>
    public void Write(Utf8JsonWriter json, JournalEvent happened)
    {
        var explained = NeedsMeaning(happened)
            ? Explain(happened.Entry, happened.Code!.Value, happened.Status, happened.Text ?? "", happened.PeerName)
            : null;
        JournalJson.Write(
            json, happened, explained?.Reason?.Word, explained?.Meaning(language),
            [.. (explained?.Alternatives ?? []).Select(other =>
                (other.Word, explained!.MeaningOf(other, language), explained.TellOf(other, language)))]);
    }

    /// <summary>The same for events that have the same meaning within a conversation, which a reader needs once.</summary>
    public static string MeaningKey(JournalEvent happened) => $"{happened.Session} {happened.Entry} {happened.Code} {happened.Text}";

    /// <summary>Refusals, delays and conditions are explained; a 250 says enough.</summary>
    public static bool NeedsMeaning(JournalEvent happened) => happened.Code is { } code && code / 100 is 1 or 4 or 5;
}
