using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Tests.Smtp;

/// <summary>Lets everything pass, with a route for every recipient, unless the test says otherwise.</summary>
public sealed class ScriptedGate : IGatekeeper
{
    private readonly Dictionary<Stage, Func<Session, CancellationToken, ValueTask<Verdict>>> answers = [];

    /// <summary>The stages asked at, in order.</summary>
    public List<Stage> Asked { get; } = [];

    public ScriptedGate At(Stage stage, Func<Session, Verdict> answer)
    {
        answers[stage] = (session, _) => new(answer(session));
        return this;
    }

    public ScriptedGate AtSlowly(Stage stage, Func<Session, CancellationToken, ValueTask<Verdict>> answer)
    {
        answers[stage] = answer;
        return this;
    }

    public ValueTask<Verdict> JudgeAsync(Stage stage, Session session, CancellationToken cancel)
    {
        Asked.Add(stage);
        if (stage == Stage.RcptTo)
            session.Candidate!.Routes = [new Route(session.Candidate.Address, new Destination(DestinationKind.Mx, "example.org"))];
        return answers.TryGetValue(stage, out var answer) ? answer(session, cancel) : new(Verdict.Unremarkable);
    }
}
