using System.Buffers;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>
/// Decides whether a text without codes is about mail at all. Words such as "license" or "blocked" mean nothing in a text of another kind.
/// </summary>
internal static class MailContext
{
    /// <summary>Longer texts without any code need more than one word of mail.</summary>
    private const int Long = 600;

    private static readonly SearchValues<string> Mail = WordSearch.Any(
    [
        "mail", "smtp", "recipient", "sender", "deliver", "inbox", "spam", "bounce", "relay", "postfix", "exim", "sendmail", "dkim", "spf",
            "dmarc", "greylist", "blacklist", "blocklist", "block list", "rbl", "dnsbl", "rcpt", "helo", "ehlo", "mx ", "quota",
        "domain", "temporary failure", "x-unix", "unknown user", "user unknown", "no such user", "connection", "connect ", "timed out",
            "timeout", "starttls", "tls", "certificat", "ssl", "login", "authenticat", "dns", "name server", "host name", "hostname",
        "письм", "почт", "ящик", "получател", "отправител", "адресат", "достав", "соединен", "nachricht", "empfanger", "empfänger",
            "postfach", "zustell", "absender", "ptr", "courriel", "destinataire", "boite", "boîte", "expediteur", "expéditeur",
            "adresse ip",
        "correo", "destinatario", "buzon", "buzón", "remitente", "posta", "casella", "mittente", "caixa", "remetente", "lista de bloqueio",
            "wiadomosc", "wiadomość", "skrzynk", "odbiorc", "nadawc", "poczt", "メール", "宛先", "送信", "受信", "配信", "配送", "メッセージ",
        "邮件", "收件人", "发件人", "邮箱", "郵件", "信箱", "메일", "수신", "발신", "메시지", "ileti", "alici", "alıcı", "gonderen", "gönderen", "posta kutu",
        "вложен", "рассыл", "спам", "сертификат", "anhang", "zertifikat", "versand", "sendelimit", "verteiler", "destinatar", "allegato",
            "adjunto", "servidor", "server di posta", "添付", "中継", "サーバ", "附件", "垃圾", "转发", "發件", "服务器", "伺服器", "서버", "sunucu", "iletim",
        "ontvanger", "bericht", "postvak", "afzender", "bijlage", "mottagar", "meddelande", "brevlåda", "avsändar", "bilag", "modtager",
            "mottaker", "postkasse", "afsender", "avsender", "vedlegg", "vastaanottaj", "viesti", "postilaatik", "lähettäj", "příjemc",
        "adresát", "zpráv", "schránk", "odesílatel", "címzett", "levél", "postafiók", "feladó", "mesaj", "căsuța", "expeditor", "одержувач",
            "отримувач", "скриньк", "відправник", "người nhận", "hộp thư", "người gửi", "attachment", "send-as", "sendas", "from address",
        "message", "server", " ip ", "ip-", "your ip", "ip address", "nxdomain", "servfail", "subscriber", "this list", "list ", "adres ip",
            "dirección ip", "endereço ip", "indirizzo ip", "ip-adres", "сервер", "サーバー", "主机", "발송", "发信", "invii", "envío",
        "envio", "envoi", "posting", "sieve", "bounced", "macro", "zustellung", "reverse dns", "rückwärts", "абонент", "подпис",
        "from:", "received header", "outgoing", "unsubscribed", "dictionary attack",
            "harvest attack", "remote ip", "client ip", "local user", "mx servers", "tlsa", "hops", "clamav", "virus",
            "getaddrinfo", "mx for",
        "@", "queue", "mailbox", "dominio", "domínio", "domena", "domeny", "домен", "ドメイン", "域名", "網域", "도메인", "alan ad", "mensaje",
            "messaggio", "mensagem", "le message", "un message", "usuário", "usuario", "utente", "kullanıcı",
    ]);

    private static readonly SearchValues<string> Failure = WordSearch.Any(
    [
        "fail", "error", "reject", "refus", "denied", "unable", "cannot", "can't", "could not", "couldn't", "not accepted", "not possible",
            "undeliver", "bounce", "invalid", "exception", "unexpected", "blocked", "deferred", "warning", "does not", "doesn't", "attack",
            "frozen", "rescheduled", "never ", "never sent",
        "не удалось", "ошибк", "отказ", "невозможно", "не доставлен", "fehler", "fehlgeschlagen", "konnte nicht", "abgelehnt", "echec",
            "échec", "impossible", "rejet", "fallo", "rechaz", "no se pudo", "errore", "impossibile", "rifiut", "erro ", "falha",
            "rejeitad", "blad", "błąd", "nie udalo", "nie udało", "odrzuc",
        "エラー", "失敗", "できません", "错误", "失败", "無法", "无法", "拒绝", "오류", "실패", "hata", "reddedildi",
    ]);

    /// <summary>
    /// True where an answer may be given for this text: it has a reply's shape, or what decided stands among words of mail.
    /// </summary>
    public static bool Allows(Report report, string text)
    {
        if (report.ReplyCode is not null || report.EnhancedStatus is not null || report.VerdictId is not null
            || report.Outcome == MessageOutcome.NotSent)
            return true;
        int words = Count(text);
        if (report.Basis is Basis.Own or Basis.Dialect)
            return words > 0 || text.Length < Long;
        if (report.Basis == Basis.Words)
            return words > (text.Length > Long ? 2 : 0);
        return words > 0 && text.Length < Long && text.AsSpan().ContainsAny(Failure);
    }

    /// <summary>How many words of mail there are, up to four.</summary>
    private static int Count(ReadOnlySpan<char> text)
    {
        int count = 0;
        while (count < 4 && text.IndexOfAny(Mail) is var at and >= 0)
        {
            count++;
            text = text[Math.Min(text.Length, at + 3)..];
        }

        return count;
    }
}
