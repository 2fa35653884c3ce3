using System.Text.RegularExpressions;
using Gatepost.Explain.Text;

namespace Gatepost.Explain;

/// <summary>
/// Recognises what a mail program, a script or a web form says when it could not send: no server has such a message, so nothing tries
/// again.
/// </summary>
internal static partial class ProgramFrame
{
    private static readonly System.Buffers.SearchValues<string> Marks = WordSearch.Any(
    [
        "traceback (most recent", "uncaught exception", "fatal error:", "stack trace", "nested exception", "expected response code",
            "got code", "smtp error:", "smtp connect()", "phpmailer", "swift_", "swiftmailer", "nodemailer", "smtplib",
        "mailkit", "javax.mail", "jakarta.mail", "gomail", "msmtp:", "ssmtp:", "could not instantiate mail", "smtp -> error",
            "econnrefused", "etimedout", "econnreset", "enotfound", "eauth", "esocket",
        "0x800ccc", "0x80040", "0x80042", "the mail server responded", "the server responded:", "server response:", "resposta do servidor",
            "réponse du serveur", "antwort des servers", "ответ сервера:", "mail server responded", "server error:",
            "an error occurred while sending mail", "error sending mail", "failed to send mail",
        "failed to send email", "failed to send e-mail", "failed to send the email", "send-mailmessage", "could not connect to smtp host",
            "unable to connect to the smtp server", "message could not be sent", "message can't be sent",
        "cannot send mail", "can't send mail", "cannot send message", "sending of the message failed", "sending of message failed",
            "sending failed", "unable to send email", "unable to send mail", "test email", "wp_mail",
        "konnte nicht gesendet werden", "senden der nachricht ist fehlgeschlagen", "der mail-server antwortete", "server antwortete",
            "не удалось отправить", "ошибка при отправке", "при отправке произошла ошибка", "сервер ответил",
        "n'a pas pu etre envoye", "n'a pas pu être envoyé", "echec de l'envoi", "échec de l'envoi", "le serveur a repondu",
            "le serveur a répondu", "no se pudo enviar", "no se ha podido enviar", "error al enviar", "el servidor respondio",
        "el servidor respondió", "impossibile inviare", "errore durante l'invio", "il server ha risposto", "nao foi possivel enviar",
            "não foi possível enviar", "nao pode ser enviada", "não pode ser enviada", "erro ao enviar",
        "nie mozna wyslac", "nie można wysłać", "nie udalo sie wyslac", "nie udało się wysłać", "送信できませんでした", "送信に失敗", "无法发送", "發送失敗",
            "发送失败", "보낼 수 없", "전송하지 못", "gonderilemedi", "gönderilemedi",
    ]);

    /// <summary>True where the words around a reply are a program's own error message.</summary>
    public static bool Recognises(ReadOnlySpan<char> text) =>
        text.ContainsAny(Marks) || ExceptionName().IsMatch(text[..Math.Min(text.Length, 2000)]);

    /// <summary>
    /// <c>SMTPDataError:</c>, <c>Swift_TransportException</c>, <c>System.Net.Mail.SmtpException</c>; not "Error:" alone, which servers say.
    /// </summary>
    [GeneratedRegex(
        @"[a-z0-9_]Exception\b|[a-zA-Z0-9_]{2}Error:\s|[A-Z]{3}[A-Za-z]{0,80}(?:Refused|Disconnected|Error)\b")]
    private static partial Regex ExceptionName();
}
