using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <summary>What a client did in one session, and when it was too much.</summary>
public sealed class SessionCounts
{
    private int idleCommands;

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

        return Errors >= limits.MaxErrors ? LimitReplies.TooManyErrors
            : Refusals >= limits.MaxRefusals ? LimitReplies.TooManyRefusals
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
        idleCommands = 0;
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
