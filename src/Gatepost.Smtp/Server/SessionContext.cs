using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>What the parts of one SMTP session share, and how they ask the gatekeeper.</summary>
internal sealed class SessionContext(Session session, ListenerProfile profile, SessionServices services)
{
    public Session Session { get; } = session;

    public ListenerProfile Profile { get; } = profile;

    public SessionServices Services { get; } = services;

    public SessionJournal Journal { get; } = new(services.Journal, services.Time, session);

    /// <summary>What the client did in this session.</summary>
    public SessionCounts Counts { get; } = new();

    public DateTimeOffset Now => Services.Time.GetUtcNow();

    public Reply Say(ReplyEntry entry, params ReadOnlySpan<(string Name, object? Value)> arguments) => Profile.Say(entry, arguments);

    /// <summary>503: the command is known, but not here.</summary>
    public Answer BadSequence(string expected) => Say(ProtocolReplies.BadSequence, ("expected", expected));

    /// <summary>
    /// Asks the gatekeeper and records its verdict. An exception of it is our failure, not the client's: 451 4.3.0, and the journal has the
    /// cause.
    /// </summary>
    public async ValueTask<Verdict> JudgeAsync(Stage stage, CancellationToken cancel)
    {
        Verdict verdict;
        try
        {
            verdict = await Services.Gate.JudgeAsync(stage, Session, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            verdict = Services.Gate.Sign(Verdict.Refuse(
                "gate-failed", Say(LimitReplies.LocalProblem), OurEvidence.Fault.Say(failure.GetType().Name, failure.Message)));
        }

        // A pass in which no rule had anything to say is recorded with the reply; an event of its own would say no more.
        if (!verdict.IsSilent)
            Journal.Verdict(stage, verdict, Session);
        return verdict;
    }

    /// <summary>Every refusal has an id, also those that no rule was asked about: syntax, order, limits, failures of ours.</summary>
    public Answer Signed(Answer answer)
    {
        if (answer.Reply.Code < 400 || answer.Verdict is { Passes: false, Id: not null })
            return answer;
        var refused = answer.Verdict is { Passes: false } given ? given
            : Verdict.Refuse(answer.Reply.Entry.Id, answer.Reply, OurEvidence.RefusedByProtocol.Say());
        var signed = Services.Gate.Sign(refused);
        return answer with { Reply = signed.Reply!, Verdict = signed };
    }

    /// <summary>
    /// A refusal of the server's own that concerns a message: it leaves a verdict as those of rules do, so that its id opens its record.
    /// </summary>
    public Answer Refuse(Stage stage, Reply reply, Finding why, params IReadOnlyList<Fact> facts)
    {
        var verdict = Services.Gate.Sign(Verdict.Refuse(reply.Entry.Id, reply, why, facts));
        Journal.Verdict(stage, verdict, Session);
        return Answer.Refused(verdict);
    }
}
