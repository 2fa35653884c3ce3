using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>
/// Distinguishes the sender's side from the recipient's: "no such domain" after MAIL FROM, or beside the sender's address, is about the
/// sender.
/// </summary>
/// <remarks>No recipient is called dead for what was said about another.</remarks>
internal static class SenderSide
{
    private static readonly WordSet Sender = new(
    [
        "sender", "mail from", "from: <", "the from:", "from header", "from address", "from domain", "return-path", "return path",
            "reverse-path", "reverse path", "envelope from", "отправител", "absender", "expediteur", "expéditeur",
        "remitente", "mittente", "remetente", "nadawc", "gonderen", "gönderen", "差出人", "送信元", "送信者", "发件人", "寄件", "발신", "보낸 사람", "보낸사람",
            "보내는 사람",
    ]);

    private static readonly WordSet Recipient = new(
        "recipient", "rcpt to", "получател", "адресат", "empfänger", "empfanger", "destinat", "odbiorc", "宛先", "受信者", "收件人", "수신");

    private static readonly WordSet OfDomain =
        new("domain", "dns", " mx", "host", "routable", "route", "nxdomain", "name server", "домен", "dominio", "domaine",
            "domen", "ドメイン", "域名", "도메인");

    /// <param name="reason">What the words alone were taken for.</param>
    /// <param name="observation">Whose sender is known, perhaps.</param>
    /// <param name="statement">The statement that decided.</param>
    /// <param name="stage">At which command it was said.</param>
    public static Reason Of(Reason reason, Observation observation, Candidate? statement, Stage? stage)
    {
        bool denied = reason == Reason.AccessDenied && stage == Stage.MailFrom;
        bool domain = reason == Reason.DomainNotFound || reason == Reason.DomainRefusesMail;
        if ((!denied && !domain && reason != Reason.MailboxUnknown && reason != Reason.AddressInvalid)
            || statement is null or { Nearness: >= Nearness.Notice } || !IsAboutSender(observation, statement.Words.Text, stage))
            return reason;
        if (denied)
            return Reason.SenderRefused;
        string text = statement.Words.Text;
        return domain || OfDomain.IsIn(text)
            || (SenderDomain(observation) is { } name && text.Holds(name) && !text.Holds("@" + name)) ? Reason.SenderDomainNotFound
            : Reason.SenderRefused;
    }

    /// <summary>
    /// Is the address that the words name the sender's own: refused as a sender, or over a limit of its account? Then nothing tells the
    /// recipient.
    /// </summary>
    /// <param name="reason">What the words were taken for.</param>
    /// <param name="observation">With the address.</param>
    /// <param name="said">The words that decided.</param>
    public static bool Owns(Reason reason, Observation observation, string said) =>
        observation is { IsRecipientGuessed: true, Recipient: { } named }
        && (reason == Reason.SenderNotOwned || reason == Reason.SenderRefused || reason == Reason.SenderSuspended
            || reason == Reason.SenderDomainNotFound || reason == Reason.QuotaExceeded || reason == Reason.AuthFailed
            || reason == Reason.AuthRequired)
        && said.Holds(named) && !Recipient.IsIn(said);

    private static bool IsAboutSender(Observation observation, string text, Stage? stage)
    {
        if (observation.Recipient is { } recipient && text.Holds(recipient))
            return false;
        if (stage == Stage.MailFrom)
            return true;
        bool sender = Sender.IsIn(text) || (observation.Sender is { } address && text.Holds(address));
        return sender && !Recipient.IsIn(text);
    }

    private static string? SenderDomain(Observation observation) =>
        observation.Sender is { } sender && sender.IndexOf('@') is var at and > 0 && at + 1 < sender.Length ? sender[(at + 1)..] : null;
}
