using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>Reads the message after DATA or BDAT and gives the replies to it.</summary>
internal sealed class MessageReceiver(BodyReader body, SmtpSession smtp, Deadlines deadlines, ReplySender replies, ConnectionEnd ending)
{
    /// <summary>Whether the session goes on.</summary>
    public async ValueTask<bool> ReadDataAsync()
    {
        var envelope = smtp.Session.Envelope;
        var end = await body.ReadDataAsync().ConfigureAwait(false);
        if (end is not (BodyEnd.Complete or BodyEnd.TooMuch))
            return Reject(end);
        await EndAsync(smtp.EndDataAsync(deadlines.Token), envelope, "(end of data)").ConfigureAwait(false);
        return end == BodyEnd.Complete;
    }

    /// <summary>Whether the session goes on.</summary>
    public async ValueTask<bool> ReadChunkAsync()
    {
        var envelope = smtp.Session.Envelope;
        var end = await body.ReadChunkAsync().ConfigureAwait(false);
        if (end != BodyEnd.Complete)
            return Reject(end);
        await EndAsync(smtp.EndChunkAsync(deadlines.Token), envelope, "(end of chunk)").ConfigureAwait(false);
        return true;
    }

    /// <summary>With LMTP each recipient gets the reply once, in the order of the RCPT commands (RFC 2033 §4.2).</summary>
    private async ValueTask EndAsync(ValueTask<Answer?> judging, Envelope? envelope, string command)
    {
        if (await replies.JudgedAsync(judging).ConfigureAwait(false) is not { } answer)
            return;
        if (answer.Each is null)
            replies.Send(answer, Stage.Message, command, envelope);
        foreach (var recipient in answer.Each ?? [])
            replies.Send(answer, Stage.Message, command, envelope, recipient);
    }

    /// <summary>The message stopped in the middle: nothing is queued.</summary>
    private bool Reject(BodyEnd end)
    {
        if (end == BodyEnd.ClosedByClient)
        {
            ending.NoteError(OurEvidence.LostInMessage.Say());
            return false;
        }

        var answer = end switch
        {
            BodyEnd.TooSlow => smtp.Close(LimitReplies.DataTooSlow, ("octets", smtp.BodyOctets), ("seconds", body.Seconds)),
            BodyEnd.TimedOutAtBareLineEnd => smtp.Close(LimitReplies.DataTimeoutAtBareLineEnd),
            _ => smtp.Close(LimitReplies.DataTimeout, ("octets", smtp.BodyOctets)),
        };
        ending.NoteError(OurEvidence.TimeoutInMessage.Say());
        replies.Send(answer, Stage.Message, null, smtp.Session.Envelope);
        return false;
    }
}
