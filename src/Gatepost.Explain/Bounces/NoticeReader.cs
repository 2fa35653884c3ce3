using Gatepost.Explain.Mime;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies.Matching;

namespace Gatepost.Explain.Bounces;

/// <summary>Reads the free-text kinds of bounces: recipients and causes are in sentences.</summary>
internal static class NoticeReader
{
    public static List<Observation> Read(MessagePart message, Layout layout, MessageSigns signs)
    {
        var notice = layout.FirstNotice;
        if (notice is null)
            return [];
        var failed = HeaderRecipients.Failed(message.Header);
        string? sender = Address.First(message.Header["To"] ?? "");
        var spoken = new Spoken(notice, signs.Subject);
        var replies = QuotedReplies.Find(notice);
        if (!IsNotice(signs, spoken, replies, failed))
            return [];
        var named = NoticeRecipients.Find(notice, sender);
        if (failed.Count == 0 && !IsAboutSomebody(layout, signs, spoken, named, replies))
            return [];
        var observations = Observe(
            notice, replies, Choose(named, replies, failed, layout, Address.First(signs.Header["From"] ?? ""), sender));
        foreach (var observation in observations)
            observation.Sender = sender;
        foreach (var observation in observations)
        {
            observation.Action = spoken.Action;
            ReportReader.AddSubject(message, signs.Subject, observation);
        }

        return observations;
    }

    /// <summary>The same for a text without a header: a pasted notice, a ticket, a trace.</summary>
    public static List<Observation> ReadText(Layout layout, List<QuotedReply> replies, Spoken spoken)
    {
        var notice = layout.Notices[0];
        var named = NoticeRecipients.Find(notice, null);

        // Of a text that is no notice an address is a recipient only where a label or a reply says so.
        if (!spoken.Failure)
            named.RemoveAll(recipient => !recipient.LeadsLine && recipient.Score < 3);
        var observations = Observe(notice, replies, Choose(named, replies, [], layout, null, null));
        foreach (var observation in observations)
            observation.IsRecipientGuessed = !spoken.Failure;
        return observations;
    }

    private static List<Observation> Observe(Notice notice, List<QuotedReply> replies, List<string> recipients)
    {
        var observations = recipients.ConvertAll(recipient => new Observation { Recipient = recipient });
        if (observations.Count == 0)
            observations.Add(new Observation());
        foreach (var observation in observations)
            NoticeWords.Add(observation, notice, replies, alone: observations.Count == 1);
        return observations;
    }

    /// <summary>Which kinds of sentences are at the beginning of a notice.</summary>
    public readonly struct Spoken
    {
        /// <summary>Characters of a notice within which it says what it is.</summary>
        private const int Head = 4000;

        public Spoken(Notice notice, string subject)
        {
            var head = FoldedText.Of(notice.Passage.Text.AsSpan(0, Math.Min(notice.End, Head)));
            Failure = notice.Phrases.Failure.IsIn(head);
            Action = NoticeWords.ActionOf(notice.Phrases, head, subject);
            Trouble = Failure || Action == DeliveryAction.Delayed || notice.Phrases.Trouble.IsIn(head);
        }

        /// <summary>The message was not delivered.</summary>
        public bool Failure { get; }

        /// <summary>That, or words of trouble of any kind.</summary>
        public bool Trouble { get; }

        public DeliveryAction Action { get; }
    }

    /// <summary>
    /// Several signs together: who wrote it, to which reverse-path, with which sentence. The subject alone is never enough.
    /// </summary>
    private static bool IsNotice(MessageSigns signs, Spoken spoken, List<QuotedReply> replies, List<string> failed)
    {
        bool quotes = replies.Exists(reply => reply.Remote || reply.Words.Text.Length > 4);
        int count = (signs.FromMachine ? 2 : 0) + (signs.SubjectOfNotice ? 1 : 0) + (spoken.Trouble ? 1 : 0) + (failed.Count > 0 ? 2 : 0)
            + (signs.HasNullPath ? 1 : 0) + (quotes ? 1 : 0);
        return count >= 2 && (spoken.Trouble || replies.Count > 0 || failed.Count > 0 || (signs.FromMachine && signs.SubjectOfNotice));
    }

    /// <summary>
    /// A notice names a recipient or returns the message. Postmasters also announce maintenance, send statistics and quarantines.
    /// </summary>
    private static bool IsAboutSomebody(
        Layout layout, MessageSigns signs, Spoken spoken, List<NamedRecipient> named, List<QuotedReply> replies)
    {
        if (signs.FromMachine || (signs.HasNullPath && spoken.Failure))
        {
            if (signs.IsListMail && !signs.HasNullPath && !signs.FromListSoftware)
                return false;
            return signs.SubjectOfNotice || named.Exists(recipient => recipient.Score > 0)
                || (replies.Count > 0 && (spoken.Failure || layout.Original is not null || layout.FirstNotice?.ReturnedAt >= 0));
        }

        return IsReportOfMachine(layout, signs, spoken, named, replies.Count > 0);
    }

    /// <summary>
    /// No mail system signed it. People quote bounces too, and so do newsletters; a machine lists the recipient on a line of its own.
    /// </summary>
    private static bool IsReportOfMachine(Layout layout, MessageSigns signs, Spoken spoken, List<NamedRecipient> named, bool quotes)
    {
        if (!spoken.Trouble || signs.Header.Has("In-Reply-To") || signs.Header.Has("List-Unsubscribe") || signs.IsAutoReply)
            return false;
        if (signs.IsForward)
            return layout.FirstNotice?.ForwardedFromMachine == true
                && named.Exists(recipient => recipient is { LeadsLine: true, Score: >= 5 });
        if (spoken.Failure && (signs.SubjectOfNotice || quotes)
            && named.Exists(recipient => recipient is { LeadsLine: true, Quoted: false, Score: >= 5 }))
            return true;
        return signs.FromListSoftware && layout.FirstNotice is { } notice
            && notice.Phrases.Posting.IsIn(notice.Passage.Text.AsSpan(0, Math.Min(notice.End, 4000)));
    }

    private static List<string> Choose(
        List<NamedRecipient> named, List<QuotedReply> replies, List<string> failed, Layout layout, string? reporter, string? sender)
    {
        var chosen = new List<string>();
        foreach (var recipient in named)
            if (recipient.LeadsLine && recipient.Score >= 5)
                Add(chosen, recipient.Address);

        // If one recipient is alone on a line, so are the others.
        if (named.Exists(recipient => recipient.Alone && chosen.Contains(recipient.Address)))
            foreach (var recipient in named)
                if (recipient.Alone && recipient.Score > -4)
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
        if (layout.FirstNotice is { } notice && BareNames.Find(notice, layout, reporter) is { Count: > 0 } bare)
            return bare;

        string? original = ReturnedRecipient.Of(layout);
        if (original is not null && named.Exists(recipient => recipient.Address.Equals(original, StringComparison.OrdinalIgnoreCase)))
            return [original];
        if (named.MaxBy(recipient => recipient.Score) is { Score: > 0 } best)
            return [best.Address];
        if (original is not null)
            return [original];
        return named.Find(recipient =>
            !recipient.Address.Equals(sender, StringComparison.OrdinalIgnoreCase) && recipient.Score > -4) is { } any ? [any.Address] : [];
    }

    /// <summary>Same local part: <c>X-Failed-Recipients</c> and the text may differ in the domain after rewriting.</summary>
    private static bool Near(string address, string other) =>
        address.AsSpan(0, address.IndexOf('@') + 1).Equals(other.AsSpan(0, other.IndexOf('@') + 1), StringComparison.OrdinalIgnoreCase);

    private static void Add(List<string> chosen, string address)
    {
        if (!chosen.Exists(known => known.Equals(address, StringComparison.OrdinalIgnoreCase)))
            chosen.Add(address);
    }
}
