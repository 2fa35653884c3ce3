using System.Buffers;
using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>Tells a bounce from an automatic reply and from ordinary mail by its header.</summary>
internal static class MessageSigns
{
    private static readonly SearchValues<string> Daemons = WordSearch.Any(
    [
        "mailer-daemon", "mailer_daemon", "mailerdaemon", "postmaster", "post_master", "mail-daemon", "maildaemon", "mdaemon", "mail.daemon", "bounce-daemon", "mmdf", "double-bounce", "smtpd", "uucp", "microsoftexchange", "mailsystem", "mail-system",
    ]);

    private static readonly SearchValues<string> DaemonNames = WordSearch.Any(
    [
        "mail delivery", "delivery subsystem", "mail administrator", "system administrator", "mail system", "mailer-daemon", "postmaster", "delivery service", "content-filter", "content filter", "system attendant", "mail router", "internet mail",
        "microsoft outlook", "mail gateway", "mail notification",
    ]);

    private static readonly SearchValues<string> Subjects = WordSearch.Any(
    [
        "undeliver", "returned mail", "failure notice", "delivery status", "delivery fail", "delivery report", "delivery problem", "delivery error", "delivery notification", "delivery has failed", "mail system error",
        "mail failure", "mail failed", "mail error", "could not be deliver", "could not deliver", "not be delivered", "could not send", "couldn't be delivered", "delayed mail", "delivery delayed", "delivery delay", "message delay", "not delivered", "unable to deliver", "sending your mail",
        "permanent delivery", "returning message", "returned to sender", "returned message", "message status", "non-delivery", "nondeliverable", "nondelivery", "non delivery", "rejected:", "message rejected", "bounced", "mail non remis", "unzustellbar", "nicht zugestellt", "no se ha podido entregar",
        "не доставлен", "недоставлен", "возвращ", "ошибка доставки", "エラー", "配信", "送信でき", "不達", "delivery incomplete", "email delivery", "mail delivery", "warning: message", "warning: could not", "your message to", "mail status report", "mail delivery status", "недоставка", "message not delivered", "failed mail", "is not member", "are not member",
        "undelivered", "delivery warning", "message refused", "delivery status notification", "problem delivering",
    ]);

    private static readonly string[] AutoSubjects =
    [
        "automatic reply", "auto reply", "auto-reply", "autoreply", "auto:", "auto response", "autoresponse", "automatic response", "automated reply", "out of office", "out of the office", "vacation", "away from", "on leave", "réponse automatique",
        "automatische antwort", "abwesen", "respuesta automática", "risposta automatica", "автоответ", "автоматический ответ", "自動応答", "自動返信", "不在", "fuera de la oficina", "absence", "holiday", "i am away", "thank you for your", "autorespon",
    ];

    private static readonly SearchValues<string> AnyAutoSubject = WordSearch.Any(AutoSubjects);

    private static readonly SearchValues<string> Challenges = WordSearch.Any(
    [
        "confirm", "verification required", "challenge", "please verify", "whitelist", "spamarrest", "boxbe", "sender verification", "requires confirmation", "подтвердите",
    ]);

    public static bool FromDaemon(HeaderBlock header)
    {
        string from = header.Decoded("From") ?? "";
        if (from.Length == 0)
            return header.Has("Return-Path") && HasNullPath(header);
        return from.AsSpan().ContainsAny(Daemons) || from.AsSpan().ContainsAny(DaemonNames);
    }

    /// <summary>Addresses under which mailing list programs answer.</summary>
    public static bool FromListSoftware(HeaderBlock header)
    {
        string from = Address.First(header["From"] ?? "") ?? "";
        var local = from.AsSpan(0, Math.Max(0, from.IndexOf('@')));
        foreach (string end in (ReadOnlySpan<string>)["-admin", "-request", "-owner", "-bounces", "majordomo", "listserv", "mailman", "sympa", "ezmlm", "-help", "fml"])
            if (local.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                return true;
        return local.StartsWith("owner-", StringComparison.OrdinalIgnoreCase);
    }

    public static bool HasNullPath(HeaderBlock header) => header["Return-Path"] is { } path && (path == "<>" || path.Holds("MAILER-DAEMON"));

    public static bool SubjectOfBounce(string subject)
    {
        foreach (string prefix in (ReadOnlySpan<string>)["re:", "fw:", "fwd:", "aw:", "sv:", "antw:"])
            if (subject.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return false;
        return subject.AsSpan().ContainsAny(Subjects);
    }

    public static bool IsAutoReply(HeaderBlock header, string subject)
    {
        string submitted = header["Auto-Submitted"] ?? "";
        if (submitted.StartsWith("auto-replied", StringComparison.OrdinalIgnoreCase) || submitted.StartsWith("auto-generated", StringComparison.OrdinalIgnoreCase) && subject.AsSpan().ContainsAny(AnyAutoSubject))
            return true;
        foreach (string name in (ReadOnlySpan<string>)["X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-Apple-Action", "X-Vacation", "X-Mail-Autoreply"])
            if (header.Has(name))
                return true;
        string precedence = header["Precedence"] ?? "";
        if (precedence.StartsWith("auto", StringComparison.OrdinalIgnoreCase) || (header["X-Precedence"] ?? "").StartsWith("auto", StringComparison.OrdinalIgnoreCase))
            return true;
        return StartsWithAny(subject, AutoSubjects);
    }

    /// <summary>A mail that asks the sender to prove to be a person; it tells nothing about delivery.</summary>
    public static bool IsChallenge(HeaderBlock header, string subject) =>
        header.Has("X-TMDA-Confirm-Done") || header.Has("X-Challenge-Response") || header.Has("X-Boxbe-Notification") || (subject.AsSpan().ContainsAny(Challenges) && !SubjectOfBounce(subject));

    private static bool StartsWithAny(string text, string[] words)
    {
        foreach (string word in words)
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
