using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <summary>What a client did in one session, and when it was too much.</summary>
public sealed class SessionCounts
{
    /// <summary>
    /// Recipients offered beyond the limit of a message. RFC 5321 §4.5.3.1.10 lets a client go on, and real ones offer some hundred in one
    /// write; each is two entries of the journal, so one session must not offer them without end.
    /// </summary>
    private const int MaxOvershoot = 1_000;

    private int idleCommands;
    private int overshoot;

    public int Commands { get; internal set; }

    /// <summary>Errors of syntax and order.</summary>
    public int Errors { get; private set; }

    /// <summary>Senders and recipients refused permanently.</summary>
    public int Refusals { get; private set; }

    public int FailedLogins { get; internal set; }

    public int Messages { get; private set; }

    /// <summary>Notes a reply given.</summary>
    /// <returns>The entry to send the client away with; null while it may stay.</returns>
    internal ReplyEntry? Note(Verb verb, Reply reply, SessionLimits limits)
    {
        if (reply.IsPermanent)
            NotePermanent(verb, reply);
        if (verb is Verb.Noop or Verb.Rset or Verb.Vrfy or Verb.Help or Verb.Helo or Verb.Ehlo or Verb.Lhlo or Verb.StartTls or Verb.Expn
            or Verb.Etrn)
            idleCommands++;
        if (ReferenceEquals(reply.Entry, RecipientReplies.TooManyRecipients))
            overshoot++;

        return Errors >= limits.MaxErrors ? LimitReplies.TooManyErrors
            : Refusals >= limits.MaxRefusals || overshoot >= MaxOvershoot ? LimitReplies.TooManyRefusals
            : FailedLogins >= limits.MaxFailedLogins ? LimitReplies.TooManyLogins
            : idleCommands >= limits.MaxIdleCommands ? LimitReplies.TooManyCommands
            : null;
    }

    /// <summary>A command that would bring a message further, but did not: a recipient said again, an empty chunk.</summary>
    internal void NoteIdle() => idleCommands++;

    /// <summary>A message ended well: a client that works may go on.</summary>
    internal void NoteMessage()
    {
        Messages++;
        (idleCommands, overshoot) = (0, 0);
    }

    private void NotePermanent(Verb verb, Reply reply)
    {
        bool ownFault = ReferenceEquals(reply.Entry.Reason, Reason.ProtocolError)
            || ReferenceEquals(reply.Entry, ProtocolReplies.SessionRefused);
        if (ownFault)
            Errors++;
        else if (verb is Verb.Mail or Verb.Rcpt)
            Refusals++;
    }
}
