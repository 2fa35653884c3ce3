using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>What the header of a message says about who wrote it: a mail system, a list, an answering machine, a person.</summary>
internal sealed class MessageSigns(HeaderBlock header, NoticePhrases phrases)
{
    private static readonly string[] ReplyPrefixes = ["re:", "fw:", "fwd:", "aw:", "sv:", "antw:", "rv:", "tr:", "wg:", "отв:", "на:"];

    private readonly string from = header.Decoded("From") ?? "";

    public HeaderBlock Header { get; } = header;

    /// <summary>With encoded words decoded; empty if there is none.</summary>
    public string Subject { get; } = header.Decoded("Subject") ?? "";

    /// <summary>The mail system itself is named as the author.</summary>
    public bool FromMachine => field |= IsFromMachine();

    /// <summary>The empty reverse-path of notices (RFC 5321 §4.5.5), or a mail system's own.</summary>
    public bool HasNullPath => Header["Return-Path"] is { } path && (path == "<>" || path.Holds("MAILER-DAEMON"));

    /// <summary>Mail of a list or a mass mailing, which notices never are.</summary>
    public bool IsListMail =>
        Header.Has("List-Id") || Header.Has("List-Unsubscribe") || Header.Has("List-Post")
        || (Header["Precedence"] is { } precedence && precedence.StartsWith("list", StringComparison.OrdinalIgnoreCase));

    /// <summary>No field says that a program wrote it.</summary>
    public bool IsFromPerson => !FromMachine && !HasNullPath && !Header.Has("Auto-Submitted") && !Header.Has("X-Failed-Recipients")
        && !FromListSoftware;

    /// <summary>The subject answers or forwards another.</summary>
    public bool IsReply
    {
        get
        {
            foreach (string prefix in ReplyPrefixes)
                if (Subject.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                    return true;
            return false;
        }
    }

    /// <summary>A person passes a message on.</summary>
    public bool IsForward =>
        Subject.StartsWith("fw", StringComparison.OrdinalIgnoreCase) || Subject.StartsWith("wg:", StringComparison.OrdinalIgnoreCase)
        || Subject.StartsWith("tr:", StringComparison.OrdinalIgnoreCase) || Subject.StartsWith("rv:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The subject speaks of delivery. A sign among others: shops deliver too.</summary>
    public bool SubjectOfNotice => Subject.Length > 0 && (!IsReply || !Header.Has("In-Reply-To")) && phrases.NoticeSubject.IsIn(Subject);

    /// <summary>An answering machine says so in the header, or in the first words of the subject.</summary>
    public bool IsAutoReply
    {
        get
        {
            string submitted = Header["Auto-Submitted"] ?? "";
            if (submitted.StartsWith("auto-replied", StringComparison.OrdinalIgnoreCase)
                || (submitted.StartsWith("auto-generated", StringComparison.OrdinalIgnoreCase) && phrases.AutoSubject.IsIn(Subject)))
                return true;
            foreach (string name in (ReadOnlySpan<string>)[
                "X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-Apple-Action", "X-Vacation", "X-Mail-Autoreply",
                    "X-Auto-Response-From"])
                if (Header.Has(name))
                    return true;
            return (Header["Precedence"] ?? "").StartsWith("auto", StringComparison.OrdinalIgnoreCase)
                || (Header["X-Precedence"] ?? "").StartsWith("auto", StringComparison.OrdinalIgnoreCase)
                    || phrases.AutoSubject.Begins(Subject);
        }
    }

    /// <summary>A mail that asks the sender to prove to be a person; it says nothing about delivery.</summary>
    public bool IsChallenge =>
        Header.Has("X-TMDA-Confirm-Done") || Header.Has("X-Challenge-Response") || Header.Has("X-Boxbe-Notification")
            || (phrases.Challenge.IsIn(Subject) && !SubjectOfNotice);

    /// <summary>Addresses under which mailing list programs answer.</summary>
    public bool FromListSoftware
    {
        get
        {
            string address = Address.First(from) ?? "";
            var local = address.AsSpan(0, Math.Max(0, address.IndexOf('@')));
            foreach (string end in (ReadOnlySpan<string>)["-admin", "-request", "-owner", "-bounces", "majordomo", "listserv",
                "mailman", "sympa", "ezmlm", "-help", "fml"])
                if (local.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                    return true;
            return local.StartsWith("owner-", StringComparison.OrdinalIgnoreCase);
        }
    }

    private bool IsFromMachine()
    {
        if (from.Length == 0)
            return HasNullPath;
        int sign = from.LastIndexOf('@');
        int open = from.LastIndexOf('<');
        var local = sign < 0 ? from.AsSpan() : from.AsSpan(Math.Clamp(open + 1, 0, sign), sign - Math.Clamp(open + 1, 0, sign));
        return phrases.MachineAddress.IsIn(local) || phrases.MachineAddress.IsIn(NameOf(from)) || phrases.MachineName.IsIn(from);
    }

    /// <summary>The name without the address: <c>Mail Robot &lt;robot@example.org&gt;</c>, <c>a@example.org (Mail System)</c>.</summary>
    private static ReadOnlySpan<char> NameOf(string from)
    {
        int open = from.LastIndexOf('<');
        return open > 0 ? from.AsSpan(0, open).Trim(" \"") : from.Contains('@') && !from.Contains('(') ? default : from;
    }
}
