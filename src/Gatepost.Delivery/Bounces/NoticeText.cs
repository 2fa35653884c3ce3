using System.Globalization;
using System.Text;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Settings;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Delivery.Bounces;

/// <summary>The part of a report that people read: what happened, who can act, what to do; then the remote's words.</summary>
internal sealed class NoticeText(BounceWords words, BounceOptions options, TimeSpan giveUpAfter, ReplyDatabase replies)
{
    private const int MaxListed = 50;
    private const int MaxQuoted = 10;
    private const int MaxQuote = 1500;
    private const int Width = 76;

    /// <summary>A sender is told the two likeliest of the other causes; gatepost explain tells all.</summary>
    private const int MaxAlternatives = 2;

    private readonly StringBuilder text = new();

    public string Write(NoticeKind kind, Queue.QueuedMessage message, string? subject, IReadOnlyList<RecipientResult> about)
    {
        // One cause, one section: twenty recipients refused for the same reason are one thing to understand.
        var groups = about
            .Select(result =>
                (Result: result, Explanation: Explain(result.Cause ?? result.Reply, IsHidden(result) ? null : result.Host, kind,
                    tellsFacts: !IsHidden(result) && about.Count == 1)))
            .GroupBy(each => (each.Explanation.Entry.Id, Above: each.Result.Cause is null ? null : each.Result.Reply.Entry.Id))
            .ToList();
        foreach (var group in groups)
            Section(kind, message, [.. group]);

        Paragraph(words.WhichMessage(Date(message.Arrived), subject is null ? null : SafeText.Of(subject, 120)));
        if (options.Contact is { } contact)
            Paragraph(words.Contact(contact, message.QueueId));
        Paragraph(words.TechnicalPartFollows);
        return text.ToString();
    }

    private void Section(
        NoticeKind kind, Queue.QueuedMessage message, IReadOnlyList<(RecipientResult Result, Explanation Explanation)> group)
    {
        Paragraph(words.Opening(kind, group.Count));
        // Several hidden members of one group have the same name here.
        var names = group.Select(each => NameOf(each.Result, kind)).Distinct().ToList();
        foreach (string name in names.Take(MaxListed))
            text.Append("    ").Append(name).Append("\r\n");
        if (names.Count > MaxListed)
            text.Append(CultureInfo.InvariantCulture, $"    ... (+{names.Count - MaxListed})\r\n");
        text.Append("\r\n");

        if (kind == NoticeKind.Succeeded)
        {
            if (!group[0].Result.IsFinalDelivery)
                Paragraph(IsHidden(group[0].Result) ? words.RelayedHidden : words.Relayed(group[0].Result.Host ?? "?"));
            return;
        }

        var (first, explanation) = group[0];
        string domain = (IsHidden(first) ? first.Recipient.Accepted : first.Recipient.Address).Domain is { Length: > 0 } known
            ? SafeText.Of(known, 255) : "";
        if (first.Cause is not null)
        {
            Paragraph(Explain(first.Reply, null, kind, tellsFacts: false).Meaning(words.Language));
            Paragraph(first.Reply.Entry == DeliveryReplies.ForwardRefused ? words.ForwardCause : words.LastCause);
        }

        string meaning = explanation.Meaning(words.Language);
        Paragraph(explanation.Basis == Basis.Unknown || meaning.Length == 0 ? words.UnknownCause : meaning);
        foreach (var other in explanation.Alternatives.Take(MaxAlternatives))
            Paragraph(words.MayAlsoBe(explanation.MeaningOf(other, words.Language), explanation.TellOf(other, words.Language)));
        if (kind == NoticeKind.Delayed)
            Paragraph(words.KeepsTrying(Date(message.Arrived + giveUpAfter)));
        // What the far server said of its own address is no advice for a sender who wrote to another, right one.
        var advice = first.Reply.Entry == DeliveryReplies.ForwardRefused
            ? Explain(first.Reply, null, kind, tellsFacts: false) : explanation;
        Paragraph(words.WhoCanAct(advice.Actors, domain));
        Steps(advice, domain);
        if (kind == NoticeKind.Failed)
            Paragraph(words.SendAgain(advice.Retry));
        Quote(group);
    }

    private void Steps(Explanation explanation, string domain)
    {
        foreach (var party in explanation.Steps(words.Language).GroupBy(step => step.Who))
        {
            Paragraph(words.WhatToDo(party.Key, domain), after: "\r\n");
            foreach (var step in party)
                Wrap(step.What, "  - ", "    ");
            text.Append("\r\n");
        }
    }

    private void Quote(IReadOnlyList<(RecipientResult Result, Explanation Explanation)> group)
    {
        string? introduced = null;
        foreach (var (result, _) in group.Take(MaxQuoted))
        {
            var reply = result.Cause ?? result.Reply;
            string introduction = !reply.WasReceived ? words.OurRecord
                : IsHidden(result) ? words.HiddenSaid(result.Stage.Name())
                : words.RemoteSaid(SafeText.Of(result.Host ?? "?", 255), result.Stage.Name());
            if (introduction != introduced)
                Paragraph(introduction, after: "\r\n");
            introduced = introduction;
            string said = Without(IsHidden(result) ? result.Recipient.Address : null, reply.WasReceived ? Said(reply) : reply.Text, words);
            foreach (string line in said.Split('\n').Take(20))
                Wrap(SafeText.Of(line, MaxQuote), "    > ", "    > ");
        }

        text.Append("\r\n");
    }

    private static string Said(Reply reply) => reply.Status is { } status
        ? string.Create(CultureInfo.InvariantCulture, $"{reply.Code} {status} {reply.Text}")
        : string.Create(CultureInfo.InvariantCulture, $"{reply.Code} {reply.Text}");

    /// <summary>If a group hides its members, the notice says that a member did not get the message, but not which one.</summary>
    private string NameOf(RecipientResult result, NoticeKind kind)
    {
        string final = SafeText.Of(result.Recipient.Address.ToString(), 320);
        string accepted = SafeText.Of(result.Recipient.Accepted.ToString(), 320);
        return !result.IsForwarded ? final
            : !IsHidden(result) ? words.PassedOn(accepted, final)
            : kind == NoticeKind.Succeeded ? accepted
            : words.Behind(accepted);
    }

    private bool IsHidden(RecipientResult result) => !options.DiscloseForward && result.IsForwarded;

    /// <summary>The words with an address left out that their reader is not to learn, its domain included.</summary>
    internal static string Without(Smtp.Mailbox? hidden, string text, BounceWords words) => hidden is null || hidden.Domain.Length == 0
        ? text
        : text.Replace(hidden.ToString(), words.Withheld, StringComparison.OrdinalIgnoreCase)
        .Replace(hidden.Domain, words.Withheld, StringComparison.OrdinalIgnoreCase);

    /// <summary>A bounce says what has ended, a delay notice what still goes on: the same reply asks for other steps.</summary>
    /// <remarks>What a reply states of its case is included if it is about one recipient, and never where it may name a hidden
    /// one.</remarks>
    private Explanation Explain(Reply reply, string? host, NoticeKind kind, bool tellsFacts) => replies.Explain(reply, new ExplainHints
    {
        RemoteHost = host,
        TellsFacts = tellsFacts,
        IsOurs = reply.WasReceived ? false : null,
        Outcome = kind switch
        {
            NoticeKind.Delayed => MessageOutcome.StillTrying,
            NoticeKind.Failed => Advice.WhenOver(reply.Code, reply.Status),
            _ => null,
        },
    });

    private static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private void Paragraph(string sentence, string after = "\r\n\r\n")
    {
        Wrap(sentence, "", "");
        text.Append(after.AsSpan(2));
    }

    private void Wrap(string sentence, string first, string further)
    {
        string indent = first;
        foreach (string line in WordWrap.Lines(sentence, Width - further.Length))
        {
            text.Append(indent).Append(line).Append("\r\n");
            indent = further;
        }
    }
}
