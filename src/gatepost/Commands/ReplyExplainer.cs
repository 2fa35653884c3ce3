using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>Looks replies of queue and journal up in the catalogue, in the reader's language.</summary>
internal sealed class ReplyExplainer(ReplyDatabase knowledge, Language language)
{
    /// <summary>As for any program (POSIX.1-2017 XBD §8.2).</summary>
    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>Everything else said to the reader.</summary>
    public Texts Texts => knowledge.TextsIn(language);

    /// <summary>The language an option or the environment asks for; English where it asks for one we do not have.</summary>
    public static Language Choose(string? option) =>
        ReplyCatalogue.Current.FindLanguage(option)
        ?? Variables.Select(Environment.GetEnvironmentVariable)
            .Where(value => !string.IsNullOrEmpty(value))
            .Select(ReplyCatalogue.Current.FindLanguage)
            .FirstOrDefault()
        ?? Language.English;

    /// <summary>By the entry where it is one of our own or a condition our client met; by the words otherwise.</summary>
    public Explanation Explain(string? entry, int code, string? status, string text, string? host, MessageOutcome? outcome = null)
    {
        if (entry is not null && knowledge.Entries.TryGetValue(entry, out var known) && known.Kind is EntryKind.Own or EntryKind.Condition)
            return knowledge.Explain(known, outcome);
        return knowledge.Explain($"{code}{(status is null ? "" : " " + status)} {text}",
            new ExplainHints { RemoteHost = host, IsOurs = false, Outcome = outcome });
    }

    public QueueItemReply Told(QueueItemReply last)
    {
        var explained = Explain(last.Entry, last.Code, last.Status, last.Text, last.Host);
        return last with { Reason = explained.Reason?.Word, Meaning = explained.Meaning(language) };
    }

    public QueueItem Told(QueueItem item) => item with
    {
        Recipients = [
            .. item.Recipients.Select(recipient => recipient.Last is { } last ? recipient with { Last = Told(last) } : recipient)],
    };

    public TraceEvent Told(TraceEvent happened)
    {
        if (!NeedsMeaning(happened))
            return happened;
        var explained = Explain(happened.Entry, happened.Code!.Value, happened.Status, happened.Text ?? "", happened.PeerName);
        return happened with { Reason = explained.Reason?.Word, Meaning = explained.Meaning(language) };
    }

    /// <summary>Refusals, delays and conditions are explained; a 250 says enough.</summary>
    public static bool NeedsMeaning(TraceEvent happened) => happened.Code is { } code && code / 100 is 1 or 4 or 5;
}
