using Gatepost.Explain.Mime;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>Reads a delivery report: its fields name recipients and outcomes, the notice beside them helps to understand.</summary>
internal static class ReportReader
{
    public static List<Observation> Read(MessagePart message, Layout layout, List<StatusGroup> groups, string subject)
    {
        var notice = layout.FirstNotice;
        var named = new Lazy<List<NamedRecipient>>(() =>
            notice is null ? [] : NoticeRecipients.Find(notice, Address.First(message.Header["To"] ?? "")));
        var replies = new Lazy<List<QuotedReply>>(() => notice is null ? [] : QuotedReplies.Find(notice));

        var observations = new List<Observation>(groups.Count);
        var seen = groups.Count > 1 ? new HashSet<string>(StringComparer.OrdinalIgnoreCase) : null;
        for (int i = 0; i < groups.Count; i++)
        {
            var observation = Observe(groups[i]);
            observation.Sender = Address.First(message.Header["To"] ?? "");
            observation.Recipient ??= Match(named.Value, HeaderRecipients.Failed(message.Header), i, groups.Count)
                ?? ReturnedRecipient.Of(layout);
            if (seen?.Add($"{observation.Recipient}|{groups[i].Status?.Text}|{groups[i].Diagnostics.FirstOrDefault()?.Text}") == false)
                continue;
            observation.More = () =>
            {
                if (notice is not null)
                    NoticeWords.Add(observation, notice, replies.Value, alone: groups.Count == 1);
                AddSubject(message, subject, observation);
            };
            observations.Add(observation);
        }

        return observations;
    }

    internal static void AddSubject(MessagePart message, string subject, Observation observation)
    {
        if (subject.Length > 0 && message.Header.Find("Subject") is var index and >= 0 && !subject.Contains("=?", StringComparison.Ordinal))
            observation.Candidates.Add(
                new Candidate(Excerpt.From(message.Header.Passage(index, "header")), FoundCode.None, Nearness.Subject));
    }

    private static Observation Observe(StatusGroup group)
    {
        var observation = new Observation
        {
            Recipient = RecipientOf(group),
            Action = ActionOf(group.Action?.Text),
            RemoteHost = HostOf(group.RemoteMta?.Text),
            EntryId = group.Entry?.Text,
            QueueId = group.QueueId?.Text,
            IsOurs = group.Diagnostics.Exists(diagnostic => diagnostic.Text.StartsWith("X-Gatepost", StringComparison.OrdinalIgnoreCase)),
        };
        if (group.Status is { } words && CodeFinder.NextStatus(words.Text, 0) is var (status, at, length) && at >= 0)
        {
            observation.FieldStatus = status;
            observation.FieldStatusWords = words.Slice(at, length);
        }

        foreach (var diagnostic in group.Diagnostics)
        {
            // The number of a local program is no reply code: "X-LOCAL; 500 (err.nosuchuser)".
            var said = WithoutType(diagnostic);
            if (IsLocal(diagnostic.Text) && !said.IsEmpty)
                observation.Add(CodeFinder.ReadFirst(said.Text) is { CodeAt: 0, Status: null } number && number.WordsAt < said.Text.Length
                    ? said.Slice(number.WordsAt) : said, Nearness.Reply);
            else
                observation.Add(said, Nearness.Reply);
            if (diagnostic.Text.StartsWith("x-unix", StringComparison.OrdinalIgnoreCase))
                observation.LocalStep = diagnostic;
        }

        if (group is { Diagnostics.Count: 0, Supplement: { } supplement })
            observation.Add(Inside(supplement), Nearness.Reply);

        if (group.FinalRecipient is { } final && final.Text.AsSpan(final.Text.IndexOf(';') + 1).TrimStart() is ['|', ..] or ['"', '|', ..])
            observation.LocalStep ??= final;

        // "5.2.1 (mailbox disabled, not accepting messages)": a comment may say more than the code.
        if (group.Status is { } field && field.Text.IndexOf('(') is var open and > 0)
            observation.Candidates.Add(new Candidate(field.Slice(open), FoundCode.None, Nearness.Reporter));
        return observation;
    }

    private static bool IsLocal(string diagnostic) => diagnostic.StartsWith("x-local", StringComparison.OrdinalIgnoreCase)
        || diagnostic.StartsWith("x-unix", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The final recipient, unless it is no address or one of the receiving system's inside: then the one the sender wrote to (RFC 3464
    /// §2.3.1).
    /// </summary>
    private static string? RecipientOf(StatusGroup group)
    {
        string? final = Whole(group.FinalRecipient), original = Whole(group.OriginalRecipient);
        if (original is not null && (final is null || IsInside(final, original)))
            return original;
        return final ?? Whole(group.ActualRecipient);
    }

    private static string? Whole(Excerpt? field) =>
        field is not null && Address.OfField(field.Text) is { } address && address.IndexOf('@') > 0 && address[^1] != '@' ? address : null;

    /// <summary>A source route, a host without a domain, or a host below the domain that the sender wrote to.</summary>
    private static bool IsInside(string final, string original)
    {
        var host = final.AsSpan(final.LastIndexOf('@') + 1);
        var domain = original.AsSpan(original.LastIndexOf('@') + 1);
        bool sameName = final.AsSpan(0, final.LastIndexOf('@'))
            .Equals(original.AsSpan(0, original.LastIndexOf('@')), StringComparison.OrdinalIgnoreCase);
        bool below = host.Length > domain.Length && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
            && host[^(domain.Length + 1)] == '.';
        return (!host.Contains('.') && sameName) || below || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".lan", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Match(List<NamedRecipient> named, List<string> failed, int index, int count)
    {
        if (failed.Count > index && failed.Count == count)
            return failed[index];
        var leading = named.FindAll(recipient => recipient.LeadsLine && recipient.Score > 0);
        if (leading.Count == count)
            return leading[index].Address;
        return named.Count > 0 && named.MaxBy(recipient => recipient.Score) is { Score: > 0 } best ? best.Address : null;
    }

    internal static DeliveryAction ActionOf(string? text)
    {
        if (text is null)
            return DeliveryAction.Unknown;
        if (text.StartsWith("fail", StringComparison.OrdinalIgnoreCase))
            return DeliveryAction.Failed;
        if (text.StartsWith("delay", StringComparison.OrdinalIgnoreCase))
            return DeliveryAction.Delayed;
        if (text.StartsWith("deliver", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("success", StringComparison.OrdinalIgnoreCase))
            return DeliveryAction.Delivered;
        if (text.StartsWith("relay", StringComparison.OrdinalIgnoreCase))
            return DeliveryAction.Relayed;
        return text.StartsWith("expand", StringComparison.OrdinalIgnoreCase) ? DeliveryAction.Expanded : DeliveryAction.Unknown;
    }

    /// <summary><c>smtp; 550 ...</c> without the type in front (RFC 3464 §2.3.6).</summary>
    private static Excerpt WithoutType(Excerpt diagnostic)
    {
        int semicolon = diagnostic.Text.IndexOf(';');
        if (semicolon is < 1 or > 40)
            return diagnostic;
        foreach (char c in diagnostic.Text.AsSpan(0, semicolon))
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '/' or '.' or ' '))
                return diagnostic;
        return diagnostic.Text.AsSpan(0, semicolon).Trim().Contains(' ') ? diagnostic : diagnostic.Slice(semicolon + 1);
    }

    /// <summary>The reply in <c>&lt;host #5.0.0 smtp; 550 ...&gt;</c>.</summary>
    private static Excerpt Inside(Excerpt supplement)
    {
        int semicolon = supplement.Text.IndexOf("; ", StringComparison.Ordinal);
        if (!supplement.Text.StartsWith('<') || semicolon is < 0 or > 300)
            return supplement;
        int end = supplement.Text.EndsWith('>') ? supplement.Text.Length - 1 : supplement.Text.Length;
        return supplement.Slice(semicolon + 2, end - semicolon - 2);
    }

    /// <summary><c>dns; mx.example.org (192.0.2.1)</c> without type and comment.</summary>
    private static string? HostOf(string? field)
    {
        if (field is null)
            return null;
        int semicolon = field.IndexOf(';');
        var host = field.AsSpan(semicolon + 1).Trim();
        int end = host.IndexOfAny(' ', '(', ';');
        if (end >= 0)
            host = host[..end];
        host = host.TrimEnd('.');
        return host.Length is 0 or > 255 ? null : host.ToString();
    }
}
