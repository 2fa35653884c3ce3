using System.Buffers;
using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>Reads the free-text kinds of bounces: recipients and causes stand in sentences.</summary>
internal static class NoticeReader
{
    private static readonly SearchValues<string> Phrases = WordSearch.Any(
    [
        "could not be delivered", "couldn't be delivered", "can't be delivered", "cannot be delivered", "delivery failed", "delivery has failed", "failed to deliver", "unable to deliver", "unable to send", "wasn't delivered", "was not delivered", "not delivered", "not be delivered", "undeliver", "not relayed", "did not reach", "could not deliver", "couldn't deliver", "couldn't send",
        "wasn't able to deliver", "was not able to deliver", "following address", "following recipient", "following user", "permanent error", "permanent failure", "delivery problem", "error delivering", "delivering your m", "trouble delivering", "not a member", "returned mail", "unknown user", "user unknown", "mailbox is full", "has been delayed", "will retry", "being retried", "no such user", "account is disabled", "unknown recipient",
        "does not exist", "is over quota", "transcript of session", "could not be sent", "rejected", "bounced", "was automatically rejected", "have permission to post", "delivery to the following", "не может быть доставлено", "не доставлено", "не удалось доставить", "送信できません", "配信", "送信に失敗", "お届けできません", "見つかりません", "n'a pas pu", "nicht zugestellt", "konnte nicht", "no se pudo", "non remis", "failed address", "invalid user", "invalid address", "no valid recipient", "groups.google.com/support", "incorrectly constructed", "invalid final delivery", "mailbox full",
    ]);

    public static List<Observation> Read(MessagePart message, Layout layout, string subject)
    {
        bool daemon = MessageSigns.FromDaemon(message.Header);
        bool bySubject = MessageSigns.SubjectOfBounce(subject);
        var failed = HeaderRecipients.Failed(message.Header);
        var notice = layout.FirstNotice;
        if (notice is null)
            return [];

        string? sender = Address.First(message.Header["To"] ?? "");
        var head = notice.Passage.Text.AsSpan(0, Math.Min(notice.End, 4000));
        bool byWords = head.ContainsAny(Phrases);
        var replies = QuotedReplies.Find(notice);
        int signs = (daemon ? 2 : 0) + (bySubject ? 1 : 0) + (byWords ? 1 : 0) + (failed.Count > 0 ? 2 : 0) + (MessageSigns.HasNullPath(message.Header) ? 1 : 0)
            + (replies.Exists(reply => reply.Remote || reply.Words.Text.Length > 4) ? 1 : 0);
        if (signs < 2 || !(byWords || replies.Count > 0 || failed.Count > 0 || (daemon && bySubject)))
            return [];
        var named = NoticeRecipients.Find(notice, sender);
        if (failed.Count == 0 && !(daemon ? IsAboutSomebody(named, replies, bySubject) : IsReportOfMachine(message, subject, named, head, byWords, bySubject || replies.Count > 0)))
            return [];
        var observations = new List<Observation>();
        if (named.TrueForAll(recipient => recipient.Score <= 0 || recipient.Address.Equals(sender, StringComparison.OrdinalIgnoreCase)) && failed.Count == 0 && LocalPart.Of(notice, message.Header, layout) is { } local)
            observations.Add(new Observation { Recipient = local, Sender = sender });
        foreach (string recipient in observations.Count > 0 ? [] : Choose(named, replies, failed, layout, sender))
            observations.Add(new Observation { Recipient = recipient, Sender = sender });
        if (observations.Count == 0)
            observations.Add(new Observation { Recipient = LocalPart.Of(notice, message.Header, layout), Sender = sender });
        foreach (var observation in observations)
        {
            NoticeWords.Add(observation, notice, replies, alone: observations.Count == 1);
            observation.Action = NoticeWords.ActionOf(head, subject);
            ReportReader.AddSubject(message, subject, observation);
        }

        return observations;
    }

    private static List<string> Choose(List<NamedRecipient> named, List<QuotedReply> replies, List<string> failed, Layout layout, string? sender)
    {
        var chosen = new List<string>();
        foreach (var recipient in named)
            if (recipient.LeadsLine && recipient.Score >= 5)
                Add(chosen, recipient.Address);

        // "554 <ann@example.org>... Host unknown": the reporter names each recipient in its own reply.
        var answered = new List<string>();
        foreach (var reply in replies)
            if (!reply.Heard && reply.Names is { } name && !name.Equals(sender, StringComparison.OrdinalIgnoreCase))
                Add(answered, name);
        if (answered.Count > chosen.Count && failed.Count == 0)
            return answered;
        if (failed.Count > 0 && !chosen.Exists(address => failed.Exists(other => Near(address, other))))
            chosen = failed;
        if (chosen.Count > 0)
            return chosen;

        string? original = ReturnedRecipient.Of(layout);
        if (original is not null && named.Exists(recipient => recipient.Address.Equals(original, StringComparison.OrdinalIgnoreCase)))
            return [original];
        if (named.MaxBy(recipient => recipient.Score) is { Score: > 0 } best)
            return [best.Address];
        if (original is not null)
            return [original];
        return named.Find(recipient => !recipient.Address.Equals(sender, StringComparison.OrdinalIgnoreCase) && recipient.Score > -4) is { } any ? [any.Address] : [];
    }

    /// <summary>Postmasters also announce maintenance and quarantines: a bounce names a recipient, a reply, or itself.</summary>
    private static bool IsAboutSomebody(List<NamedRecipient> named, List<QuotedReply> replies, bool bySubject) =>
        bySubject || replies.Count > 0 || named.Exists(recipient => recipient.Score > 0);

    /// <summary>No daemon signed it. People quote bounces too, and so do newsletters; a machine lists the recipient on a line of its own.</summary>
    private static bool IsReportOfMachine(MessagePart message, string subject, List<NamedRecipient> named, ReadOnlySpan<char> head, bool byWords, bool otherSign)
    {
        if (!byWords || message.Header.Has("In-Reply-To") || message.Header.Has("List-Unsubscribe") || MessageSigns.IsAutoReply(message.Header, subject))
            return false;
        return (otherSign && named.Exists(recipient => recipient.LeadsLine && recipient.Score >= 5)) || (MessageSigns.FromListSoftware(message.Header) && head.ContainsAny(Postings));
    }

    private static readonly SearchValues<string> Postings = WordSearch.Any("not a member", "not member", "are not allowed to post", "permission to post", "only members", "members-only", "not subscribed", "subscribers only", "has been rejected");

    /// <summary>Same local part: <c>X-Failed-Recipients</c> and the text may differ in the domain after rewriting.</summary>
    private static bool Near(string address, string other) => address.AsSpan(0, address.IndexOf('@') + 1).Equals(other.AsSpan(0, other.IndexOf('@') + 1), StringComparison.OrdinalIgnoreCase);

    private static void Add(List<string> chosen, string address)
    {
        if (!chosen.Exists(known => known.Equals(address, StringComparison.OrdinalIgnoreCase)))
            chosen.Add(address);
    }
}
