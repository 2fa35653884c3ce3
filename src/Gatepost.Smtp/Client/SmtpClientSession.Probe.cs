using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <content>Asking whether a recipient would be taken, without sending anything.</content>
public sealed partial class SmtpClientSession
{
    /// <summary>Says MAIL with the null sender and RCPT, and takes both back. The connection can be used afterwards.</summary>
    /// <returns>The answer that decided, and what it answered: one of <see cref="ClientStage"/>.</returns>
    /// <exception cref="SmtpClientException">The other side was lost or did not answer in time.</exception>
    public async ValueTask<RecipientAnswer> ProbeAsync(Mailbox recipient, CancellationToken cancel)
    {
        using var heed = patience.Heed(cancel);
        if (needsReset)
            await AskAsync("RSET", ClientStage.Reset, options.Timeouts.Hello, cancel);
        needsReset = true;
        string sender = "MAIL FROM:<>" + (!recipient.IsAscii && Offers.SmtpUtf8 ? " SMTPUTF8" : "");
        var mail = await AskAsync(sender, ClientStage.Mail, options.Timeouts.Mail, cancel);
        if (mail.Class != 2)
            return new RecipientAnswer(mail, ClientStage.Mail);
        if (!recipient.IsAscii && !Offers.SmtpUtf8)
            return new RecipientAnswer(OurReplies.PeerNotUtf8.Say(("host", target.Host)), ClientStage.Mail);

        commands.Clear();
        commands.Add($"RCPT TO:<{recipient}>");
        await WriteAsync(commands.Octets, ClientStage.Rcpt, options.Timeouts.Rcpt, cancel);
        var reply = await HearAsync(ClientStage.Rcpt, $"RCPT TO:<{recipient}>", options.Timeouts.Rcpt, cancel, sender: "", recipient.ToString());
        return new RecipientAnswer(reply, ClientStage.Rcpt);
    }
}
