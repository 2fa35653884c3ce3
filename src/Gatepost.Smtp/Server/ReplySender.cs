using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>Gives the replies of one connection: every one is sent and recorded here.</summary>
internal sealed class ReplySender(ConnectionStream stream, SmtpSession smtp, Deadlines deadlines, ConnectionEnd end)
{
    /// <summary>The one place where a reply is given: into the output, and into the journal.</summary>
    /// <param name="command">What it answers, as the journal shows it; null if nothing was asked.</param>
    public void Send(in Answer answer, Stage? stage, string? command, Envelope? envelope = null, EnvelopeRecipient? recipient = null)
    {
        stream.Add(answer.Reply, utf8: envelope is { SmtpUtf8: true });
        smtp.Journal.Reply(answer.Reply, answer.Verdict, stage, command, envelope, recipient, answer.QueueId);
    }

    /// <summary>Waits for a judgement; if it takes too long the answer is 421 and the connection ends.</summary>
    public ValueTask<Answer?> JudgedAsync(ValueTask<Answer?> judging) =>
        judging.IsCompletedSuccessfully ? judging : JudgedSlowlyAsync(judging);

    private async ValueTask<Answer?> JudgedSlowlyAsync(ValueTask<Answer?> judging)
    {
        try
        {
            return await deadlines.JudgeAsync(judging, SessionLimits.JudgementTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            end.NoteError(OurEvidence.JudgementTooLong.Say());
            return smtp.Close(LimitReplies.JudgementTimeout);
        }
    }
}
