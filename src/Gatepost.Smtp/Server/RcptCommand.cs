using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <summary>RCPT (RFC 5321 §4.1.1.3): asks the rules about one recipient and adds it to the envelope.</summary>
internal sealed class RcptCommand(SessionContext context, EnforcedLimits limits)
{
    private Session Session => context.Session;

    private SessionLimits Limits => context.Profile.Limits;

    /// <summary>Judges one recipient and adds it to the envelope if it passes; the order of commands has been checked.</summary>
    public async ValueTask<Answer> AnswerAsync(RcptTo rcpt, CancellationToken cancel)
    {
        var envelope = Session.Envelope!;
        var address = rcpt.Recipient.Address;
        if (!address.IsAscii && !envelope.SmtpUtf8)
            return context.Refuse(
                Stage.RcptTo, context.Say(ProtocolReplies.AddressNeedsSmtpUtf8, ("address", address)),
                    OurEvidence.RecipientNeedsUtf8.Say());

        Session.Candidate = rcpt.Recipient;
        try
        {
            var verdict = await context.JudgeAsync(Stage.RcptTo, cancel).ConfigureAwait(false);
            return verdict.Passes ? Add(rcpt.Recipient, envelope, verdict) : Answer.Refused(verdict);
        }
        finally
        {
            Session.Candidate = null;
        }
    }

    /// <summary>Refuses a recipient for what was decided about the client at the greeting, under the same id.</summary>
    public Answer Deny(EnvelopeRecipient recipient, Verdict refused)
    {
        Session.Candidate = recipient;
        context.Journal.Verdict(Stage.RcptTo, refused, Session);
        Session.Candidate = null;
        return new Answer(refused.Reply!, refused);
    }

    private Answer Add(EnvelopeRecipient recipient, Envelope envelope, Verdict verdict)
    {
        if (recipient.Routes.Count == 0)
            return NoRoute(recipient);
        if (envelope.Recipients.Count >= Limits.MaxRecipients && envelope.Recipients.Count >= limits.Recipients)
            return context.Refuse(
                Stage.RcptTo, context.Say(RecipientReplies.TooManyRecipients),
                    OurEvidence.RecipientsAccepted.Say(envelope.Recipients.Count, limits.Recipients));

        // A repeated recipient is delivered once; but LMTP owes a reply for each RCPT (RFC 2033 §4.2).
        if (context.Profile.IsLmtp || !envelope.Recipients.Exists(known => known.Address.Equals(recipient.Address)))
            envelope.Recipients.Add(recipient);
        else
            context.Counts.NoteIdle();
        var reply = recipient.ForwardShown is { } target
            ? context.Say(ProtocolReplies.WillForward, ("target", target))
            : context.Say(ProtocolReplies.RecipientOk);
        return new Answer(reply, verdict);
    }

    /// <summary>A gatekeeper that passes a recipient without a route has a bug; no mail may be lost by it.</summary>
    private Answer NoRoute(EnvelopeRecipient recipient)
    {
        var verdict = context.Services.Gate.Sign(Verdict.Refuse(
            "gate-failed", context.Say(LimitReplies.LocalProblem), OurEvidence.NoRoute.Say(recipient.Address.ToString())));
        context.Journal.Verdict(Stage.RcptTo, verdict, Session);
        return Answer.Refused(verdict);
    }
}
